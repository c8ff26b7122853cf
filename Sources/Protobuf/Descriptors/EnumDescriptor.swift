/// An enum as declared.
package final class EnumDescriptor: Sendable {
  package let fullName: String
  package let values: [(name: String, number: Int32)]
  /// Whether a field may hold a number that has no name (protobuf.dev/programming-guides/enum).
  package let isOpen: Bool
  private let names: [Int32: String]
  private let numbers: [String: Int32]

  init(fullName: String, values: [(name: String, number: Int32)], isOpen: Bool) {
    self.fullName = fullName
    self.values = values
    self.isOpen = isOpen
    // Aliases share a number: the first name is the one that is shown.
    names = Dictionary(values.map { ($0.number, $0.name) }) { first, _ in first }
    numbers = Dictionary(values.map { ($0.name, $0.number) }) { first, _ in first }
  }

  package func name(of number: Int32) -> String? { names[number] }

  package func number(named name: String) -> Int32? { numbers[name] }
}
