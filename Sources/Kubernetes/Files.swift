private import Glibc

/// A file that cannot be read, in the system's words.
struct FileProblem: Error {
  let message: String
  let isMissing: Bool
}

/// The whole file; pipes too, as shells make them of `<(…)`.
/// - Parameter limit: in bytes; a file that is larger is a mistake.
func readFile(_ path: String, limit: Int) throws(FileProblem) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileProblem(errno) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileProblem(errno) }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
    if bytes.count > limit {
      throw FileProblem(message: "larger than \(limit) bytes", isMissing: false)
    }
  }
}

extension FileProblem {
  fileprivate init(_ code: Int32) {
    self.init(
      message: String(cString: strerror(code)), isMissing: code == ENOENT || code == ENOTDIR)
  }
}

extension StringProtocol {
  /// Without white space and line ends around it.
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
