internal import FoundationEssentials

/// Decodes an answer of the API.
/// - Returns: the value, or in a few words why it is none.
func decoded<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Result<Value, Unreadable> {
  do {
    return .success(try JSONDecoder().decode(type, from: Data(bytes)))
  } catch {
    return .failure(Unreadable(error))
  }
}

struct Unreadable: Error {
  let message: String

  init(_ error: any Error) {
    guard let error = error as? DecodingError else {
      message = "\(error)"
      return
    }
    let (words, context) =
      switch error {
      case .dataCorrupted(let context): ("unreadable", context)
      case .keyNotFound(let key, let context): ("no '\(key.stringValue)'", context)
      case .typeMismatch(_, let context): ("another type than expected", context)
      case .valueNotFound(_, let context): ("null", context)
      @unknown default: ("unreadable", DecodingError.Context(codingPath: [], debugDescription: ""))
      }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    message = path.isEmpty ? "\(words) JSON" : "JSON at \(path.joined(separator: ".")): \(words)"
  }
}
