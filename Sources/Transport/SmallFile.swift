private import Glibc

/// The bytes of a file of at most 1 MiB; nil where it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  var filled = 0
  while filled < bytes.count {
    let count = bytes.withUnsafeMutableBytes { room in
      read(descriptor, room.baseAddress.map { $0 + filled }, room.count - filled)
    }
    guard count >= 0 else { return nil }
    if count == 0 { break }
    filled += count
  }
  return Array(bytes.prefix(filled))
}
