private import Distribution

// What was done and counted, as sentences for people; not escaped.
extension Report {
  var targetWords: String { target.given + (source == .lab ? " (embedded lab)" : "") }

  var policyWords: String {
    if policy.isObserved {
      return "\(policy.name), as far as the counts show; \(policy.protocol), at least "
        + counted(policy.channels, "channel")
    }
    let emulated = policy.emulated ? ", emulated: no virtual IP was found" : ""
    return "\(policy.name)\(emulated); client \(policy.client), \(policy.protocol), "
      + counted(policy.channels, "channel")
  }

  var resolvedWords: String {
    let count = resolution.addresses.count
    let addresses = "\(count) \(count == 1 ? "address" : "addresses")"
    let server = resolution.server.map { " at \($0)" } ?? ""
    let ttl = resolution.ttl.map { ", TTL \($0) s" } ?? ""
    let changes =
      resolution.changes > 0 ? ", changed \(counted(resolution.changes, "time")) meanwhile" : ""
    // A client that was watched may have asked nobody.
    let source = resolution.resolver == "none" ? ", nobody asked" : " from \(resolution.resolver)"
    return "\(addresses)\(source)\(server)\(ttl)\(changes)"
  }

  var measuredWords: String {
    let warmUp = "\(duration.decimal(2)) s after \(counted(rpcs.warmup, "warm-up RPC"))"
    let seed = seed.map { ", seed \($0)" } ?? ""
    let merged = merged.map { "; \(counted($0.reports, "client")), whose reports are merged" } ?? ""
    let early =
      verdict.decidedAt.map { "; ended early, decided after \(counted($0, "answer"))" } ?? ""
    return warmUp + seed + merged + early
  }

  var connectionWords: String {
    let omitted = merged?.omittedConnections ?? 0
    return ConnectionTable.summary(connections)
      + (omitted > 0 ? ", \(omitted) more that are not listed" : "")
  }
}

extension Report.RPCs {
  var words: String {
    let statuses = byStatus.isEmpty ? "" : " (\(listed(byStatus)))"
    let causes = lostByCause.isEmpty ? "" : " (\(listed(lostByCause).replacing("_", with: " ")))"
    let retried = retried > 0 ? ", \(retried) of them retries" : ""
    let nowhere = unattributed > 0 ? "; \(unattributed) answers are in no row" : ""
    return
      "\(sent) sent\(retried): \(answered) answered\(statuses), \(lost) lost\(causes)\(nowhere)"
  }
}

extension Report.Verdict {
  /// How it was come to.
  var basisWords: String {
    // Where the verdict is about draws.
    let confidence =
      basis == Basis.perCall.rawValue ? ", with \(percentage(confidence)) confidence" : ""
    let needed = neededRPCs.map { "; \($0) answered RPCs would decide" } ?? ""
    return "basis \(basis); balanced means within \(percentage(tolerance)) of an equal share"
      + confidence + needed
  }
}
