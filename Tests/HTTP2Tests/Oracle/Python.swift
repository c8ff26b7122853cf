import Foundation
import Testing

/// A Python script of Tests/interop/ as a child process, asked over pipes. Enabled by
/// `LBCHECK_ORACLE_PYTHON`: an interpreter that has `hpack` and `h2`.
final class Python {
  static let interpreter = ProcessInfo.processInfo.environment["LBCHECK_ORACLE_PYTHON"]

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var received = Data()

  init(script: String, _ arguments: String...) throws {
    var folder = URL(filePath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    process.executableURL = URL(filePath: try #require(Self.interpreter))
    process.arguments = [folder.appending(path: "Tests/interop/\(script)").path] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  func ask(line: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    while true {
      if let end = received.firstIndex(of: 0x0a) {
        defer { received = Data(received[(end + 1)...]) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      try readMore()
    }
  }

  func ask(chunk: [UInt8]) throws -> [UInt8] {
    try input.fileHandleForWriting.write(
      contentsOf: Data(bigEndian(UInt32(chunk.count)) + chunk))
    while received.count < 4 { try readMore() }
    let count = Int(number(received.prefix(4)))
    while received.count < 4 + count { try readMore() }
    defer { received = Data(received.dropFirst(4 + count)) }
    return Array(received.dropFirst(4).prefix(count))
  }

  private func readMore() throws {
    let more = output.fileHandleForReading.availableData
    try #require(!more.isEmpty, "the oracle is gone; its complaint is on standard error")
    received += more
  }
}
