private import Distribution

/// Markup. A String that is put into it is text, whatever it looks like; only markup is put in as it
/// is, so nothing from outside can be forgotten to escape.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  let text: String

  init(stringLiteral text: String) {
    self.text = text
  }

  init(stringInterpolation: Interpolation) {
    text = stringInterpolation.text
  }

  /// Several elements, a line each.
  init(_ parts: [HTML]) {
    text = parts.map(\.text).joined(separator: "\n")
  }

  /// Text of several lines.
  init(lines text: String) {
    self.text = Self.escaped(lines: text)
  }

  struct Interpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity * 2)
    }

    mutating func appendLiteral(_ literal: String) {
      text += literal
    }

    mutating func appendInterpolation(_ text: String) {
      self.text += HTML.escaped(text)
    }

    mutating func appendInterpolation(_ markup: HTML) {
      text += markup.text
    }

    mutating func appendInterpolation(_ parts: [HTML]) {
      text += HTML(parts).text
    }

    mutating func appendInterpolation(_ number: some BinaryInteger) {
      text += String(number)
    }

    /// A length or position in a picture.
    mutating func appendInterpolation(_ number: Double) {
      text += number.isFinite ? number.decimal(2) : "0"
    }
  }

  /// Text for the content of an element or for an attribute in quotation marks. What is hostile to a
  /// terminal is made visible as well, for it also hides or reorders text in a browser.
  static func escaped(_ text: String) -> String {
    var result = ""
    // Scalar by scalar: with a combining mark behind it, a quotation mark is another Character.
    for scalar in Escaping.terminal(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The same for text of several lines.
  static func escaped(lines text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
      .joined(separator: "\n")
  }
}
