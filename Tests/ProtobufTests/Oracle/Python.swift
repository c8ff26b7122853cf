import Foundation
import Testing

/// A Python script of Tests/interop/ as a child process, asked over pipes. Enabled by
/// `LBCHECK_ORACLE_PYTHON`: an interpreter that has `protobuf` and grpcio's packages.
final class Python {
  static let interpreter = ProcessInfo.processInfo.environment["LBCHECK_ORACLE_PYTHON"]

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var received = Data()

  init(script: String) throws {
    var folder = URL(filePath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    process.executableURL = URL(filePath: try #require(Self.interpreter))
    process.arguments = [folder.appending(path: "Tests/interop/\(script)").path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  func ask(_ line: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    while true {
      if let end = received.firstIndex(of: 0x0a) {
        defer { received = Data(received[(end + 1)...]) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      let more = output.fileHandleForReading.availableData
      try #require(!more.isEmpty, "the oracle is gone; its complaint is on standard error")
      received += more
    }
  }
}
