import ArgumentParser
import Diagnosis
import Resolution

/// What `watch` has beside a target, a client and an RPC.
struct WatchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Who looks the name up: dns, kubernetes, or both with a comma, each with a channel of its own.",
      valueName: "resolvers"),
    transform: WatchOptions.resolvers)
  var via: [LookupOptions.Resolver] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("RPCs per second of each resolver's channel (default: 20).", valueName: "n"))
  var rate: Double?

  @Option(
    name: [.customShort("z"), .long],
    help: "How long to watch, with --during at least (default: until Ctrl-C).",
    transform: Duration.init(argument:))
  var duration: Duration?

  @Option(
    help: ArgumentHelp(
      "Run this with sh -c meanwhile, its output on standard error, and end when it has ended and settled.",
      valueName: "command"))
  var during: String?

  @Option(
    help: "How long what the command did may take to settle (default: 2m).",
    transform: Duration.init(argument:))
  var settle: Duration?

  @Option(
    help: ArgumentHelp(
      "Let the client's own timers (look-ups, back-off, idleness) run at this pace, for demonstrations: 0.1 is ten times as fast.",
      valueName: "factor"))
  var timeScale = 1.0

  @Option(
    help: ArgumentHelp(
      "How a response is traced to its pod: auto, peer, header:NAME or body:FIELD.",
      valueName: "how"),
    transform: LoadOptions.identity)
  var identity = IdentityChoice.auto

  @Option(help: ArgumentHelp("For every random choice, to repeat a run.", valueName: "n"))
  var seed: UInt64?

  func validate() throws {
    if let rate, !(0.001...10_000).contains(rate) {
      throw ValidationError("--rate must be from 0.001 to 10000")
    }
    guard (0.001...10).contains(timeScale) else {
      throw ValidationError("--time-scale must be from 0.001 to 10")
    }
    if during?.isEmpty == true {
      throw ValidationError("--during is empty: is a variable not set?")
    }
    if settle != nil, during == nil {
      throw ValidationError("--settle is for what the command of --during does")
    }
    if identity == .channelz {
      throw ValidationError("--identity channelz is for distribute: here connections come and go")
    }
  }

  private static func resolvers(_ text: String) throws -> [LookupOptions.Resolver] {
    var resolvers: [LookupOptions.Resolver] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let resolver = LookupOptions.Resolver(rawValue: String(word)) else {
        throw ValidationError("unknown resolver '\(printable(word))'; known: dns, kubernetes")
      }
      guard !resolvers.contains(resolver) else {
        throw ValidationError("--via names \(printable(word)) twice")
      }
      resolvers.append(resolver)
    }
    return resolvers
  }
}
