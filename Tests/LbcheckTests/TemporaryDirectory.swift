import Glibc

/// A directory for one test, gone with everything in it afterwards.
func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  var template = Array("/tmp/lbcheck-tests.XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else {
    throw Subprocess.Failure(description: "no directory: \(String(cString: strerror(errno)))")
  }
  let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  defer { removeTree(path) }
  return try await body(path)
}

/// Nil where there is no such file.
func readFile(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
    bytes += chunk.prefix(count)
  }
}

func writeFile(_ text: String, to path: String) throws {
  guard let file = fopen(path, "w") else {
    throw Subprocess.Failure(description: "\(path): \(String(cString: strerror(errno)))")
  }
  defer { fclose(file) }
  fputs(text, file)
}

func fileNames(in path: String) -> [String] {
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

private func removeTree(_ path: String) {
  for name in fileNames(in: path) {
    if unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
  }
  rmdir(path)
}
