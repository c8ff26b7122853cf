/// A label selector: requirements that an object's labels must all fulfil. Empty selects all.
struct LabelSelector: Hashable, Sendable {
  enum Requirement: Hashable, Sendable {
    case exists(String)
    case missing(String)
    case within(String, Set<String>)
    /// Also fulfilled where there is no such label.
    case outside(String, Set<String>)
  }

  private(set) var requirements: [Requirement] = []

  func selects(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .exists(let key): labels[key] != nil
      case .missing(let key): labels[key] == nil
      case .within(let key, let values): labels[key].map(values.contains) ?? false
      case .outside(let key, let values): labels[key].map { !values.contains($0) } ?? true
      }
    }
  }

  init() {}

  /// Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
  init(_ text: String) throws(StatusObject) {
    var tokens = Tokens(text)
    guard tokens.next != nil else { return }
    while true {
      requirements.append(try Self.requirement(&tokens))
      guard let token = tokens.next else { return }
      guard token == "," else { throw tokens.found(expected: "',' or 'end of string'") }
      tokens.advance()
    }
  }

  private static func requirement(_ tokens: inout Tokens) throws(StatusObject) -> Requirement {
    if tokens.next == "!" {
      tokens.advance()
      return .missing(try tokens.identifier(expected: "identifier"))
    }
    let key = try tokens.identifier(expected: "!, identifier, or 'end of string'")
    switch tokens.next {
    case nil, ",": return .exists(key)
    case "=", "==":
      tokens.advance()
      return .within(key, [tokens.value()])
    case "!=":
      tokens.advance()
      return .outside(key, [tokens.value()])
    case "in":
      tokens.advance()
      return .within(key, try values(&tokens))
    case "notin":
      tokens.advance()
      return .outside(key, try values(&tokens))
    default:
      throw tokens.found(expected: "in, notin, =, ==, !=, gt, lt")
    }
  }

  private static func values(_ tokens: inout Tokens) throws(StatusObject) -> Set<String> {
    guard tokens.next == "(" else { throw tokens.found(expected: "'('") }
    tokens.advance()
    var values: Set<String> = []
    while true {
      values.insert(tokens.value())
      switch tokens.next {
      case ",": tokens.advance()
      case ")":
        tokens.advance()
        return values
      default: throw tokens.found(expected: "',', or ')'")
      }
    }
  }

  private struct Tokens {
    private var rest: ArraySlice<String>

    init(_ text: String) {
      var tokens: [String] = []
      var word = ""
      for character in text {
        guard "=!,()".contains(character) || character.isWhitespace else {
          word.append(character)
          continue
        }
        if !word.isEmpty { tokens.append(word) }
        word = ""
        if character == "=", let last = tokens.last, last == "=" || last == "!" {
          tokens[tokens.count - 1] += "="
        } else if !character.isWhitespace {
          tokens.append(String(character))
        }
      }
      if !word.isEmpty { tokens.append(word) }
      rest = tokens[...]
    }

    var next: String? { rest.first }

    mutating func advance() { rest.removeFirst() }

    private var isWord: Bool {
      rest.first.map { $0.allSatisfy { !"=!,()".contains($0) } } ?? false
    }

    mutating func identifier(expected: String) throws(StatusObject) -> String {
      guard isWord else { throw found(expected: expected) }
      return rest.removeFirst()
    }

    /// May be left out: the empty value.
    mutating func value() -> String { isWord ? rest.removeFirst() : "" }

    func found(expected: String) -> StatusObject {
      .badRequest("found '\(rest.first ?? "")', expected: \(expected)")
    }
  }
}
