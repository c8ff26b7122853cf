/// How messages are shown as JSON.
package struct JSONOptions: Sendable {
  /// Also shows fields without presence that have their default value, and empty lists and maps.
  package var emitDefaults: Bool
  /// By two spaces a level; otherwise all is one line.
  package var indented: Bool

  package init(emitDefaults: Bool = false, indented: Bool = true) {
    self.emitDefaults = emitDefaults
    self.indented = indented
  }
}
