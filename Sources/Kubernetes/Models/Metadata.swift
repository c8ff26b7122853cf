/// `metadata` of an object, as far as anything here needs it.
struct Metadata: Decodable, Sendable {
  var name: String?
  var namespace: String?
  var resourceVersion: String?
}

/// An object of the API as JSON, and the value it means.
protocol APIObject: Decodable, Sendable {
  associatedtype Value: Sendable

  var metadata: Metadata { get }
  var value: Value { get }
}

/// A page of a list.
struct APIList<Item: APIObject>: Decodable {
  struct Metadata: Decodable, Sendable {
    var resourceVersion: String?
    /// Empty or absent on the last page.
    var `continue`: String?
  }

  var metadata: Metadata
  /// Null where there is none.
  var items: [Item]?
}
