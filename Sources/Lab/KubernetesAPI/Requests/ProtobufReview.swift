/// Reads reviews as newer kubectl send them: protobuf in the envelope of Kubernetes. Only what the
/// answers depend on is read; the answer may be JSON.
enum ProtobufReview {
  /// A field that is read, by its name in JSON.
  private indirect enum Field {
    case text(String)
    case texts(String)
    case message(String, [UInt64: Field])
  }

  private static let attributes: [UInt64: Field] = [
    1: .message(
      "resourceAttributes",
      [
        1: .text("namespace"), 2: .text("verb"), 3: .text("group"), 4: .text("version"),
        5: .text("resource"), 6: .text("subresource"), 7: .text("name"),
      ]),
    2: .message("nonResourceAttributes", [1: .text("path"), 2: .text("verb")]),
  ]

  private static func fields(of kind: ReviewKind) -> [UInt64: Field] {
    switch kind {
    case .selfSubjectAccess: [2: .message("spec", attributes)]
    case .subjectAccess:
      [
        2: .message(
          "spec",
          attributes.merging([3: .text("user"), 4: .texts("groups")]) { field, _ in field })
      ]
    case .selfSubjectRules: [2: .message("spec", [1: .text("namespace")])]
    case .selfSubject: [:]
    }
  }

  /// Nil for what is not such a review. (The object is field 2 of `runtime.Unknown`.)
  static func value(of bytes: [UInt8], _ kind: ReviewKind) -> JSONValue? {
    guard bytes.starts(with: [0x6B, 0x38, 0x73, 0]),
      let unknown = parts(of: bytes.dropFirst(4)),
      let object = unknown.first(where: { $0.number == 2 })
    else { return nil }
    return value(of: object.bytes, fields(of: kind))
  }

  private static func value(
    of bytes: ArraySlice<UInt8>, _ fields: [UInt64: Field]
  ) -> JSONValue? {
    guard let parts = parts(of: bytes) else { return nil }
    var members: [JSONValue.Member] = []
    for (number, field) in fields.sorted(by: { $0.key < $1.key }) {
      let found = parts.filter { $0.number == number }.map(\.bytes)
      guard let last = found.last else { continue }
      switch field {
      case .text(let name):
        // Go writes empty strings as well.
        guard !last.isEmpty else { continue }
        members.append(.init(key: name, value: .string(String(decoding: last, as: UTF8.self))))
      case .texts(let name):
        let texts = found.map { String(decoding: $0, as: UTF8.self) }
        members.append(.init(key: name, value: .strings(texts)))
      case .message(let name, let fields):
        guard let message = value(of: last, fields) else { return nil }
        members.append(.init(key: name, value: message))
      }
    }
    return .object(members)
  }

  /// The length-delimited fields of a message; nil where it is malformed.
  private static func parts(
    of bytes: ArraySlice<UInt8>
  ) -> [(number: UInt64, bytes: ArraySlice<UInt8>)]? {
    var rest = bytes
    var parts: [(number: UInt64, bytes: ArraySlice<UInt8>)] = []
    while !rest.isEmpty {
      guard let key = varint(&rest) else { return nil }
      switch key & 7 {
      case 0: guard varint(&rest) != nil else { return nil }
      case 2:
        guard let length = varint(&rest), length <= UInt64(rest.count) else { return nil }
        parts.append((key >> 3, rest.prefix(Int(length))))
        rest = rest.dropFirst(Int(length))
      default: return nil
      }
    }
    return parts
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
