/// What one header block said, as far as this client cares. Plain data.
struct FieldSummary {
  /// Where watched values are noted: eight ids by slot of the `WatchList`.
  private let notes: UnsafeMutablePointer<UInt32>

  /// −1 when there was no `:status`.
  private(set) var status: Int16 = -1
  private(set) var isMalformed = false
  private var sawRegular = false

  /// The value of content-length; nil when there was none.
  private(set) var contentLength: Int?

  /// The size of the header list as RFC 9113 §6.5.2 counts it.
  private(set) var size = 0

  /// `notes` must stay valid while fields are added.
  @inline(__always)
  init(notes: UnsafeMutablePointer<UInt32>) {
    self.notes = notes
  }

  @inline(__always)
  mutating func add(_ meaning: FieldMeaning, size: Int) {
    self.size += size
    if meaning.slot < 8 { notes[Int(meaning.slot)] = meaning.note }
    switch meaning.kind {
    case .regular, .contentLength: sawRegular = true
    case .status: add(status: meaning.status)
    case .malformed: isMalformed = true
    }
  }

  /// `:status` of the static table, with three digits.
  @inline(__always)
  mutating func add(staticStatus status: Int16) {
    size += 7 + 3 + DynamicTable.overhead
    add(status: status)
  }

  /// RFC 9113 §8.3: once, and before regular fields.
  @inline(__always)
  private mutating func add(status: Int16) {
    if self.status >= 0 || sawRegular { isMalformed = true }
    self.status = status
  }

  /// RFC 9110 §8.6: the field may be repeated, but not with another value.
  mutating func add(contentLength value: UnsafeRawBufferPointer) {
    let length = decimal(value)
    if let contentLength, contentLength != length { isMalformed = true }
    contentLength = length
  }
}
