/// Encodes requests (RFC 7541) against a dynamic table that is only ever filled, so that a request
/// sent again soon becomes a row of indices that can be kept and repeated.
struct HeaderEncoder {
  /// The fields in the table, oldest first.
  private var table: [HeaderField] = []
  private var size = 0

  /// The largest table in use: our own choice of 4096 bytes, or less where the server allows less.
  private var limit = defaultLimit
  private static let defaultLimit = 4096

  /// The smallest limit since the last block, which the next block has to announce (RFC 7541 §4.2).
  private var lowestLimit: Int?

  /// Changes with the table: blocks encoded under another version must not be sent again.
  private(set) var version: UInt32 = 0

  /// The server's SETTINGS_HEADER_TABLE_SIZE.
  mutating func peerTableSize(_ peerLimit: Int) {
    let newLimit = min(peerLimit, Self.defaultLimit)
    guard newLimit != limit else { return }
    lowestLimit = min(lowestLimit ?? newLimit, newLimit)
    limit = newLimit
    version &+= 1
    var evicted = 0
    while size > limit {
      size -= table[evicted].tableSize
      evicted += 1
    }
    table.removeFirst(evicted)
  }

  mutating func encode(_ request: RequestTemplate, into block: inout [UInt8]) {
    if let lowest = lowestLimit {
      if lowest < limit { appendSizeUpdate(lowest, to: &block) }
      appendSizeUpdate(limit, to: &block)
      lowestLimit = nil
      version &+= 1
    }
    for field in request.encodedFields {
      encode(field, into: &block)
    }
  }

  private func appendSizeUpdate(_ size: Int, to block: inout [UInt8]) {
    PrefixInteger.append(size, prefix: 5, pattern: 0x20, to: &block)
  }

  private mutating func encode(_ encoded: EncodedField, into block: inout [UInt8]) {
    let field = encoded.field
    if !field.isSensitive {
      if let index = encoded.staticIndex ?? index(of: field) {
        PrefixInteger.append(index, prefix: 7, pattern: 0x80, to: &block)
        return
      }
      if size + field.tableSize <= limit {
        appendLiteral(encoded, prefix: 6, pattern: 0x40, to: &block)
        table.append(field)
        size += field.tableSize
        version &+= 1
        return
      }
    }
    appendLiteral(encoded, prefix: 4, pattern: field.isSensitive ? 0x10 : 0, to: &block)
  }

  private func appendLiteral(
    _ encoded: EncodedField, prefix: Int, pattern: UInt8, to block: inout [UInt8]
  ) {
    let index = encoded.staticNameIndex ?? nameIndex(of: encoded.field) ?? 0
    PrefixInteger.append(index, prefix: prefix, pattern: pattern, to: &block)
    if index == 0 { block += encoded.nameLiteral }
    block += encoded.valueLiteral
  }

  private func index(of field: HeaderField) -> Int? {
    table.lastIndex { $0.value == field.value && $0.name == field.name }.map(tableIndex)
  }

  private func nameIndex(of field: HeaderField) -> Int? {
    table.lastIndex { $0.name == field.name }.map(tableIndex)
  }

  /// The newest entry has the lowest index (RFC 7541 §2.3.3).
  private func tableIndex(_ position: Int) -> Int {
    StaticTable.count + table.count - position
  }
}
