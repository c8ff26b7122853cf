/// A field of a message, with everything that decides how its values are written and read.
package struct FieldDescriptor: Sendable {
  /// How many values the field has.
  package enum Shape: Hashable, Sendable {
    case singular
    /// `packed` is how it is written; both forms are read.
    case list(packed: Bool)
    /// The field's kind is the message of its entries: `key = 1`, `value = 2`.
    case map
  }

  package let name: String
  package let jsonName: String
  package let number: Int
  package let kind: FieldKind
  package let shape: Shape
  /// Whether "unset" is told from "set to the default value" (protobuf.dev/programming-guides/
  /// field_presence).
  package let hasPresence: Bool
  package let isRequired: Bool
  /// The oneof that it is a member of, by its place in the message's `oneofs`.
  package let oneof: Int?
  /// Whether text that is not UTF-8 makes the message invalid, or is kept as an unknown field.
  let textIsVerified: Bool
  /// What an unset field counts as; nil for messages. Lists and maps are empty.
  package let defaultValue: Value?
}
