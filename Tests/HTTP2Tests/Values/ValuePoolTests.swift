import HTTP2
import Testing

@Suite("Value pool")
struct ValuePoolTests {
  private func intern(_ pool: ValuePool, _ text: String) -> UInt32 {
    Array(text.utf8).withUnsafeBytes { pool.intern($0) }
  }

  @Test("Equal values have equal ids, different ones do not")
  func ids() {
    let pool = ValuePool(limit: 2_000)
    var ids: [UInt32: String] = [:]
    for index in 0..<1_000 {
      let text = index == 0 ? "" : "value-\(index)"
      ids[intern(pool, text)] = text
    }
    #expect(ids.count == 1_000)
    #expect(ids[ValuePool.absent] == nil && ids[ValuePool.overflow] == nil)
    for (id, text) in ids {
      #expect(intern(pool, text) == id)
      #expect(pool.string(of: id) == text)
      #expect(pool.bytes(of: id) == Array(text.utf8))
    }
  }

  @Test("A full pool gives one id to everything new, and keeps what it has")
  func full() {
    let pool = ValuePool(limit: 3)
    let known = ["a", "b", "c"].map { intern(pool, $0) }
    #expect(intern(pool, "d") == ValuePool.overflow)
    #expect(intern(pool, "e") == ValuePool.overflow)
    #expect(["a", "b", "c"].map { intern(pool, $0) } == known)
    #expect(pool.string(of: ValuePool.overflow) == "…")
  }

  @Test("The bytes are bounded as well")
  func bytes() {
    let pool = ValuePool(limit: 4)
    #expect(intern(pool, String(repeating: "x", count: 257)) == ValuePool.overflow)
    #expect(intern(pool, String(repeating: "x", count: 256)) != ValuePool.overflow)
    #expect(intern(pool, "y") == ValuePool.overflow)
  }

  @Test("Ids never given stand for nothing")
  func unknown() {
    let pool = ValuePool()
    #expect(pool.bytes(of: ValuePool.absent).isEmpty)
    #expect(pool.bytes(of: 2).isEmpty)
    #expect(pool.bytes(of: .max).isEmpty)
  }
}
