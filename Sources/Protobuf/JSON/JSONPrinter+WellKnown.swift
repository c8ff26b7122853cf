extension JSONPrinter {
  /// False, and nothing is written, where the message does not hold what the form needs.
  func print(
    _ message: DynamicMessage, as form: JSONForm, depth: Int, to writer: inout JSONWriter
  ) -> Bool {
    switch form {
    case .timestamp, .duration:
      let time = message.secondsAndNanos
      let text = form == .timestamp ? time?.timestampText : time?.durationText
      guard let text else { return false }
      writer.string(text)
    case .fieldMask:
      let paths = message["paths"]?.asList ?? []
      let texts = paths.compactMap { $0.asString.flatMap(MaskPath.camelCase) }
      guard texts.count == paths.count, message.type.descriptor.field(named: "paths") != nil else {
        return false
      }
      writer.string(texts.joined(separator: ","))
    case .content(let name):
      guard let field = message.type.descriptor.field(named: name),
        let value = message.value(of: field)
      else { return false }
      print(value, of: field, in: message.type, depth: depth, to: &writer)
    case .value: printValue(message, depth: depth, to: &writer)
    case .any: return printAny(message, depth: depth, to: &writer)
    }
    return true
  }

  /// One member of the oneof is shown in the message's place.
  private func printValue(_ message: DynamicMessage, depth: Int, to writer: inout JSONWriter) {
    guard let field = message.setFields.first, let value = message[field] else {
      return writer.word("null")
    }
    print(value, of: field, in: message.type, depth: depth, to: &writer)
  }

  private func printAny(
    _ message: DynamicMessage, depth: Int, to writer: inout JSONWriter
  ) -> Bool {
    guard let (url, content) = message.anyContent else { return false }
    if url.isEmpty, content.isEmpty {
      writer.object { _ in }
      return true
    }
    let inner = message.type.schema.message(named: typeName(ofURL: url)).flatMap {
      try? DynamicMessage($0, decoding: content, depth: depth + 1)
    }
    writer.object { writer in
      writer.key("@type")
      writer.string(url)
      guard let inner else {
        writer.key("@error")
        writer.string("the type is not known, or the value is none of it")
        writer.key("@value")
        writer.string(base64(content))
        return
      }
      if inner.type.jsonForm == nil {
        printFields(of: inner, depth: depth + 1, to: &writer)
      } else {
        writer.key("value")
        print(inner, depth: depth + 1, to: &writer)
      }
    }
    return true
  }
}

/// What stands behind the last slash of an Any's `type_url`.
func typeName(ofURL url: String) -> String {
  String(url.lastIndex(of: "/").map { url[url.index(after: $0)...] } ?? url[...])
}

/// Nil where the schema's message has other fields than its name promises.
extension DynamicMessage {
  fileprivate var secondsAndNanos: SecondsAndNanos? {
    guard case .integer(let seconds)? = counted("seconds"),
      case .integer(let nanos)? = counted("nanos"), let nanos = Int32(exactly: nanos)
    else { return nil }
    return SecondsAndNanos(seconds: seconds, nanos: nanos)
  }

  fileprivate var anyContent: (url: String, content: [UInt8])? {
    guard case .string(let url)? = counted("type_url"),
      case .bytes(let content)? = counted("value")
    else { return nil }
    return (url, content)
  }

  private func counted(_ name: String) -> Value? {
    type.descriptor.field(named: name).flatMap { value(of: $0) }
  }
}
