/// A JSON text that is none, or that does not fit the message, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  package let reason: String
  /// Such as `server.labels["zone"]` or `ids[2]`; empty for the outermost value and where the text
  /// is no JSON.
  package let path: String
  /// Counted from 1.
  package let line: Int
  /// In Unicode scalars, counted from 1.
  package let column: Int

  /// `offset`: in bytes.
  init(_ reason: String, path: String = "", at offset: Int, of text: [UInt8]) {
    self.reason = reason
    self.path = path
    let before = text.prefix(offset)
    line = before.count { $0 == UInt8(ascii: "\n") } + 1
    // Every scalar has one byte that does not continue another.
    column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count { $0 & 0xc0 != 0x80 } + 1
  }

  package var description: String {
    "line \(line), column \(column)\(path.isEmpty ? "" : ", \(path)"): \(reason)"
  }
}
