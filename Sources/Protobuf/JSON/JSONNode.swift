/// A JSON value and where it stands in its text, in bytes.
struct JSONNode {
  enum Content {
    case null
    case bool(Bool)
    /// As it was written.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
  }

  let content: Content
  let offset: Int

  /// For messages to people.
  var kind: String {
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
struct JSONMember {
  let key: String
  let offset: Int
  let value: JSONNode
}
