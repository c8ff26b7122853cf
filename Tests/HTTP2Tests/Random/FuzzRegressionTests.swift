import Foundation
import Testing

@Suite("What the fuzzer knows")
struct FuzzRegressionTests {
  private static let files: [URL] = {
    var folder = URL(filePath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return ["Tests/fuzz/corpus", "Tests/fuzz/crashes"].flatMap { name in
      let entries = try? FileManager.default.contentsOfDirectory(
        at: folder.appending(path: name), includingPropertiesForKeys: nil)
      return (entries ?? []).filter { !$0.lastPathComponent.hasPrefix(".") }
    }
    .sorted { $0.path < $1.path }
  }()

  @Test("Its corpus is there, and neither that nor any old crash breaks an invariant")
  func replay() throws {
    #expect(!Self.files.isEmpty)
    for file in Self.files {
      FuzzRun(Array(try Data(contentsOf: file))).check()
    }
  }
}
