import ArgumentParser
import Diagnosis

/// How much is sent, by whom, and how answers are traced.
struct LoadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("How many RPCs to send (default: 20 per pod, 500 to 20000).", valueName: "n")
  )
  var rpcs: Int?

  @Option(
    name: [.customShort("z"), .long], help: "Send for this long instead.",
    transform: Duration.init(argument:))
  var duration: Duration?

  @Option(name: .shortAndLong, help: ArgumentHelp("RPCs in flight.", valueName: "n"))
  var concurrency = 10

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "RPCs per second, all together; 0 = no limit (default: 1000, or 20 per pod where that is more).",
      valueName: "n"))
  var rate: Double?

  @Option(
    help: ArgumentHelp(
      "Independent client channels, as that many client processes would have.", valueName: "n"))
  var channels = 1

  @Option(
    help: ArgumentHelp(
      "How a response is traced to its pod: auto, channelz, peer (the socket's address), header:NAME or body:FIELD.",
      valueName: "how"),
    transform: LoadOptions.identity)
  var identity = IdentityChoice.auto

  @Option(help: ArgumentHelp("For every random choice, to repeat a run.", valueName: "n"))
  var seed: UInt64?

  func validate() throws {
    if rpcs != nil, duration != nil { throw ValidationError("give either --rpcs or --duration") }
    if let rpcs, !(1...1_000_000_000).contains(rpcs) {
      throw ValidationError("--rpcs must be from 1 to 1000000000")
    }
    guard (1...100_000).contains(concurrency) else {
      throw ValidationError("--concurrency must be from 1 to 100000")
    }
    guard (1...100_000).contains(channels) else {
      throw ValidationError("--channels must be from 1 to 100000")
    }
    if let rate, !(rate == 0 || (0.001...10_000_000).contains(rate)) {
      throw ValidationError("--rate must be from 0.001 to 10000000, or 0 for no limit")
    }
  }

  func apply(to plan: inout DistributePlan) {
    plan.amount = duration.map { .duration($0) } ?? rpcs.map { .rpcs($0) }
    plan.concurrency = concurrency
    plan.rate = rate
    plan.channels = channels
    plan.identity = identity
  }

  static func identity(_ text: String) throws -> IdentityChoice {
    switch text {
    case "auto": return .auto
    case "peer": return .peer
    case "channelz": return .channelz
    default:
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      switch (parts.first, parts.count) {
      case ("header", 2): return .header(parts[1])
      case ("body", 2): return .body(parts[1])
      default:
        throw ValidationError(
          "unknown identity '\(printable(text))'; known: auto, channelz, peer, header:NAME, "
            + "body:FIELD")
      }
    }
  }
}
