@testable import HTTP2

/// A decoder that keeps whole fields.
struct FullDecoder: ~Copyable {
  private var decoder: HeaderDecoder

  init(tableSize: Int = 4096, acknowledged: Bool = true) {
    decoder = HeaderDecoder(tableSize: tableSize, watch: WatchList([]), values: ValuePool())
    if acknowledged { decoder.tableSizeAcknowledged(tableSize) }
  }

  mutating func decode(_ block: [UInt8]) throws -> [HeaderField] {
    let collector = FieldCollector(limit: .max)
    var summary = FieldSummary()
    let result = block.withUnsafeBytes { block -> CompressionError? in
      do throws(CompressionError) {
        try decoder.decode(block, into: &summary, collector: collector)
        return nil
      } catch {
        return error
      }
    }
    if let result { throw result }
    return collector.fields
  }

  mutating func acknowledge(_ size: Int) {
    decoder.tableSizeAcknowledged(size)
  }

  /// The fields as `name: value` lines.
  mutating func lines(_ block: [UInt8]) throws -> [String] {
    try decode(block).map {
      "\(String(decoding: $0.name, as: UTF8.self)): "
        + String(decoding: $0.value, as: UTF8.self)
    }
  }
}
