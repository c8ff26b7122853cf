/// A YAML value and where it stands. May hold secrets: nothing here describes itself.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    /// Plain scalars may mean null, a boolean or a number; quoted ones are text.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// In the order of the file.
    case mapping([Entry])
  }

  struct Entry: Sendable {
    let key: String
    let value: YAMLNode
  }

  let content: Content
  /// Counted from 1.
  let line: Int

  /// `null`, `~` and nothing at all (YAML 1.1 §10.3.2).
  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content {
      return ["", "~", "null", "Null", "NULL"].contains(text)
    }
    return false
  }

  /// Of equal keys the first counts.
  subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }
}

/// What is wrong with a YAML text, and in which line, counted from 1.
struct YAMLError: Error {
  let message: String
  let line: Int
}
