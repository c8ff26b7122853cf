internal import Distribution

/// How scaling reached a client over time: schema `lbcheck.watch/v1`, docs/watch.schema.json. As JSON
/// lines a run is one `start`, an `event` for each, and this, the `summary`, as the last.
package struct WatchReport: Codable, Hashable, Sendable {
  package static let schemaName = "lbcheck.watch/v1"

  package var type = "summary"
  package var schema = schemaName
  package var head: Head
  package var duration: Double
  package var interrupted: Bool
  /// Whether lists, connections, DNS and the API agreed at the end, and nothing had changed for some
  /// seconds; null where nobody waited for that.
  package var settled: Bool?
  /// Where they did not: what, and why, in sentences for people.
  package var unsettled: [String]
  /// The command of `--during`.
  package var during: During?
  package var resolvers: [Resolver]
  package var pods: [Pod]
  /// Pods that were gone so long ago that only the resolvers' numbers hold them.
  package var forgottenPods: Int
  package var connections: [Connection]
  /// All that there were; the list has the newest of those that ended.
  package var connectionCount: Int
  package var lifetime: Lifetime
  package var errorsByEvent: [EventErrors]
  package var events: Int
  /// The newest, for the picture.
  package var latestEvents: [WatchEventLine]
  package var assertions: [Report.Assertion]

  /// What is known before anything happens.
  package struct Head: Codable, Hashable, Sendable {
    package var version: String
    package var command = "watch"
    package var source: Report.Source
    /// RFC 3339 with milliseconds, UTC.
    package var startedAt: String
    package var seed: UInt64
    package var target: Report.Target
    package var policy: String
    package var client: String
    /// RPCs per second of each resolver's channel.
    package var rate: Double
    /// Whether the Kubernetes API tells when pods begin and end; otherwise DNS does.
    package var seesAPI: Bool
    package var blind: [Blind]

    package init(
      version: String, source: Report.Source, startedAt: String, seed: UInt64,
      target: Report.Target, policy: String, client: String, rate: Double, seesAPI: Bool,
      blind: [Blind]
    ) {
      self.version = version
      self.source = source
      self.startedAt = startedAt
      self.seed = seed
      self.target = target
      self.policy = policy
      self.client = client
      self.rate = rate
      self.seesAPI = seesAPI
      self.blind = blind
    }

    enum CodingKeys: String, CodingKey {
      case version, command, source
      case startedAt = "started_at"
      case seed, target, policy, client, rate
      case seesAPI = "sees_api"
      case blind
    }
  }

  /// A source that could not be seen, and why.
  package struct Blind: Codable, Hashable, Sendable {
    /// `dns`, `kubernetes`.
    package var source: String
    package var reason: String

    package init(source: String, reason: String) {
      self.source = source
      self.reason = reason
    }
  }

  package struct During: Codable, Hashable, Sendable {
    package var command: String
    /// Null where the run ended before it did.
    package var succeeded: Bool?
    package var words: String

    package init(command: String, succeeded: Bool?, words: String) {
      self.command = command
      self.succeeded = succeeded
      self.words = words
    }
  }

  enum CodingKeys: String, CodingKey {
    case type, schema, head
    case duration = "duration_s"
    case interrupted, settled, unsettled, during, resolvers, pods
    case forgottenPods = "forgotten_pods"
    case connections
    case connectionCount = "connection_count"
    case lifetime
    case errorsByEvent = "errors_by_event"
    case events
    case latestEvents = "latest_events"
    case assertions
  }

  /// The first of the JSON lines.
  package struct Start: Codable, Hashable, Sendable {
    package var type = "start"
    package var schema = schemaName
    package var head: Head
    package var resolvers: [String]

    package init(_ head: Head, resolvers: [String]) {
      self.head = head
      self.resolvers = resolvers
    }
  }
}

extension Int64 {
  /// Nanoseconds as seconds, to the millisecond.
  var inSeconds: Double { (Double(self) / 1e9).rounded(places: 3) }
}
