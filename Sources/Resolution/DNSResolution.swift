package import Naming

/// Everything that DNS says about one target, at one time.
package struct DNSResolution: Hashable, Sendable {
  package let host: String
  package let port: UInt16
  package let a: DNSAnswer
  package let aaaa: DNSAnswer

  /// `_grpc._tcp.HOST`, or HOST itself where that has none. No gRPC client dials by it; it shows
  /// ports and pod names. Nil where not asked for.
  package let srv: DNSAnswer?

  /// `_grpc_config.HOST` (gRFC A2). Nil where not asked for, as for IP literals and localhost.
  package let txt: DNSAnswer?

  /// What a channel gets: A then AAAA in the order of the answers, then sorted as Go's resolver
  /// does. One endpoint per address; duplicates kept, as resolvers do.
  package let endpoints: [Endpoint]
}

extension DNSResolution {
  /// Of A and AAAA together: answered if one is; else the failure that may pass with time, since a
  /// client goes by that; else how A ended.
  package var outcome: DNSOutcome {
    if a.outcome == .answered || aaaa.outcome == .answered { return .answered }
    return [a, aaaa].map(\.outcome).first { $0.mayPass } ?? a.outcome
  }

  /// The first service config in TXT: the text after `grpc_config=`. From outside.
  package var serviceConfig: String? {
    for record in txt?.records ?? [] {
      if case .txt(let text) = record.data, text.hasPrefix("grpc_config=") {
        return String(text.dropFirst("grpc_config=".count))
      }
    }
    return nil
  }

  /// In seconds, of all addresses; nil without addresses and for names that DNS was not asked for.
  package var ttl: UInt32? {
    [a, aaaa].filter { $0.source == .dns && $0.outcome == .answered }.compactMap(\.ttl).min()
  }
}
