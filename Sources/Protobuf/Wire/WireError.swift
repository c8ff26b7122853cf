/// Bytes that are no message of the expected type, and where that shows.
package struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    case truncated
    case varintTooLong
    case fieldNumber
    case wireType(UInt8)
    /// An end of group without its start, or of another field than the one that started.
    case endOfGroup
    case tooDeep
    case tooLarge
    case invalidUTF8
  }

  package let kind: Kind
  /// In bytes from the start of the outermost message.
  package let offset: Int

  package var description: String { "\(reason) at byte \(offset)" }

  private var reason: String {
    switch kind {
    case .truncated: "the message ends inside a field"
    case .varintTooLong: "a varint is longer than it can be"
    case .fieldNumber: "a field number is 0 or has more than 29 bits"
    case .wireType(let type): "wire type \(type) does not exist"
    case .endOfGroup: "a group ends that did not begin"
    case .tooDeep: "messages are nested more than \(Limits.depth) deep"
    case .tooLarge: "the message is larger than \(Limits.messageBytes) bytes"
    case .invalidUTF8: "a string is not valid UTF-8"
    }
  }
}
