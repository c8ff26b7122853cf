/// A header block that cannot be decoded. Always fatal for the connection, because the two ends no
/// longer agree on the dynamic table (RFC 9113 §4.3).
enum CompressionError: Error {
  case truncated
  case integerTooLarge
  case unknownIndex
  case huffman
  case sizeUpdateTooLarge
  case sizeUpdateLate
  case sizeUpdateMissing

  var message: String {
    switch self {
    case .truncated: "the header block ends inside a field (RFC 7541 §6)"
    case .integerTooLarge: "an integer in the header block is too large (RFC 7541 §5.1)"
    case .unknownIndex: "the header block uses an index that no table entry has (RFC 7541 §2.3.3)"
    case .huffman: "a Huffman-coded string is not valid (RFC 7541 §5.2)"
    case .sizeUpdateTooLarge:
      "the server wants a larger dynamic table than SETTINGS allow (RFC 7541 §6.3)"
    case .sizeUpdateLate:
      "a dynamic table size update stands after the first field (RFC 7541 §4.2)"
    case .sizeUpdateMissing:
      "the server did not shrink its dynamic table after our SETTINGS (RFC 9113 §4.3.1)"
    }
  }
}
