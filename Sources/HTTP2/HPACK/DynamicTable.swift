/// The decoder's dynamic table (RFC 7541 §2.3.2): fields of the past, newest first. The texts lie
/// end to end in one block of memory; an entry is 16 bytes and knows what its field means to us.
struct DynamicTable: ~Copyable {
  struct Entry {
    fileprivate var offset: UInt32
    fileprivate var nameCount: UInt16
    fileprivate var valueCount: UInt16
    let meaning: FieldMeaning

    /// What the entry counts for in the table and in a header list (RFC 7541 §4.1).
    var size: Int {
      @inline(__always) get { Int(nameCount) + Int(valueCount) + DynamicTable.overhead }
    }
  }

  /// Added to the lengths of name and value (RFC 7541 §4.1).
  static let overhead = 32

  private(set) var count = 0
  /// The sum of the entries' sizes.
  private(set) var size = 0
  private(set) var maxSize: Int

  // A ring of entries, its capacity a power of two; `oldest` counts up without end.
  private var entries = UnsafeMutableBufferPointer<Entry>(start: nil, count: 0)
  private var oldest = 0

  // The texts from the oldest entry's to the newest's, without gaps.
  private var texts = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var textStart = 0
  private var textEnd = 0

  /// `maxSize`: at most 65,535, so that lengths fit into an entry.
  init(maxSize: Int) {
    self.maxSize = maxSize
  }

  deinit {
    entries.deallocate()
    texts.deallocate()
  }

  /// The entry that was added `age` insertions before the newest. Precondition: `age < count`.
  @inline(__always)
  func entry(age: Int) -> Entry {
    entries[(oldest &+ count &- 1 &- age) & (entries.count &- 1)]
  }

  /// The texts of an entry; valid until the table changes.
  func field(
    of entry: Entry
  ) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    let start = Int(entry.offset)
    let middle = start + Int(entry.nameCount)
    return (
      UnsafeRawBufferPointer(rebasing: texts[start..<middle]),
      UnsafeRawBufferPointer(rebasing: texts[middle..<middle + Int(entry.valueCount)])
    )
  }

  /// RFC 7541 §4.3.
  mutating func resize(to maxSize: Int) {
    self.maxSize = maxSize
    evict(downTo: maxSize)
  }

  /// RFC 7541 §4.4: an entry larger than the table empties it. The texts must not lie inside the
  /// table, which may move them.
  mutating func insert(
    name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, meaning: FieldMeaning
  ) {
    let length = name.count + value.count
    guard length + Self.overhead <= maxSize else {
      evict(downTo: 0)
      return
    }
    evict(downTo: maxSize - length - Self.overhead)
    if count == entries.count { growEntries() }
    if textEnd + length > texts.count { makeRoom(for: length) }
    let entry = Entry(
      offset: UInt32(textEnd), nameCount: UInt16(name.count), valueCount: UInt16(value.count),
      meaning: meaning)
    entries[(oldest &+ count) & (entries.count &- 1)] = entry
    UnsafeMutableRawBufferPointer(rebasing: texts[textEnd...]).copyMemory(from: name)
    UnsafeMutableRawBufferPointer(rebasing: texts[(textEnd + name.count)...])
      .copyMemory(from: value)
    textEnd += length
    count += 1
    size += entry.size
  }

  private mutating func evict(downTo limit: Int) {
    while size > limit {
      let entry = entry(age: count - 1)
      oldest &+= 1
      count -= 1
      size -= entry.size
      textStart += entry.size - Self.overhead
    }
    if count == 0 {
      textStart = 0
      textEnd = 0
    }
  }

  private mutating func growEntries() {
    let larger = UnsafeMutableBufferPointer<Entry>.allocate(capacity: max(4, entries.count * 2))
    for index in 0..<count {
      (larger.baseAddress.unsafelyUnwrapped + index).initialize(to: entry(age: count - 1 - index))
    }
    entries.deallocate()
    entries = larger
    oldest = 0
  }

  /// Moves the texts to the start of the memory, or to twice as much: at least half of it is free
  /// afterwards, so that moving costs little per insertion.
  private mutating func makeRoom(for length: Int) {
    let used = textEnd - textStart
    var capacity = max(128, texts.count)
    while capacity < (used + length) * 2 { capacity *= 2 }
    let live = UnsafeRawBufferPointer(rebasing: texts[textStart..<textEnd])
    if capacity == texts.count {
      texts.copyMemory(from: live)
    } else {
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
      larger.copyMemory(from: live)
      texts.deallocate()
      texts = larger
    }
    for index in 0..<count {
      entries[(oldest &+ index) & (entries.count &- 1)].offset -= UInt32(textStart)
    }
    textEnd = used
    textStart = 0
  }
}
