/// A target that cannot be read: where, what should stand there, and a form that works.
package struct TargetError: Error, Hashable, Sendable {
  /// The whole text as it was given, unescaped.
  package let target: String

  /// The offending character, counted in Unicode scalars from 0; equal to the number of scalars
  /// in `target` where something is missing at its end.
  package let offset: Int

  /// What is wrong, without the target itself. Never holds raw text from outside.
  package let problem: String

  /// What was expected at `offset`.
  package let expected: String

  /// A target that works and is near to what was probably meant.
  package let example: String
}

extension TargetError: CustomStringConvertible {
  /// Four lines: the problem, the target with everything but printable ASCII escaped, a caret under
  /// the offending character with what was expected there, and the example.
  package var description: String {
    let scalars = Array(target.unicodeScalars)
    let before = scalars.prefix(offset).map(Self.escaped).joined()
    let all = scalars.map(Self.escaped).joined()
    let margin = String(repeating: " ", count: before.utf8.count)
    return """
      \(problem)
        \(all)
        \(margin)^ expected \(expected)
      for example: \(example)
      """
  }

  /// Non-ASCII is escaped too: a wide or combining character would put the caret elsewhere, and a
  /// bidirectional one could rearrange the line.
  static func escaped(_ scalar: Unicode.Scalar) -> String {
    if (0x20...0x7E).contains(scalar.value) { return String(Character(scalar)) }
    return "\\u{\(String(scalar.value, radix: 16))}"
  }
}
