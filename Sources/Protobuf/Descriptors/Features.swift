/// What editions made of the differences between proto2 and proto3
/// (protobuf.dev/editions/features); inherited from file to message to field.
struct Features: Equatable {
  enum Presence: Equatable {
    case explicit, implicit, required
  }

  var presence: Presence
  var enumsAreOpen: Bool
  var repeatedIsPacked: Bool
  var textIsVerified: Bool
  var messagesAreDelimited = false

  static let proto2 = Features(
    presence: .explicit, enumsAreOpen: false, repeatedIsPacked: false, textIsVerified: false)
  static let proto3 = Features(
    presence: .implicit, enumsAreOpen: true, repeatedIsPacked: true, textIsVerified: true)
  /// Editions 2023 and later agree in what is read here.
  static let editions = Features(
    presence: .explicit, enumsAreOpen: true, repeatedIsPacked: true, textIsVerified: true)

  func applying(_ changes: FeatureChanges) -> Features {
    Features(
      presence: changes.presence ?? presence,
      enumsAreOpen: changes.enumsAreOpen ?? enumsAreOpen,
      repeatedIsPacked: changes.repeatedIsPacked ?? repeatedIsPacked,
      textIsVerified: changes.textIsVerified ?? textIsVerified,
      messagesAreDelimited: changes.messagesAreDelimited ?? messagesAreDelimited)
  }
}

/// The features that one declaration sets (descriptor.proto, `FeatureSet`).
struct FeatureChanges: Equatable {
  var presence: Features.Presence?
  var enumsAreOpen: Bool?
  var repeatedIsPacked: Bool?
  var textIsVerified: Bool?
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
      case (2, .varint): enumsAreOpen = try reader.choice(1, else: 2) ?? enumsAreOpen
      case (3, .varint): repeatedIsPacked = try reader.choice(1, else: 2) ?? repeatedIsPacked
      case (4, .varint): textIsVerified = try reader.choice(2, else: 3) ?? textIsVerified
      case (5, .varint):
        messagesAreDelimited = try reader.choice(2, else: 1) ?? messagesAreDelimited
      default: try reader.skip(tag)
      }
    }
  }
}

extension WireReader {
  /// An enum of two values.
  fileprivate mutating func choice(_ yes: UInt64, else no: UInt64) throws(WireError) -> Bool? {
    switch try varint() {
    case yes: true
    case no: false
    default: nil
    }
  }
}
