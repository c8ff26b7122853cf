import Naming
import Testing

@testable import Resolution

@Suite("The order of addresses (RFC 6724, as Go applies it)")
struct AddressOrderTests {
  private func order(_ pairs: [(String, String?)]) throws -> [String] {
    let candidates = try pairs.map { destination, source in
      AddressOrder.Candidate(
        destination: try #require(IPAddress(destination)),
        source: try source.map { try #require(IPAddress($0)) })
    }
    return AddressOrder.sorted(candidates).map(\.description)
  }

  @Test("addresses without a route go last, in their order")
  func unusable() throws {
    #expect(
      try order([
        ("2001:db8::2", nil), ("2001:db8::1", nil), ("10.0.0.1", "10.0.0.9"),
      ]) == ["10.0.0.1", "2001:db8::2", "2001:db8::1"])
  }

  @Test("global IPv6 goes before IPv4, unique local IPv6 as in most clusters after it")
  func families() throws {
    #expect(
      try order([("10.0.0.1", "10.0.0.9"), ("2001:db8::1", "2001:db8::9")]) == [
        "2001:db8::1", "10.0.0.1",
      ])
    #expect(
      try order([("fd00::1", "fd00::9"), ("10.0.0.1", "10.0.0.9")]) == ["10.0.0.1", "fd00::1"])
  }

  @Test("IPv6 addresses with a longer common prefix go first; IPv4 is left alone")
  func prefixes() throws {
    #expect(
      try order([
        ("2001:db8:ffff::1", "2001:db8:0:1::9"), ("2001:db8:0:1::2", "2001:db8:0:1::9"),
        ("2001:db8:0:1::1", "2001:db8:0:1::9"),
      ]) == ["2001:db8:0:1::2", "2001:db8:0:1::1", "2001:db8:ffff::1"])
    #expect(
      try order([("192.168.0.1", "10.0.0.9"), ("10.0.0.1", "10.0.0.9")]) == [
        "192.168.0.1", "10.0.0.1",
      ])
  }

  /// RFC 6724 §10.2, the examples that do not rest on rules 3, 4 and 7.
  @Test("the examples of the RFC come out as there")
  func examples() throws {
    #expect(
      try order([("2001:db8:1::1", "2001:db8:1::2"), ("198.51.100.121", "198.51.100.117")])[0]
        == "2001:db8:1::1")
    #expect(
      try order([("2001:db8:1::1", "fe80::1"), ("198.51.100.121", "198.51.100.117")])[0]
        == "198.51.100.121")
    #expect(
      try order([("2001:db8:1::1", "2001:db8:1::2"), ("fe80::1", "fe80::2")])[0] == "fe80::1")
    #expect(
      try order([
        ("2001:db8:1::1", "2002:c633:6401::2"), ("2002:c633:6401::1", "2002:c633:6401::2"),
      ])[
        0] == "2002:c633:6401::1")
    #expect(
      try order([("2002:c633:6401::1", "2002:c633:6401::2"), ("2001:db8:1::1", "2001:db8:1::2")])[0]
        == "2001:db8:1::1")
  }

  @Test("the kernel is asked for the source; loopback is its own")
  func sources() throws {
    let loopback = try #require(IPAddress("127.0.0.1"))
    #expect(sourceAddress(for: loopback) == loopback)
    // Where the machine has no IPv6 there is no source either.
    let loopback6 = try #require(IPAddress("::1"))
    #expect([nil, loopback6].contains(sourceAddress(for: loopback6)))
  }
}
