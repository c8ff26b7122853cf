import Glibc
import Testing

/// Every test that runs the binary. One after the other: each of them is a load of its own.
@Suite("The lbcheck binary", .serialized, .timeLimit(.minutes(1)))
enum LbcheckTests {}

/// The binary that was built with the tests.
enum Lbcheck {
  /// `LBCHECK_BINARY`, or what stands beside the test bundle.
  static let path: String = {
    if let path = getenv("LBCHECK_BINARY") { return String(cString: path) }
    return directory(of: executable) + "/lbcheck"
  }()

  static var directory: String { directory(of: path) }

  /// Runs it with a clean environment: no CI, no locale, no colours but those that a test wants.
  static func start(
    _ arguments: [String], environment: [String: String] = [:], in directory: String = "/tmp",
    errorIsTerminal: Bool = false
  ) throws -> Subprocess {
    try Subprocess(
      path, arguments, environment: clean.merging(environment) { $1 }, directory: directory,
      errorIsTerminal: errorIsTerminal)
  }

  static func run(
    _ arguments: String..., environment: [String: String] = [:], in directory: String = "/tmp"
  ) async throws -> Subprocess.Output {
    try await run(arguments, environment: environment, in: directory)
  }

  static func run(
    _ arguments: [String], environment: [String: String] = [:], in directory: String = "/tmp"
  ) async throws -> Subprocess.Output {
    try await start(arguments, environment: environment, in: directory).output()
  }

  /// Runs a line as a reader of the documentation would type it.
  static func shell(_ line: String, in directory: String) async throws -> Subprocess.Output {
    var environment = clean
    environment["HOME"] = directory
    environment["PATH"] = "\(self.directory):\(clean["PATH"] ?? "/usr/bin:/bin")"
    return try await Subprocess(
      "/bin/sh", ["-c", line], environment: environment, directory: directory
    ).output()
  }

  private static let clean: [String: String] = {
    var environment: [String: String] = [:]
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    return environment
  }()

  private static let executable: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    return String(
      decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  private static func directory(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
  }
}
