import Glibc

/// Why a file that was to be read is none: one sentence without the file's name.
struct UnreadableInput: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A file given on the command line; - is standard input.
enum InputFile {
  /// What is longer is no report, but perhaps a device without an end.
  static let largest = 512 << 20

  static func read(_ file: String) throws(UnreadableInput) -> [UInt8] {
    let descriptor = file == "-" ? dup(STDIN_FILENO) : open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable() }
    defer { close(descriptor) }
    // A byte more than it has, so that its end shows in the second read; 0 for a pipe or a directory.
    let start = lseek(descriptor, 0, SEEK_CUR)
    let size = start < 0 ? 0 : min(largest, lseek(descriptor, 0, SEEK_END)) + 1
    if start >= 0 { lseek(descriptor, start, SEEK_SET) }
    var bytes: [UInt8] = []
    while true {
      let count = read(descriptor, &bytes, upTo: max(65_536, size))
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable()
      }
      if count == 0 { return bytes }
      guard bytes.count <= largest else {
        throw UnreadableInput("it is longer than \(largest >> 20) MiB")
      }
    }
  }

  /// Appends what comes next.
  private static func read(_ descriptor: Int32, _ bytes: inout [UInt8], upTo chunk: Int) -> Int {
    var result = 0
    let part = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
      result = Glibc.read(descriptor, buffer.baseAddress, chunk)
      count = max(0, result)
    }
    if bytes.isEmpty { bytes = part } else { bytes += part }
    return result
  }

  private static func unreadable() -> UnreadableInput {
    UnreadableInput("it cannot be read: \(String(cString: strerror(errno)))")
  }
}
