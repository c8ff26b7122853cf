import Naming
import Testing

@Suite("Targets that a gRPC client or a kubectl user writes")
struct TargetTests {
  struct Form: Sendable, CustomTestStringConvertible {
    let text: String
    let scheme: Target.Scheme
    let kind: Target.Kind
    let authority: String
    var server: NameServer?
    var testDescription: String { text }
  }

  static let dns: [Form] = [
    ("mygrpc:50051", "mygrpc", 50051, "mygrpc:50051", nil),
    ("mygrpc", "mygrpc", 443, "mygrpc", nil),
    (":80", "localhost", 80, "localhost:80", nil),
    ("10.0.0.1", "10.0.0.1", 443, "10.0.0.1", nil),
    ("10.0.0.1:50051", "10.0.0.1", 50051, "10.0.0.1:50051", nil),
    ("::1", "::1", 443, "[::1]", nil),
    ("[::1]", "::1", 443, "[::1]", nil),
    ("[2001:db8::1]:50051", "2001:db8::1", 50051, "[2001:db8::1]:50051", nil),
    (
      "my_svc.ns.svc.cluster.local.:1", "my_svc.ns.svc.cluster.local.", 1,
      "my_svc.ns.svc.cluster.local.:1", nil
    ),
    ("MyHost:65535", "MyHost", 65535, "MyHost:65535", nil),
    ("http:80", "http", 80, "http:80", nil),
    ("dns:mygrpc", "mygrpc", 443, "mygrpc", nil),
    ("dns:mygrpc:50051", "mygrpc", 50051, "mygrpc:50051", nil),
    ("dns:/mygrpc:50051", "mygrpc", 50051, "mygrpc:50051", nil),
    ("dns:///mygrpc:50051", "mygrpc", 50051, "mygrpc:50051", nil),
    ("DNS:///mygrpc", "mygrpc", 443, "mygrpc", nil),
    ("dns:///[::1]:50051", "::1", 50051, "[::1]:50051", nil),
    ("dns://10.96.0.10/mygrpc", "mygrpc", 443, "mygrpc", NameServer(host: "10.96.0.10")),
    ("dns://127.0.0.1:5353/a.b:1", "a.b", 1, "a.b:1", NameServer(host: "127.0.0.1", port: 5353)),
    ("dns://[::1]:5353/a:1", "a", 1, "a:1", NameServer(host: "::1", port: 5353)),
    ("dns://ns.example/a:1", "a", 1, "a:1", NameServer(host: "ns.example")),
  ].map { text, host, port, authority, server in
    Form(
      text: text, scheme: .dns, kind: .dns(host: host, port: port), authority: authority,
      server: server)
  }

  static let kubernetes: [Form] = [
    ("kubernetes:///svc", "svc", nil, .first),
    ("kubernetes:svc", "svc", nil, .first),
    ("kubernetes:///svc:8080", "svc", nil, .number(8080)),
    ("kubernetes:///svc:grpc", "svc", nil, .name("grpc")),
    ("kubernetes:///svc.ns", "svc", "ns", .first),
    ("kubernetes:///svc.ns:grpc", "svc", "ns", .name("grpc")),
    ("kubernetes:///svc.ns.svc.cluster.local:8080", "svc", "ns", .number(8080)),
    ("kubernetes://ns/svc", "svc", "ns", .first),
    ("kubernetes://ns/svc:grpc", "svc", "ns", .name("grpc")),
    ("kubernetes://ns/svc.other:1", "svc", "ns", .number(1)),
    ("kubernetes://svc:8080/", "svc", nil, .number(8080)),
    ("kubernetes://svc", "svc", nil, .first),
    ("kubernetes://svc.ns/", "svc", "ns", .first),
    ("kubernetes://svc.ns:8080", "svc", "ns", .number(8080)),
    ("kubernetes://svc.ns.svc.cluster.local:8080/", "svc", "ns", .number(8080)),
    ("svc/mygrpc", "mygrpc", nil, .first),
    ("svc/mygrpc:grpc", "mygrpc", nil, .name("grpc")),
    ("service/mygrpc:50051", "mygrpc", nil, .number(50051)),
    ("services/mygrpc", "mygrpc", nil, .first),
  ].map { (text: String, service: String, namespace: String?, port: ServiceReference.Port) in
    Form(
      text: text, scheme: .kubernetes,
      kind: .kubernetes(ServiceReference(service: service, namespace: namespace, port: port)),
      authority: "\(service).\(namespace ?? "default")")
  }

  static let fixed: [Form] = [
    Form(
      text: "ipv4:10.0.0.1:1,10.0.0.2:2", scheme: .ipv4,
      kind: .fixed([.ip(.v4(0x0A00_0001), port: 1), .ip(.v4(0x0A00_0002), port: 2)]),
      authority: "10.0.0.1:1,10.0.0.2:2"),
    Form(
      text: "ipv4:///10.0.0.1:1", scheme: .ipv4, kind: .fixed([.ip(.v4(0x0A00_0001), port: 1)]),
      authority: "10.0.0.1:1"),
    Form(
      text: "ipv6:[::1]:1,[::2]:2", scheme: .ipv6,
      kind: .fixed([.ip(.v6(high: 0, low: 1), port: 1), .ip(.v6(high: 0, low: 2), port: 2)]),
      authority: "[::1]:1,[::2]:2"),
    Form(
      text: "unix:run/a b.sock", scheme: .unix, kind: .fixed([.unix(path: "run/a b.sock")]),
      authority: "localhost"),
    Form(
      text: "unix:///run/é.sock", scheme: .unix, kind: .fixed([.unix(path: "/run/é.sock")]),
      authority: "localhost"),
    Form(
      text: "unix:/run/a.sock", scheme: .unix, kind: .fixed([.unix(path: "/run/a.sock")]),
      authority: "localhost"),
    Form(
      text: "passthrough:///mygrpc:50051", scheme: .passthrough,
      kind: .fixed([.unresolved(host: "mygrpc", port: 50051)]), authority: "mygrpc:50051"),
    Form(
      text: "passthrough:///[::1]:50051", scheme: .passthrough,
      kind: .fixed([.ip(.v6(high: 0, low: 1), port: 50051)]), authority: "[::1]:50051"),
  ]

  @Test(
    "is read into what has to be looked up and the authority", arguments: dns + kubernetes + fixed)
  func reads(_ form: Form) throws {
    let target = try Target(form.text)
    #expect(target.given == form.text)
    #expect(target.scheme == form.scheme)
    #expect(target.kind == form.kind)
    #expect(target.authority == form.authority)
    #expect(target.nameServer == form.server)
  }

  @Test("the caller's namespace and port stand in where the target has none")
  func defaults() throws {
    #expect(try Target("svc/a", namespace: "prod").namespace == "prod")
    #expect(try Target("svc/a", namespace: "prod").authority == "a.prod")
    #expect(try Target("kubernetes:///a.ns", namespace: "prod").namespace == "ns")
    #expect(try Target("a", defaultPort: 80).port == "80")
    #expect(try Target("a:1", defaultPort: 80).port == "1")
    #expect(throws: TargetError.self) { try Target("svc/a", namespace: "../x") }
  }

  @Test("host, port and namespace are given as the report shows them")
  func parts() throws {
    #expect(try Target("[::1]:7").host == "::1")
    #expect(try Target("kubernetes:///a.ns:grpc").port == "grpc")
    #expect(try Target("kubernetes:///a.ns").port == nil)
    #expect(try Target("ipv4:10.0.0.1:1,10.0.0.2:2").host == "10.0.0.1")
    #expect(try Target("unix:x").host == "x")
    #expect(try Target("unix:x").port == nil)
    #expect(try Target("a:1").namespace == nil)
  }

  @Test("a DNS server is read alone, with port 53 unless given")
  func nameServers() throws {
    #expect(try NameServer(parsing: "10.0.0.1").description == "10.0.0.1:53")
    #expect(try NameServer(parsing: "10.0.0.1:5353").port == 5353)
    #expect(try NameServer(parsing: "fd00::a").description == "[fd00::a]:53")
    #expect(try NameServer(parsing: "[fd00::a]:5353").description == "[fd00::a]:5353")
    #expect(throws: TargetError.self) { try NameServer(parsing: "") }
    #expect(throws: TargetError.self) { try NameServer(parsing: "10.0.0.1:0") }
  }
}
