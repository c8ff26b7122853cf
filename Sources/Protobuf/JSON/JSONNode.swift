/// A JSON value and where it stands in its text, in bytes.
package struct JSONNode: Sendable {
  package enum Content: Sendable {
    case null
    case bool(Bool)
    /// As it was written.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
  }

  package let content: Content
  package let offset: Int

  /// For messages to people.
  package var kind: String {
    switch content {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// A key and its value; `offset` is the key's.
package struct JSONMember: Sendable {
  package let key: String
  package let offset: Int
  package let value: JSONNode
}
