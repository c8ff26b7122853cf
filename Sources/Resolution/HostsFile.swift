private import CAres
import Naming

/// Names and addresses as hosts(5) has them.
struct HostsFile: Equatable {
  /// By lower-case name without final dot, in the order of the file.
  private(set) var addresses: [String: [IPAddress]] = [:]

  /// Lines that cannot be read are passed over, as every resolver does.
  init(parsing text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }
      guard let first = fields.first, let address = IPAddress(first) else { continue }
      for name in fields.dropFirst() {
        let key = Self.canonical(String(name))
        if addresses[key]?.contains(address) != true { addresses[key, default: []].append(address) }
      }
    }
  }

  /// Empty where the file cannot be read, as in a container that has none.
  init(path: String) { self.init(parsing: textFile(path) ?? "") }

  /// Nil where the file does not name the host.
  func addresses(of name: String) -> [IPAddress]? { addresses[Self.canonical(name)] }

  private static func canonical(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }
}
