/// The type of a field's values (descriptor.proto, `FieldDescriptorProto.Type`). Messages and
/// enums are named in full; `group` is a message between two tags instead of behind a length.
package enum FieldKind: Hashable, Sendable {
  case double, float
  case int32, int64, uint32, uint64
  case sint32, sint64
  case fixed32, fixed64, sfixed32, sfixed64
  case bool, string, bytes
  case enumeration(String)
  case message(String)
  case group(String)

  var wireType: WireType {
    switch self {
    case .double, .fixed64, .sfixed64: .fixed64
    case .float, .fixed32, .sfixed32: .fixed32
    case .int32, .int64, .uint32, .uint64, .sint32, .sint64, .bool, .enumeration: .varint
    case .string, .bytes, .message: .lengthDelimited
    case .group: .startGroup
    }
  }

  /// Everything without a length of its own can be packed (encoding, "Packed Repeated Fields").
  var isPackable: Bool { wireType != .lengthDelimited && wireType != .startGroup }

  var messageName: String? {
    switch self {
    case .message(let name), .group(let name): name
    default: nil
    }
  }

  /// As a .proto file calls it.
  package var name: String {
    switch self {
    case .enumeration(let name), .message(let name), .group(let name): name
    default: "\(self)"
    }
  }
}
