package import Naming

/// What one question came to.
package struct DNSAnswer: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    case dns
    case hostsFile
    /// The name is an IP address.
    case literal
  }

  package enum Transport: String, Hashable, Sendable { case udp, tcp }

  /// One name that the search list made, in the order they were asked for.
  package struct Attempt: Hashable, Sendable {
    package let name: String
    package let outcome: DNSOutcome
  }

  /// The name that the outcome is about: with the search domain that answered, without final dot.
  package var name: String

  package var type: DNSRecordType

  package var outcome: DNSOutcome

  /// Of the asked type, in the order of the answer; duplicates kept.
  package var records: [DNSRecord] = []

  /// The CNAME chain, first link first.
  package var aliases: [DNSAlias] = []

  /// What the server sent along unasked, as the addresses of SRV targets.
  package var additional: [DNSRecord] = []

  /// Who answered, or who was asked last; nil where no server was asked.
  package var server: NameServer?

  /// How the answer came, or the last question went.
  package var transport: Transport?

  /// The server answered over UDP that the whole answer does not fit (TC); then TCP is asked.
  package var truncatedOverUDP = false

  /// Never empty: without a search it holds the one name.
  package var attempts: [Attempt]

  package var source: Source = .dns

  /// From the first question sent to the last answer, over all attempts.
  package var duration: Duration = .zero
}

extension DNSAnswer {
  package var addresses: [IPAddress] {
    records.compactMap { if case .address(let address) = $0.data { address } else { nil } }
  }

  /// The time for which a cache may keep the whole answer, in seconds: the least of its records and
  /// aliases. Nil without any.
  package var ttl: UInt32? { (records.map(\.ttl) + aliases.map(\.ttl)).min() }
}
