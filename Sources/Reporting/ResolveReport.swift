private import Distribution

/// What `lbcheck resolve` found: schema `lbcheck.resolve/v1`. As in `Report`, properties appear in
/// JSON in the order of their declaration, and what is not known is null.
package struct ResolveReport: Codable, Hashable, Sendable {
  /// `lbcheck.resolve/v1`.
  package var schema = "lbcheck.resolve/v1"
  package var version: String
  package var command = "resolve"
  package var source: Report.Source
  /// RFC 3339 with milliseconds, UTC.
  package var startedAt: String
  package var target: Report.Target
  /// Every question, in the order asked.
  package var questions: [Question]
  /// The CNAME chain from the name asked to the name that has addresses; empty without aliases.
  package var cnames: [String]
  /// What a gRPC client would connect to, in resolver order.
  package var addresses: [Address]
  package var srv: [SRV]
  package var txt: [TXT]
  /// Null where the Kubernetes API was not asked, or did not answer.
  package var kubernetes: Kubernetes?
  /// Every address that DNS or the Kubernetes API names; empty where the API was not asked.
  package var comparison: [Comparison]
  /// What a gRPC client does next with this answer, for people.
  package var next: String
  /// Where the ways of naming this service disagree, a sentence each.
  package var differences: [String]
  package var findings: [Report.Finding]

  package init(
    version: String, source: Report.Source, startedAt: String, target: Report.Target,
    questions: [Question],
    cnames: [String] = [], addresses: [Address], srv: [SRV] = [], txt: [TXT] = [],
    kubernetes: Kubernetes? = nil, comparison: [Comparison] = [], next: String,
    differences: [String] = [], findings: [Report.Finding] = []
  ) {
    self.version = version
    self.source = source
    self.startedAt = startedAt
    self.target = target
    self.questions = questions
    self.cnames = cnames
    self.addresses = addresses
    self.srv = srv
    self.txt = txt
    self.kubernetes = kubernetes
    self.comparison = comparison
    self.next = next
    self.differences = differences
    self.findings = findings
  }

  enum CodingKeys: String, CodingKey {
    case schema, version, command, source
    case startedAt = "started_at"
    case target, questions, cnames, addresses, srv, txt, kubernetes, comparison, next
    case differences, findings
  }

  /// How a question ended.
  package enum Outcome: String, Codable, CaseIterable, Sendable {
    /// Records of the type asked came.
    case answer
    /// The name exists, but has no record of this type.
    case noData = "nodata"
    /// The name does not exist.
    case noName = "nxdomain"
    case serverFailure = "servfail"
    case refused
    case timeout
    /// No server could be reached.
    case unreachable
    /// The answer could not be understood.
    case malformed
    /// Any other response code or failure.
    case other
  }

  /// One question to DNS (or to the hosts file).
  package struct Question: Codable, Hashable, Sendable {
    /// As asked first, without the search list.
    package var name: String
    /// `A`, `AAAA`, `SRV`, `TXT`.
    package var type: String
    package var outcome: Outcome
    /// Records of this type in the answer.
    package var records: Int
    /// The server that answered, `address:port`, or `hosts file`; null if none did.
    package var server: String?
    /// `udp` or `tcp`: how the final answer came. Null if none did.
    package var transport: String?
    /// Whether the UDP answer was truncated, so that TCP was used.
    package var truncated: Bool
    /// The lowest TTL of the records, in seconds.
    package var ttl: Int?
    /// In milliseconds, all tries and names together.
    package var duration: Double
    /// The full names that were tried, in order, as the search list gives them; the last one
    /// answered.
    package var namesTried: [String]
    /// What came back instead of an answer, for people.
    package var error: String?

    package init(
      name: String, type: String, outcome: Outcome, records: Int, server: String?,
      transport: String?, truncated: Bool, ttl: Int?, duration: Double, namesTried: [String],
      error: String? = nil
    ) {
      self.name = name
      self.type = type
      self.outcome = outcome
      self.records = records
      self.server = server
      self.transport = transport
      self.truncated = truncated
      self.ttl = ttl
      self.duration = duration.rounded(places: 3)
      self.namesTried = namesTried
      self.error = error
    }

    enum CodingKeys: String, CodingKey {
      case name, type, outcome, records, server, transport, truncated
      case ttl = "ttl_s"
      case duration = "duration_ms"
      case namesTried = "names_tried"
      case error
    }
  }
}
