@testable import HTTP2

/// A decoder that keeps whole fields.
final class FullDecoder {
  private var decoder: HeaderDecoder

  init(tableSize: Int = 4096, acknowledged: Bool = true) {
    decoder = HeaderDecoder(tableSize: tableSize, watch: WatchList([]), values: ValuePool())
    if acknowledged { decoder.tableSizeAcknowledged(tableSize) }
  }

  func decode(_ block: [UInt8]) throws -> [HeaderField] {
    let collector = FieldCollector(limit: .max)
    let result = block.withUnsafeBytes { block -> CompressionError? in
      var notes: [UInt32] = Array(repeating: 0, count: 8)
      var summary = notes.withUnsafeMutableBufferPointer {
        FieldSummary(notes: $0.baseAddress.unsafelyUnwrapped)
      }
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

  func acknowledge(_ size: Int) {
    decoder.tableSizeAcknowledged(size)
  }

  /// The fields as `name: value` lines.
  func lines(_ block: [UInt8]) throws -> [String] {
    try decode(block).map {
      "\(String(decoding: $0.name, as: UTF8.self)): "
        + String(decoding: $0.value, as: UTF8.self)
    }
  }
}
