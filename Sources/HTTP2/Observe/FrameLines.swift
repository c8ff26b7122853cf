/// Frames as `nghttp -v` prints them.
extension ObservedFrame {
  /// The frame line by line, without a time. Everything from outside is escaped, and values that
  /// may be secrets read `<redacted>`.
  package func lines() -> [String] {
    let verb = direction == .sent ? "send" : "recv"
    var lines: [String] = []
    // nghttp shows received fields as they are decoded, before their frame.
    if direction == .received {
      lines += fields.map { "recv (stream_id=\(stream)) \(Self.line(of: $0))" }
    }
    lines.append(
      "\(verb) \(typeName) frame <length=\(length), flags=0x\(hex(UInt64(flags), digits: 2)), "
        + "stream_id=\(stream)>")
    var inner: [String] = []
    if !flagNames.isEmpty { inner.append("; " + flagNames.joined(separator: " | ")) }
    inner += details.lines()
    if case .headers = details {
      if direction == .sent {
        inner.append("; Open new stream")
      } else if isResponseHead {
        inner.append("; First response header")
      }
    }
    if direction == .sent { inner += fields.map(Self.line) }
    return lines + inner.map { String(repeating: " ", count: 10) + $0 }
  }

  private static func line(of field: HeaderField) -> String {
    "\(escaped(field.name)): \(field.isSensitive ? "<redacted>" : escaped(field.value))"
  }
}

extension ObservedFrame.Details {
  fileprivate func lines() -> [String] {
    switch self {
    case .none, .data(padding: 0):
      []
    case .data(let padding):
      ["(padlen=\(padding))"]
    case .headers(let padding, let priority):
      ["(padlen=\(padding)" + (priority.map { ", \($0.text)" } ?? "") + ")"]
    case .priority(let priority):
      ["(\(priority.text))"]
    case .reset(let code):
      ["(error_code=\(Self.text(of: code)))"]
    case .settings(let entries):
      ["(niv=\(entries.count))"]
        + entries.map {
          "[\($0.id.name)(0x\(hex(UInt64($0.id.rawValue), digits: 2))):\($0.value)]"
        }
    case .pushPromise(let padding, let promised):
      ["(padlen=\(padding), promised_stream_id=\(promised))"]
    case .ping(let opaque):
      ["(opaque_data=\(hex(opaque, digits: 16)))"]
    case .goAway(let lastStream, let code, let debug, let count):
      [
        "(last_stream_id=\(lastStream), error_code=\(Self.text(of: code)), "
          + "opaque_data(\(count))=[\(escaped(debug))])"
      ]
    case .windowUpdate(let increment):
      ["(window_size_increment=\(increment))"]
    }
  }

  private static func text(of code: ErrorCode) -> String {
    let number = "0x" + hex(UInt64(code.rawValue), digits: 2)
    let name = code.description
    return name.hasPrefix("0x") ? "UNKNOWN(\(number))" : "\(name)(\(number))"
  }
}

extension ObservedFrame.Priority {
  fileprivate var text: String {
    "dep_stream_id=\(dependency), weight=\(weight), exclusive=\(isExclusive ? 1 : 0)"
  }
}
