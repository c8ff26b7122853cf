/// Cuts a stream of bytes into lines. What comes after the last line end stays until it is complete;
/// each byte is looked at once.
struct LineSplitter: Sendable {
  /// The line is longer than any event.
  struct TooLong: Error {}

  private let limit: Int
  private var buffer: [UInt8] = []
  /// Where the first line that is not taken begins, and up to where there is no line end.
  private var start = 0
  private var searched = 0

  /// - Parameter limit: in bytes, without the line end.
  init(limit: Int) {
    self.limit = limit
  }

  mutating func append(_ bytes: [UInt8]) {
    if start > 0 {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
    buffer += bytes
  }

  /// The next line without its end, nil where none is complete.
  mutating func next() throws(TooLong) -> [UInt8]? {
    while let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = buffer[start..<end]
      start = end + 1
      searched = start
      if line.count > limit { throw TooLong() }
      // Empty lines mean nothing.
      if !line.isEmpty { return Array(line) }
    }
    searched = buffer.count
    if searched - start > limit { throw TooLong() }
    return nil
  }
}
