/// An assertion that cannot be read: what is wrong, where, and what should stand there.
package struct AssertionError: Error, Hashable, Sendable {
  /// The whole text as the user wrote it, unescaped.
  package let text: String
  /// The offending character, counted in Unicode scalars from 0; the length of `text` where
  /// something is missing at its end.
  package let offset: Int
  /// What is wrong, without the text itself.
  package let problem: String
  /// What was expected at `offset`.
  package let expected: String
}

extension AssertionError: CustomStringConvertible {
  /// Three lines: the problem, the assertion with everything but printable ASCII escaped, and a
  /// caret under the offending character with what was expected there.
  package var description: String {
    let scalars = text.unicodeScalars.map(Self.escaped)
    let margin = String(repeating: " ", count: scalars.prefix(offset).joined().utf8.count)
    return """
      \(problem)
        \(scalars.joined())
        \(margin)^ expected \(expected)
      """
  }

  /// Wide and combining characters would put the caret elsewhere, so they are escaped too.
  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    (0x20...0x7E).contains(scalar.value)
      ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }
}
