import Naming
import Testing

@Suite("Targets that cannot be read")
struct TargetErrorTests {
  /// The text, the offset of the offending character, and a word of the problem.
  static let malformed: [(String, Int, String)] = [
    ("", 0, "empty"),
    ("host:", 5, "port is missing"),
    (":", 1, "port is missing"),
    ("dns:///host:", 12, "port is missing"),
    ("host:0", 5, "no such port"),
    ("host:65536", 5, "no such port"),
    ("host:99999999999999999999", 5, "no such port"),
    ("host:-1", 5, "not a number"),
    ("host:+1", 5, "not a number"),
    ("host:grpc", 5, "not a number"),
    ("host:80/x", 7, "after the port"),
    ("host/x", 4, "'/' cannot stand"),
    ("ho st:80", 2, "' ' cannot stand"),
    (" host:80", 0, "' ' cannot stand"),
    ("host:80 ", 7, "after the port"),
    ("ho\u{1B}[31mst", 2, "control character"),
    ("host\r\n:80", 4, "control character"),
    ("host\u{0}", 4, "control character"),
    ("höst:80", 1, "xn--"),
    ("a..b:80", 2, "is empty"),
    (".a:80", 0, "is empty"),
    ("a..:80", 2, "is empty"),
    (".", 0, "is empty"),
    (String(repeating: "a", count: 64) + ":80", 63, "longer than 63"),
    (Array(repeating: "abcdefg", count: 32).joined(separator: "."), 253, "longer than 253"),
    ("1:2:3", 3, "several colons"),
    ("2001:db8::zz:80", 8, "several colons"),
    ("[::1", 4, "not closed"),
    ("[]:80", 1, "no IPv6"),
    ("[10.0.0.1]:80", 1, "no IPv6"),
    ("[fe80::1%eth0]:80", 8, "zone"),
    ("[::1]80", 5, "after the bracket"),
    ("[::1]:", 6, "port is missing"),
    ("dns:", 4, "host is missing"),
    ("dns://", 6, "host is missing"),
    ("dns:///", 7, "host is missing"),
    ("dns://mygrpc:50051", 18, "host is missing"),
    ("dns://10.0.0.1:53/", 18, "host is missing"),
    ("dns://10.0.0.1:x/host", 15, "not a number"),
    ("dns://:/host", 7, "port is missing"),
    ("dns:////host", 7, "'/' cannot stand"),
    ("foo:///x", 0, "no scheme 'foo'"),
    ("http://host:80", 0, "no scheme 'http'"),
    ("grpc+tls://host", 0, "no scheme 'grpc+tls'"),
    ("xds:///svc", 0, "cannot predict"),
    ("xds:svc", 0, "cannot predict"),
    ("unix-abstract:x", 0, "abstract"),
    ("kubernetes:///", 14, "Service name is missing"),
    ("kubernetes:///:80", 14, "Service name is missing"),
    ("kubernetes:///svc:", 18, "port is missing"),
    ("kubernetes:///svc:70000", 18, "no such port"),
    ("kubernetes:///svc:a_b", 19, "'_' cannot stand"),
    ("kubernetes:///Svc", 14, "'S' cannot stand"),
    ("kubernetes:///svc.", 18, "namespace is missing"),
    ("kubernetes:///svc.n/s", 19, "'/' cannot stand"),
    ("kubernetes:///-svc", 14, "'-' cannot stand"),
    ("kubernetes:///svc-", 17, "does not end"),
    ("kubernetes://svc:grpc/", 17, "not a number"),
    ("kubernetes://ns:80/svc", 15, "no port"),
    ("kubernetes://n_s/svc", 14, "'_' cannot stand"),
    ("svc/", 4, "Service name is missing"),
    ("svc/a.ns:80", 5, "no dots"),
    ("svc/a/b", 5, "'/' cannot stand"),
    ("service/a:", 10, "port is missing"),
    ("ipv4:", 5, "address is missing"),
    ("ipv4:10.0.0.1", 13, "port is missing"),
    ("ipv4:10.0.0.1:80,", 17, "address is missing"),
    ("ipv4:10.0.0.1:80,10.0.0.2", 25, "port is missing"),
    ("ipv4:10.0.0.1:80,host:80", 17, "not an IPv4"),
    ("ipv4:[::1]:80", 5, "not an IPv4"),
    ("ipv4://10.0.0.1:80", 7, "takes no server"),
    ("ipv6:::1:80", 5, "without brackets"),
    ("ipv6:[::1]:80,10.0.0.1:80", 14, "without brackets"),
    ("unix:", 5, "path is missing"),
    ("unix:///", 8, "path is missing"),
    ("unix://run/a.sock", 7, "no host"),
    ("unix:" + String(repeating: "x", count: 108), 112, "longer than 107"),
    ("passthrough:///", 15, "address is missing"),
    ("passthrough:///host", 19, "port is missing"),
    ("passthrough://x/host:80", 14, "takes no server"),
  ]

  @Test("point at the character and give a form that works", arguments: malformed)
  func positions(text: String, offset: Int, problem: String) throws {
    let error = try #require(throws: TargetError.self) { try Target(text) }
    #expect(error.offset == offset)
    #expect(error.problem.contains(problem))
    #expect(error.target == text)
    #expect(!error.expected.isEmpty)
    #expect(throws: Never.self) { try Target(error.example) }
  }

  @Test("are shown with a caret under the character")
  func caret() throws {
    let error = try #require(throws: TargetError.self) { try Target("dns:///mygrpc:") }
    #expect(
      error.description == """
        the port is missing after ':'
          dns:///mygrpc:
                        ^ expected a port number from 1 to 65535
        for example: dns:///mygrpc:50051
        """)
  }

  @Test("never bring control or wide characters to the terminal; the caret stays in place")
  func escaping() throws {
    let error = try #require(throws: TargetError.self) { try Target("日\u{202E}本\u{7}:80") }
    let lines = error.description.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(error.description.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A })
    #expect(lines[1] == "  \\u{65e5}\\u{202e}\\u{672c}\\u{7}:80")
    #expect(lines[2].prefix { $0 == " " }.count == 2 + "\\u{65e5}\\u{202e}\\u{672c}".count)
  }

  @Test("random text is read or refused, never trapped on, and errors stay inside the text")
  func noise() {
    var generator = SplitMix64(seed: 7)
    let pieces = [
      "dns:", "//", "/", ":", "[", "]", ".", ",", "a", "-", "_", "0", "80", "::1", "10.0.0.1", "%",
      "kubernetes:", "svc/", "ipv4:", "ipv6:", "unix:", "passthrough:", "é", "\u{301}", "\n", " ",
    ]
    for _ in 0..<5_000 {
      let count = Int.random(in: 0...8, using: &generator)
      let text = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
      do throws(TargetError) {
        let target = try Target(text)
        #expect(target.given == text)
      } catch {
        #expect((0...text.unicodeScalars.count).contains(error.offset), "\(text)")
        #expect(error.description.split(separator: "\n").count == 4, "\(text)")
      }
    }
  }
}
