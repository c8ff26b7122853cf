/// What a script relies on in the JSON of resolve.
struct ResolveOutput: Decodable {
  struct Kubernetes: Decodable {
    var service: Service?
    var slices: Int
    var endpoints: [Endpoint]
  }

  struct Service: Decodable {
    var headless: Bool
  }

  struct Endpoint: Decodable {
    var ready: Bool
  }

  struct Comparison: Decodable {
    var address: String
    var dns: Bool?
    var kubernetes: String
  }

  var kubernetes: Kubernetes?
  var comparison: [Comparison]
  var differences: [String]
  var findings: [Report.Finding]

  /// Throws unless the text is one JSON report and nothing else.
  init(_ text: String) throws {
    self = try decode(ResolveOutput.self, text)
  }
}
