extension DecodingError {
  /// Where it went wrong, without the decoder's own words for programmers.
  package var words: String {
    switch self {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has another type"
    default: "it is not JSON"
    }
  }
}
