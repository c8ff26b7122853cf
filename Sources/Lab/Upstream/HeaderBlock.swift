/// The outline of a header block (RFC 7541 §6), without what the fields are.
enum HeaderBlock {
  /// Whether no field of the block is added to the dynamic table, and its size stays. False also for
  /// what is no header block.
  static func leavesTable(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    while let first = rest.first {
      // Indexed (§6.1).
      if first & 0x80 != 0 {
        guard integer(&rest, prefix: 7) != nil else { return false }
        continue
      }
      // With incremental indexing (§6.2.1), and updates of the table's size (§6.3).
      if first & 0xC0 == 0x40 || first & 0xE0 == 0x20 { return false }
      guard let name = integer(&rest, prefix: 4), name > 0 || skipString(&rest), skipString(&rest)
      else { return false }
    }
    return true
  }

  /// §5.2, whatever its coding.
  private static func skipString(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let length = integer(&rest, prefix: 7), length <= rest.count else { return false }
    rest = rest.dropFirst(length)
    return true
  }

  /// §5.1, in up to four bytes: longer ones stand for nothing in a block of a sensible size.
  private static func integer(_ rest: inout Slice<UnsafeRawBufferPointer>, prefix: Int) -> Int? {
    let most = 1 << prefix - 1
    guard let first = rest.popFirst() else { return nil }
    var value = Int(first) & most
    guard value == most else { return value }
    for shift in [0, 7, 14] {
      guard let byte = rest.popFirst() else { return nil }
      value += Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
