/// Field values as small numbers: equal values have equal ids, so that nobody needs a string per
/// response. Shared by the connections of one event loop; not safe across threads. Bounded.
package final class ValuePool {
  /// The id that stands for no value.
  package static let absent: UInt32 = 0
  /// The id of every value that came after the pool was full.
  package static let overflow: UInt32 = 1

  private struct Span {
    var hash: UInt32
    var start: Int
    var count: Int
  }

  private let limit: Int
  private let byteLimit: Int

  // All values end to end, where each lies (id 2 first), and an open-addressing table of ids in
  // which 0 means free. The table always has free places.
  private var texts: [UInt8] = []
  private var spans: [Span] = []
  private var table = [UInt32](repeating: 0, count: 16)

  /// `limit`: how many distinct values are kept. Their bytes are bounded at 64 times that.
  package init(limit: Int = 4096) {
    self.limit = limit
    byteLimit = limit * 64
  }

  /// The id of a value; `overflow` for a new one when the pool is full. Never `absent`.
  package func intern(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let hash = Self.hash(bytes)
    var place = Int(hash) & (table.count - 1)
    while table[place] != 0 {
      let span = spans[Int(table[place]) - 2]
      if span.hash == hash, span.count == bytes.count,
        texts.withUnsafeBytes({
          bytes.equals(UnsafeRawBufferPointer(rebasing: $0[span.start..<span.start + span.count]))
        })
      {
        return table[place]
      }
      place = (place + 1) & (table.count - 1)
    }
    return add(bytes, hash: hash)
  }

  /// The value behind an id; empty for `absent` and for ids never given.
  package func bytes(of id: UInt32) -> [UInt8] {
    if id == Self.overflow { return Array("…".utf8) }
    guard id >= 2, Int(id) - 2 < spans.count else { return [] }
    let span = spans[Int(id) - 2]
    return Array(texts[span.start..<span.start + span.count])
  }

  /// The value as text, ill-formed UTF-8 replaced; `…` for `overflow`. Not escaped.
  package func string(of id: UInt32) -> String {
    String(decoding: bytes(of: id), as: UTF8.self)
  }

  private func add(_ bytes: UnsafeRawBufferPointer, hash: UInt32) -> UInt32 {
    guard spans.count < limit, texts.count + bytes.count <= byteLimit else { return Self.overflow }
    spans.append(Span(hash: hash, start: texts.count, count: bytes.count))
    texts.append(contentsOf: bytes)
    let id = UInt32(spans.count) + 1
    if spans.count * 2 > table.count {
      table = [UInt32](repeating: 0, count: table.count * 2)
      for (index, span) in spans.enumerated() {
        put(UInt32(index) + 2, hash: span.hash)
      }
    } else {
      put(id, hash: hash)
    }
    return id
  }

  private func put(_ id: UInt32, hash: UInt32) {
    var place = Int(hash) & (table.count - 1)
    while table[place] != 0 { place = (place + 1) & (table.count - 1) }
    table[place] = id
  }

  /// FNV-1a. Values made to collide cost at most `limit` comparisons of numbers.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var hash: UInt32 = 0x811c_9dc5
    for byte in bytes {
      hash = (hash ^ UInt32(byte)) &* 0x0100_0193
    }
    return hash
  }
}
