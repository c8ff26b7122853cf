/// What editions made of the differences between proto2 and proto3
/// (protobuf.dev/editions/features); inherited from file to message to field.
struct Features: Equatable {
  enum Presence: Equatable {
    case explicit, implicit, required
  }

  var presence: Presence
  var enumsAreOpen: Bool
  var repeatedIsPacked: Bool
  var messagesAreDelimited = false

  static let proto2 = Features(presence: .explicit, enumsAreOpen: false, repeatedIsPacked: false)
  static let proto3 = Features(presence: .implicit, enumsAreOpen: true, repeatedIsPacked: true)
  /// Editions 2023 and later agree in what is read here.
  static let editions = Features(presence: .explicit, enumsAreOpen: true, repeatedIsPacked: true)

  func applying(_ changes: FeatureChanges) -> Features {
    Features(
      presence: changes.presence ?? presence,
      enumsAreOpen: changes.enumsAreOpen ?? enumsAreOpen,
      repeatedIsPacked: changes.repeatedIsPacked ?? repeatedIsPacked,
      messagesAreDelimited: changes.messagesAreDelimited ?? messagesAreDelimited)
  }
}

/// The features that one declaration sets (descriptor.proto, `FeatureSet`).
struct FeatureChanges: Equatable {
  var presence: Features.Presence?
  var enumsAreOpen: Bool?
  var repeatedIsPacked: Bool?
  var messagesAreDelimited: Bool?

  /// Values of later editions change nothing.
  mutating func merge(_ reader: WireReader) throws(WireError) {
    var reader = reader
    while let tag = try reader.tag() {
      switch (tag.number, tag.type) {
      case (1, .varint):
        switch try reader.varint() {
        case 1: presence = .explicit
        case 2: presence = .implicit
        case 3: presence = .required
        default: break
        }
      case (2, .varint): enumsAreOpen = try reader.choice() ?? enumsAreOpen
      case (3, .varint): repeatedIsPacked = try reader.choice() ?? repeatedIsPacked
      case (5, .varint):
        // LENGTH_PREFIXED is 1, DELIMITED 2.
        messagesAreDelimited = try reader.choice().map { !$0 } ?? messagesAreDelimited
      default: try reader.skip(tag)
      }
    }
  }
}

extension WireReader {
  /// An enum whose values are 1 and 2; true for 1.
  fileprivate mutating func choice() throws(WireError) -> Bool? {
    switch try varint() {
    case 1: true
    case 2: false
    default: nil
    }
  }
}
