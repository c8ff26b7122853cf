/// A cache between clients and a zone, as NodeLocal DNSCache or CoreDNS's `cache` are: an answer is
/// kept for its TTL, but no longer than the limit, while its TTL counts down; that there is nothing is
/// kept as long as negative answers of the zone say.
struct DNSCache {
  private struct Entry {
    /// Nil for nothing.
    let set: DNSZone.RecordSet?
    let stored: LabInstant
    /// Seconds.
    let ttl: UInt32
  }

  /// So many names and types are remembered, no client may make it grow without end.
  private static let capacity = 10_000

  private let limit: UInt32
  private var entries: [DNSZone.Key: Entry] = [:]

  /// - Parameter limit: in whole seconds, rounded up.
  init(limit: Duration) {
    self.limit = UInt32(max(0, min(86_400, (limit / .seconds(1)).rounded(.up))))
  }

  /// Replaces what the zone has by what the cache still knows, or keeps it from now on.
  mutating func answer(
    _ records: inout DNSZone.RecordSet?, for key: DNSZone.Key, at now: LabInstant
  ) {
    if let entry = entries[key] {
      let age = (now - entry.stored) / .seconds(1)
      if age < Double(entry.ttl) {
        records = entry.set
        records?.ttl = entry.ttl - UInt32(max(0, age))
        return
      }
    }
    let ttl = min(limit, records?.ttl ?? DNSZone.negativeTTL)
    if entries.count >= Self.capacity { entries = [:] }
    entries[key] = Entry(set: records, stored: now, ttl: ttl)
    records?.ttl = ttl
  }
}
