import Naming

/// One question to the servers, without search list: what came back and how.
struct DNSExchange: Sendable {
  var outcome: DNSOutcome
  var records: [DNSRecord] = []
  var aliases: [DNSAlias] = []
  var additional: [DNSRecord] = []
  var server: NameServer?
  var transport: DNSAnswer.Transport?
  var truncatedOverUDP = false
  var duration: Duration = .zero

  static let cancelled = DNSExchange(outcome: .cancelled)
}
