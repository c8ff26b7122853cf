extension Report.RPCs {
  /// What cannot be true of these counts; nil where all add up.
  package var implausibility: String? {
    let counts = [sent, answered, lost, retried, warmup, probes, unattributed]
    let all = counts + Array(byStatus.values) + Array(lostByCause.values)
    guard all.allSatisfy((0...1_000_000_000_000).contains) else {
      return "has counts below 0 or above 10^12"
    }
    guard sent == answered + lost, byStatus.values.reduce(0, +) == answered,
      lostByCause.values.reduce(0, +) == lost
    else { return "has counts that do not add up" }
    return nil
  }

  /// Answers with another status than OK (over HTTP/1.1 from 400 on), and losses.
  package var errors: Int {
    byStatus.reduce(lost) { sum, status in
      let isGood = status.key == "OK" || Int(status.key).map { $0 < 400 } ?? false
      return isGood ? sum : sum + status.value
    }
  }
}
