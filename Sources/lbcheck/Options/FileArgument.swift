import ArgumentParser
import Glibc

/// What `@FILE` stands for, as curl and grpcurl have it; `@-`, and as grpcurl has it `@`, is standard input. At most 4 MiB: that is
/// the largest message that gRPC servers accept by default, and more is a mistake.
func contents(ofArgument argument: String) throws -> [UInt8] {
  let name = String(argument.dropFirst())
  let descriptor =
    name == "-" || name.isEmpty ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw ValidationError("@\(printable(name)): \(String(cString: strerror(errno)))")
  }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while bytes.count <= 4 << 20 {
    let count = read(descriptor, &chunk, chunk.count)
    if count == 0 { return bytes }
    guard count > 0 else {
      throw ValidationError("@\(printable(name)): \(String(cString: strerror(errno)))")
    }
    bytes += chunk.prefix(count)
  }
  throw ValidationError("@\(printable(name)): more than 4 MiB")
}
