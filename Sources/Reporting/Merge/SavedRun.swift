private import FoundationEssentials

/// What one saved report says of its run, apart from the long lists of pods, connections and addresses,
/// which the scanner reads.
struct SavedRun: Decodable {
  var schema: String
  var command: String
  var merged: Report.Merged?
  var source: Report.Source
  var startedAt: String
  var duration: Double
  var interrupted: Bool
  var seed: UInt64?
  var target: Report.Target
  var policy: Report.Policy
  var rpcs: Report.RPCs
  var statistics: Report.Statistics
  var findings: [Report.Finding]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case schema, command, merged, source
    case startedAt = "started_at"
    case duration = "duration_s"
    case interrupted, seed, target, policy, rpcs, statistics, findings
  }

  /// - Parameter json: an object with these members.
  init(_ json: [UInt8]) throws {
    self = try JSONDecoder().decode(SavedRun.self, from: Data(json))
  }

  /// Tells two runs apart that are not the same: no two processes share all of it.
  /// - Parameter local: our own address of the first connection.
  func fingerprint(local: String?) -> String {
    let seed = seed.map { "\($0)" } ?? ""
    return """
      \(startedAt) \(seed) \(duration) \(rpcs.sent) \(rpcs.answered) \(rpcs.warmup) \(local ?? "")
      """
  }

  /// Whether it has the keys that joining takes; those of earlier versions do not.
  var isCurrent: Bool { policy.name != "round_robin" || statistics.pickers != nil }

  /// In what this run cannot be compared with another; nil where it can.
  func difference(from other: SavedRun) -> String? {
    func differ(_ what: String, _ mine: String, _ its: String) -> String? {
      mine == its ? nil : "\(what) \(mine), not \(its)"
    }
    return differ("measured the", source.rawValue, other.source.rawValue)
      ?? (target.isSame(as: other.target)
        ? nil : "measured the target \(target.given), not \(other.target.given)")
      ?? policy.difference(from: other.policy)
  }
}

extension Report.Target {
  /// Whether both name the same, however they were written.
  func isSame(as other: Report.Target) -> Bool {
    var copy = self
    copy.given = other.given
    // A list of addresses has no host that could tell it from another.
    return copy == other && (host != nil || given == other.given)
  }
}

extension Report.Policy {
  /// In what it differs from the policy of another run, but for the number of channels.
  func difference(from other: Report.Policy) -> String? {
    if name != other.name { return "has the policy \(name), not \(other.name)" }
    if `protocol` != other.protocol {
      return "has the protocol \(`protocol`), not \(other.protocol)"
    }
    if client != other.client { return "has the client \(client), not \(other.client)" }
    if emulated != other.emulated {
      return
        "\(emulated ? "emulates" : "does not emulate") its policy, and the other does\(emulated ? " not" : "")"
    }
    return nil
  }
}
