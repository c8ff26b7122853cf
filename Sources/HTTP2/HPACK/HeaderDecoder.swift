/// Decodes header blocks (RFC 7541) into what this client wants to know. Fields that come from the
/// tables cost a look-up and no strings; texts are looked at only when they are new.
struct HeaderDecoder: ~Copyable {
  private var table = DynamicTable(maxSize: 4096)
  private let watch: WatchList
  private let values: ValuePool

  /// The largest table that the server may choose, by the SETTINGS it knows of.
  private var allowedTableSize: Int
  /// The server acknowledged a smaller table than it uses: its next block must say so first.
  private var mustShrink = false

  /// `tableSize`: the SETTINGS_HEADER_TABLE_SIZE that we announce. Until the server has acknowledged
  /// it, the default may be in use as well (RFC 9113 §6.5.3).
  init(tableSize: Int, watch: WatchList, values: ValuePool) {
    allowedTableSize = max(4096, tableSize)
    self.watch = watch
    self.values = values
  }

  /// The server has acknowledged our SETTINGS_HEADER_TABLE_SIZE.
  mutating func tableSizeAcknowledged(_ size: Int) {
    allowedTableSize = size
    mustShrink = table.maxSize > size
  }

  /// Reads a complete block. `collector`, if there is one, gets every field in full.
  mutating func decode(
    _ block: UnsafeRawBufferPointer, into summary: inout FieldSummary,
    collector: FieldCollector? = nil
  ) throws(CompressionError) {
    guard var input = ByteReader(block) else {
      if mustShrink { throw .sizeUpdateMissing }
      return
    }
    try readSizeUpdates(&input)
    while let first = input.peek {
      if first >= 0x80 {
        let index = try input.integer(prefix: 7)
        try indexed(index, &summary, collector)
      } else {
        try literal(&input, first, &summary, collector)
      }
    }
  }

  /// RFC 7541 §4.2 and §6.3.
  @inline(__always)
  private mutating func readSizeUpdates(_ input: inout ByteReader) throws(CompressionError) {
    while let first = input.peek, first & 0xe0 == 0x20 {
      let size = try input.integer(prefix: 5)
      guard size <= allowedTableSize else { throw .sizeUpdateTooLarge }
      table.resize(to: size)
      mustShrink = false
    }
    if mustShrink { throw .sizeUpdateMissing }
  }

  // MARK: Indexed fields

  @inline(__always)
  private func indexed(
    _ index: Int, _ summary: inout FieldSummary, _ collector: FieldCollector?
  ) throws(CompressionError) {
    if index > StaticTable.count {
      guard index - StaticTable.count <= table.count else { throw .unknownIndex }
      let entry = table.entry(age: index - StaticTable.count - 1)
      summary.add(entry.meaning, size: entry.size)
      if entry.meaning.kind == .contentLength {
        summary.add(contentLength: table.field(of: entry).value)
      }
      if let collector {
        let field = table.field(of: entry)
        collector.add(name: field.name, value: field.value)
      }
    } else if index == 8, collector == nil {
      summary.add(staticStatus: 200)
    } else {
      try staticField(index, &summary, collector)
    }
  }

  @inline(never)
  private func staticField(
    _ index: Int, _ summary: inout FieldSummary, _ collector: FieldCollector?
  ) throws(CompressionError) {
    guard index > 0 else { throw .unknownIndex }
    let field = StaticTable.field(at: index)
    add(field.name, field.value, &summary)
    collector?.add(name: field.name, value: field.value)
  }

  // MARK: Literal fields

  @inline(never)
  private mutating func literal(
    _ input: inout ByteReader, _ first: UInt8, _ summary: inout FieldSummary,
    _ collector: FieldCollector?
  ) throws(CompressionError) {
    if first & 0xe0 == 0x20 { throw .sizeUpdateLate }
    let entersTable = first >= 0x40
    let nameIndex = try input.integer(prefix: entersTable ? 6 : 4)
    // A name from the dynamic table is copied too: inserting may move or evict it (RFC 7541 §4.4).
    var tableName: UnsafeRawBufferPointer?
    let name: StringLiteral
    if nameIndex == 0 {
      name = try input.string()
    } else {
      let bytes = try self.name(at: nameIndex)
      if nameIndex > StaticTable.count { tableName = bytes }
      name = StringLiteral(bytes: bytes, isHuffmanCoded: false)
    }
    let value = try input.string()
    let nameScratch = tableName?.count ?? name.scratch

    func finish(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
      let meaning = add(name, value, &summary)
      collector?.add(name: name, value: value, neverIndexed: first & 0xf0 == 0x10)
      if entersTable { table.insert(name: name, value: value, meaning: meaning) }
    }

    if nameScratch + value.scratch == 0 {
      finish(name.bytes, value.bytes)
      return
    }
    let isValid = withUnsafeTemporaryAllocation(
      byteCount: nameScratch + value.scratch, alignment: 1
    ) { memory in
      let nameMemory = UnsafeMutableRawBufferPointer(rebasing: memory[..<nameScratch])
      if let tableName { nameMemory.copyMemory(from: tableName) }
      guard
        let nameText = tableName == nil
          ? name.resolve(in: nameMemory) : UnsafeRawBufferPointer(nameMemory),
        let valueText = value.resolve(
          in: UnsafeMutableRawBufferPointer(rebasing: memory[nameScratch...]))
      else { return false }
      finish(nameText, valueText)
      return true
    }
    if !isValid { throw .huffman }
  }

  private func name(at index: Int) throws(CompressionError) -> UnsafeRawBufferPointer {
    if index <= StaticTable.count { return StaticTable.field(at: index).name }
    guard index - StaticTable.count <= table.count else { throw .unknownIndex }
    return table.field(of: table.entry(age: index - StaticTable.count - 1)).name
  }

  @discardableResult
  private func add(
    _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
    _ summary: inout FieldSummary
  ) -> FieldMeaning {
    let meaning = FieldMeaning(
      name: FieldName(name, watch: watch, values: values), value: value, values: values)
    summary.add(meaning, size: name.count + value.count + DynamicTable.overhead)
    if meaning.kind == .contentLength { summary.add(contentLength: value) }
    return meaning
  }
}

/// Keeps the fields of a block in full, for an observer. Stops at a bound, because a few bytes of
/// header block can stand for megabytes of fields.
final class FieldCollector {
  private(set) var fields: [HeaderField] = []
  private var room: Int

  /// `limit`: bytes of names and values to keep, counted as RFC 9113 §6.5.2 does.
  init(limit: Int) {
    room = limit
  }

  func add(
    name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, neverIndexed: Bool = false
  ) {
    room -= name.count + value.count + DynamicTable.overhead
    guard room >= 0 else { return }
    fields.append(
      HeaderField(name: Array(name), value: Array(value), neverIndexed: neverIndexed))
  }
}
