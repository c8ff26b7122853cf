import Naming
import Testing

@testable import Protobuf

@Suite("Descriptor pool")
struct DescriptorPoolTests {
  private func file(
    _ name: String, package: String = "p", imports: [String] = [],
    _ messages: MessageDeclaration...
  ) -> [UInt8] {
    DescriptorWriter.serialized(
      FileDeclaration(name, package: package, imports: imports, messages: messages))
  }

  private func linked(_ files: [UInt8]...) throws -> Schema {
    var pool = DescriptorPool()
    for file in files { try pool.add(file) }
    return try pool.link()
  }

  @Test("Files come in any order; what is missing is named until it is there")
  func order() throws {
    var pool = DescriptorPool()
    try pool.add(
      file(
        "a", imports: ["b", "google/protobuf/any.proto"],
        .init("A", [.one("b", 1, .message(".p.B")), .one("c", 2, .message("C"))])))
    #expect(pool.missing == ["b"])
    #expect(
      throws: DescriptorError.unknownType(name: "p.B", usedBy: "p.A.b", missingFiles: ["b"])
    ) { try pool.link() }
    try pool.add(file("b", imports: ["c"], .init("B")))
    #expect(pool.missing == ["c"])
    try pool.add(file("c", .init("C")))
    try pool.add(file("b", .init("Ignored")))
    #expect(pool.missing.isEmpty)
    let schema = try pool.link()
    let a = try #require(schema.message(named: "p.A"))
    #expect(a.fields.map(\.kind) == [.message("p.B"), .message("p.C")])
    #expect(schema.message(named: "p.Ignored") == nil)
    #expect(schema.message(named: "google.protobuf.Any") != nil)
  }

  @Test("A missing file of which nothing is used does no harm")
  func unused() throws {
    let schema = try linked(file("a", imports: ["validate/validate.proto"], .init("A")))
    #expect(schema.message(named: "p.A") != nil)
  }

  @Test("Relative names are looked for from the inside out")
  func scopes() throws {
    let schema = try linked(
      file(
        "a", package: "x.y",
        .init(
          "Outer", [.one("inner", 1, .message("Thing")), .one("far", 2, .message("y.Thing"))],
          messages: [.init("Thing")]),
        .init("Thing")))
    let outer = try #require(schema.message(named: "x.y.Outer"))
    #expect(outer.fields.map(\.kind) == [.message("x.y.Outer.Thing"), .message("x.y.Thing")])
  }

  @Test("Files that import each other are refused, long chains are not")
  func cycles() throws {
    #expect(throws: DescriptorError.importCycle(files: ["a", "b", "c"])) {
      try linked(file("a", imports: ["b"]), file("b", imports: ["a"]), file("c", imports: ["a"]))
    }
    var pool = DescriptorPool()
    for index in 0..<5000 { try pool.add(file("f\(index)", imports: ["f\(index + 1)"])) }
    #expect(pool.missing == ["f5000"])
    _ = try pool.link()
  }

  @Test(
    "Declarations that contradict each other are refused",
    arguments: [
      (MessageDeclaration("M", [.one("a", 1, .int32), .one("a", 2, .int32)]), "p.M.a"),
      (MessageDeclaration("M", [.one("a", 1, .int32), .one("b", 1, .int32)]), "p.M.b"),
      (MessageDeclaration("M", [.one("a", 0, .int32)]), "p.M.a"),
      (MessageDeclaration("M", [.one("a", 1 << 29, .int32)]), "p.M.a"),
      (MessageDeclaration("M", [.one("", 1, .int32)]), "p.M."),
      (MessageDeclaration("M", [.one("a", 1, .int32, oneof: 3)]), "p.M.a"),
      (MessageDeclaration("M", messages: [.init("N"), .init("N")]), "p.M.N"),
      (MessageDeclaration("M", enums: [EnumDeclaration("E", [])]), "p.M.E"),
      (MessageDeclaration("M", [.one("a", 1, .enumeration("M"))]), "p.M.a"),
      (MessageDeclaration("M", messages: [.mapEntry("E", .double, .bool)]), "p.M.E"),
      (
        MessageDeclaration(
          "M", [FieldDeclaration(name: "a", number: 1, kind: .int32, defaultText: "much")]), "p.M.a"
      ),
    ])
  func invalid(message: MessageDeclaration, culprit: String) {
    do {
      _ = try linked(file("a", message))
      Issue.record("it was linked")
    } catch DescriptorError.invalid(let name, _) {
      #expect(name == culprit)
    } catch {
      Issue.record(error)
    }
  }

  @Test("Cut anywhere or changed anywhere, a descriptor never crashes")
  func hostile() throws {
    var random = SplitMix64(seed: 6)
    for bytes in TestFiles.serialized {
      for count in stride(from: 0, to: bytes.count, by: 3) {
        var pool = DescriptorPool()
        if (try? pool.add(Array(bytes.prefix(count)))) != nil { _ = try? pool.link() }
        var changed = bytes
        changed[count] = UInt8.random(in: .min ... .max, using: &random)
        pool = DescriptorPool()
        if (try? pool.add(changed)) != nil { _ = try? pool.link() }
      }
    }
  }

  @Test("A malformed descriptor is told with its file and place")
  func malformed() {
    var pool = DescriptorPool()
    #expect(
      throws: DescriptorError.malformed(
        file: "x", WireError(kind: .truncated, offset: 4))
    ) { try pool.add(hex("0a0178 22 05")) }
  }

  @Test("Depth, number and size of declarations are bounded")
  func bounds() throws {
    var nested = MessageDeclaration("M")
    for _ in 0..<100 { nested = MessageDeclaration("M", messages: [nested]) }
    #expect(throws: DescriptorError.self) { try linked(file("a", nested)) }

    // Two bytes for every message.
    let many = Array(repeating: [UInt8](hex("2200")), count: Limits.declarations + 1)
    #expect(throws: DescriptorError.tooManyDeclarations) { try linked(Array(many.joined())) }

    let long = String(repeating: "n", count: Limits.nameBytes)
    #expect(throws: DescriptorError.self) { try linked(file("a", .init(long))) }

    var pool = DescriptorPool()
    #expect(throws: DescriptorError.tooLarge) {
      try pool.add(Array(repeating: 0, count: Limits.descriptorBytes + 1))
    }
  }
}
