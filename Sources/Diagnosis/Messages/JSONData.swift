internal import Protobuf

/// A request message as JSON. That it is JSON is checked at once; whether it fits the method's
/// message is seen when that is known.
package struct JSONData: Sendable, Equatable {
  package let text: String

  /// Where the text stops being JSON, and why. One line.
  package struct SyntaxError: Error, CustomStringConvertible {
    package let description: String
  }

  package init(_ text: String) throws(SyntaxError) {
    do {
      try checkJSON(text)
    } catch {
      throw SyntaxError(description: error.description)
    }
    self.text = text
  }
}
