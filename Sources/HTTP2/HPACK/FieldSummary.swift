/// What one header block said, as far as this client cares. Plain data.
struct FieldSummary {
  /// By slot of the `WatchList`; 0 where absent.
  var notes = SIMD8<UInt32>(repeating: 0)
  var hasNotes = false

  /// −1 when there was no `:status`.
  var status: Int16 = -1
  var isMalformed = false
  private var sawRegular = false

  /// The value of content-length; nil when there was none.
  var contentLength: Int?

  /// The size of the header list as RFC 9113 §6.5.2 counts it.
  var size = 0

  @inline(__always)
  mutating func add(_ meaning: FieldMeaning, size: Int) {
    self.size += size
    if meaning.slot != FieldName.unwatched {
      notes[Int(meaning.slot & 7)] = meaning.note
      hasNotes = true
    }
    switch meaning.kind {
    case .regular, .contentLength: sawRegular = true
    case .status: add(status: meaning.status)
    case .malformed: isMalformed = true
    }
  }

  /// RFC 9113 §8.3: once, and before regular fields.
  @inline(__always)
  mutating func add(status: Int16) {
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
