import Naming
import Testing

@testable import Resolution

@Suite("The hosts file")
struct HostsFileTests {
  @Test("names hosts by any of a line's names, whatever the letter case")
  func reads() throws {
    let file = HostsFile(
      parsing: """
        # comment
        127.0.0.1\tlocalhost  Loop # trailing
        ::1 localhost
        10.0.0.5 web.example.
        10.0.0.5 web.example
        nonsense web.example
        10.0.0.6

        """)
    let v4 = IPAddress.v4(0x7F00_0001)
    #expect(file.addresses(of: "LOCALHOST") == [v4, .v6(high: 0, low: 1)])
    #expect(file.addresses(of: "loop.") == [v4])
    #expect(file.addresses(of: "web.example") == [.v4(0x0A00_0005)])
    #expect(file.addresses(of: "trailing") == nil)
    #expect(file.addresses(of: "web") == nil)
  }

  @Test("is empty where it cannot be read")
  func missing() {
    #expect(HostsFile(path: "/nonexistent/hosts") == HostsFile(parsing: ""))
  }
}
