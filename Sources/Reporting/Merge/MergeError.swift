/// Why reports cannot be joined, or a report cannot be read: which one, and what about it.
package struct MergeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's name, escaped.
  package let file: String
  /// Escaped; without the file.
  package let problem: String

  package init(_ file: String, _ problem: String) {
    self.file = Escaping.terminal(file)
    self.problem = Escaping.terminal(problem)
  }

  package var description: String { "\(file): \(problem)" }
}
