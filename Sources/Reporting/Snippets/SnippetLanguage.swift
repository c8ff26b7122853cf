/// A language that gRPC programs are written in, for which there are snippets.
package enum SnippetLanguage: String, CaseIterable, Sendable {
  case go, java, python, cpp

  var comment: String { self == .python ? "#" : "//" }
}
