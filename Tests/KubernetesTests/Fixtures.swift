import FoundationEssentials
import Testing

@testable import Kubernetes

/// A recorded answer of a Kubernetes API server; Fixtures/README.md says how they were made.
struct Fixture: Sendable, CustomTestStringConvertible {
  /// Below Fixtures, without the ending.
  let name: String
  /// Whether it is a watch: an event a line.
  let isWatch: Bool

  var testDescription: String { name }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/"

  /// Every body there is, so that none is forgotten.
  static let all: [Fixture] = {
    let manager = FileManager.default
    let files = ["", "etcd34/"].flatMap { below in
      (try? manager.contentsOfDirectory(atPath: folder + below))?.map { below + $0 } ?? []
    }
    return files.sorted().compactMap { file in
      if file.hasSuffix(".json") { return Fixture(name: String(file.dropLast(5)), isWatch: false) }
      if file.hasSuffix(".jsonl") { return Fixture(name: String(file.dropLast(6)), isWatch: true) }
      return nil
    }
  }()

  static func named(_ name: String) throws -> Fixture {
    try #require(all.first { $0.name == name })
  }

  var body: [UInt8] {
    get throws {
      Array(
        try Data(contentsOf: URL(filePath: Self.folder + name + (isWatch ? ".jsonl" : ".json"))))
    }
  }

  /// The request in the first line of the headers file, and the status in the second.
  var exchange: (target: String, status: Int) {
    get throws {
      let text = try String(contentsOfFile: Self.folder + name + ".headers.txt", encoding: .utf8)
      let lines = text.split(separator: "\n")
      let request = try #require(lines.first).split(separator: " ")
      let status = try #require(lines.dropFirst().first).split(separator: " ")
      return (String(request[2]), try #require(Int(status[1])))
    }
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try decoded(type, try body).get()
  }

  func lines<Object: APIObject>(_ type: Object.Type) throws -> [WatchLine<Object>] {
    var splitter = LineSplitter(limit: 1_000_000)
    splitter.append(try body)
    var lines: [WatchLine<Object>] = []
    while let line = try splitter.next() {
      lines.append(try decoded(WatchLine<Object>.self, line).get())
    }
    return lines
  }
}
