/// How much load to send, all together.
package struct Load: Sendable, Equatable {
  package enum Amount: Sendable, Equatable {
    case rpcs(Int)
    case duration(Duration)
  }

  package var amount: Amount
  /// RPCs in flight, at most.
  package var concurrency: Int
  /// RPCs per second, over all channels; 0 = no limit.
  package var rate: Double
  /// Independent gRPC channels, as that many client processes would have.
  package var channels: Int

  package init(amount: Amount, concurrency: Int, rate: Double, channels: Int) {
    self.amount = amount
    self.concurrency = concurrency
    self.rate = rate
    self.channels = channels
  }

  /// What falls to each event loop. Channels are dealt out in turn, RPCs by channels, so that every
  /// channel gets the same number of RPCs ±1; no loop is left without a slot for an RPC.
  func shares(loops: Int) -> [LoadShare] {
    (0..<loops).map { loop in
      let channels = Array(stride(from: loop, to: self.channels, by: loops))
      let part = Double(channels.count) / Double(self.channels)
      let amount: Amount =
        switch self.amount {
        case .duration: self.amount
        case .rpcs(let total):
          .rpcs(channels.reduce(0) { $0 + Self.part($1, of: total, among: self.channels) })
        }
      return LoadShare(
        channels: channels, amount: amount,
        concurrency: Self.part(loop, of: concurrency, among: loops),
        rate: rate * part)
    }
  }

  private static func part(_ index: Int, of total: Int, among count: Int) -> Int {
    total / count + (index < total % count ? 1 : 0)
  }
}

/// The part of the load that one event loop carries.
struct LoadShare: Sendable, Equatable {
  /// Numbers of its channels among all.
  var channels: [Int]
  var amount: Load.Amount
  var concurrency: Int
  var rate: Double
}
