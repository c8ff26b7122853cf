/// One line of a watch
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
enum WatchLine<Object: APIObject>: Decodable, Sendable {
  /// ADDED or MODIFIED.
  case applied(Object)
  case deleted(Object)
  /// Nothing but a version from which to go on.
  case bookmark(version: String?)
  case error(APIStatus)
  /// A type of event that is not known yet.
  case unknown

  private enum CodingKeys: String, CodingKey { case type, object }

  private struct Bookmark: Decodable {
    var metadata: Metadata
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .type) {
    case "ADDED", "MODIFIED": self = .applied(try container.decode(Object.self, forKey: .object))
    case "DELETED": self = .deleted(try container.decode(Object.self, forKey: .object))
    case "BOOKMARK":
      let bookmark = try container.decode(Bookmark.self, forKey: .object)
      self = .bookmark(version: bookmark.metadata.resourceVersion)
    case "ERROR": self = .error(try container.decode(APIStatus.self, forKey: .object))
    default: self = .unknown
    }
  }
}
