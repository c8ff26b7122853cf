package import Naming
private import Synchronization

/// What a lab DNS server answers. May be changed while servers run; every method is thread-safe.
/// Names are case-insensitive; a final dot makes no difference.
package final class DNSZone: Sendable {
  /// The order of the records of one answer.
  package enum Order: Sendable {
    /// As they were set.
    case fixed
    /// Each answer starts one record later, as BIND's `cyclic`.
    case rotated
    /// Each answer in a new random order, as the `loadbalance` plugin of CoreDNS.
    case shuffled(seed: UInt64)
  }

  /// A way to misbehave about a name.
  package enum Fault: Hashable, Sendable {
    /// NXDOMAIN, whatever records there are.
    case nameError
    /// NOERROR without records.
    case empty
    case serverFailure, refused
    /// No answer at all, over UDP or TCP.
    case silence
    /// The right id, then bytes that are no DNS message.
    case garbage
    /// Over UDP every answer is truncated; over TCP it is complete.
    case onlyOverTCP
    /// A complete answer under another id.
    case wrongID
    /// FORMERR for questions with EDNS0, as servers older than it (RFC 6891 §7).
    case noEDNS
  }

  package enum Transport: Hashable, Sendable { case udp, tcp }

  package struct Query: Hashable, Sendable {
    /// Lower case, without final dot.
    package let name: String
    /// The number on the wire, also of types that the zone does not know.
    package let type: UInt16
    package let transport: Transport

    package init(_ name: String, _ type: ZoneRecord.Kind, _ transport: Transport = .udp) {
      self.init(name: name, type: type.rawValue, transport: transport)
    }

    init(name: String, type: UInt16, transport: Transport) {
      self.name = DNSZone.canonical(name)
      self.type = type
      self.transport = transport
    }
  }

  struct Key: Hashable {
    let name: String
    let type: UInt16?
  }

  struct RecordSet {
    var records: [ZoneRecord]
    var ttl: UInt32
    var rotation = 0
  }

  private struct State {
    var sets: [String: [UInt16: RecordSet]] = [:]
    var faults: [Key: Fault] = [:]
    var counts: [Query: Int] = [:]
    var log: [Query] = []
    var random: SplitMix64
    var cache: DNSCache?
  }

  /// The apex of the zone; negative answers below it carry its SOA record (RFC 2308 §3).
  let origin: String?

  /// How long, in seconds, it may be remembered that there is nothing (RFC 2308 §5).
  static let negativeTTL: UInt32 = 5

  private let order: Order
  private let state: Mutex<State>

  /// - Parameter cache: for how long answers are kept at most, however the records change; nil for
  ///   not at all.
  package init(
    origin: String? = "cluster.local", order: Order = .fixed, cache: Duration? = nil
  ) {
    self.origin = origin.map(Self.canonical)
    self.order = order
    let seed: UInt64 = if case .shuffled(let seed) = order { seed } else { 0 }
    state = Mutex(State(random: SplitMix64(seed: seed), cache: cache.map(DNSCache.init)))
  }

  /// Replaces the records of one type; an empty list makes the answer NOERROR without records.
  /// - Parameter ttl: in seconds.
  package func setRecords(
    _ name: String, _ type: ZoneRecord.Kind, _ records: [ZoneRecord], ttl: UInt32 = 30
  ) {
    precondition(records.allSatisfy { $0.kind == type }, "records of another type")
    state.withLock {
      $0.sets[Self.canonical(name), default: [:]][type.rawValue] = RecordSet(
        records: records, ttl: ttl)
    }
  }

  /// Sets the A and the AAAA records from one list, as a headless Service has them.
  package func setAddresses(_ name: String, _ addresses: [IPAddress], ttl: UInt32 = 30) {
    setRecords(name, .a, addresses.filter(\.isV4).map(ZoneRecord.address), ttl: ttl)
    setRecords(name, .aaaa, addresses.filter { !$0.isV4 }.map(ZoneRecord.address), ttl: ttl)
  }

  /// Forgets a name: the answer is NXDOMAIN from now on.
  package func remove(_ name: String) {
    state.withLock { $0.sets[Self.canonical(name)] = nil }
  }

  /// - Parameters:
  ///   - fault: nil ends the misbehaviour.
  ///   - type: nil for every type that has no fault of its own.
  package func setFault(_ fault: Fault?, for name: String, type: ZoneRecord.Kind? = nil) {
    state.withLock { $0.faults[Key(name: Self.canonical(name), type: type?.rawValue)] = fault }
  }

  /// How often each question came, over each transport, since the zone was made.
  package var queryCounts: [Query: Int] { state.withLock { $0.counts } }

  /// The first 10,000 questions in the order of their arrival.
  package var queryLog: [Query] { state.withLock { $0.log } }
}

extension DNSZone {
  static func canonical(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }

  func note(_ query: Query) {
    state.withLock {
      $0.counts[query, default: 0] += 1
      if $0.log.count < 10_000 { $0.log.append(query) }
    }
  }

  func fault(of name: String, type: UInt16) -> Fault? {
    state.withLock {
      $0.faults[Key(name: name, type: type)] ?? $0.faults[Key(name: name, type: nil)]
    }
  }

  /// The records in the order of this one answer; nil where the name has none of that type.
  /// - Parameter now: by which a cache counts.
  func recordSet(
    _ name: String, _ type: UInt16, at now: LabInstant = LabInstant.now
  ) -> RecordSet? {
    state.withLock { state in
      var known = state.sets[name]?[type]
      state.cache?.answer(&known, for: Key(name: name, type: type), at: now)
      guard var set = known else { return nil }
      switch order {
      case .fixed: break
      case .rotated:
        guard !set.records.isEmpty else { break }
        let start = set.rotation % set.records.count
        state.sets[name]?[type]?.rotation = start + 1
        set.records = Array(set.records[start...] + set.records[..<start])
      case .shuffled: set.records.shuffle(using: &state.random)
      }
      return set
    }
  }

  /// A name exists where it or a name below it has records (RFC 8020).
  func exists(_ name: String) -> Bool {
    state.withLock { state in
      state.sets[name] != nil || state.sets.keys.contains { $0.hasSuffix(".\(name)") }
    }
  }
}
