import FoundationEssentials
import Glibc
import Testing

/// Compares with Fixtures/NAME. With UPDATE_GOLDENS in the environment the file is written instead,
/// and the test fails so that nobody leaves the variable set.
func expectGolden(
  _ text: String, _ name: String, location: SourceLocation = #_sourceLocation
) throws {
  let path = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures/" + name
  if getenv("UPDATE_GOLDENS") != nil {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    Issue.record("wrote \(name): look at the difference", sourceLocation: location)
    return
  }
  let expected = try String(contentsOfFile: path, encoding: .utf8)
  #expect(text == expected, sourceLocation: location)
}
