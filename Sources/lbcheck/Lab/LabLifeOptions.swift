import ArgumentParser
import Lab
import Naming
import Reporting

/// How the lab's pods come and go, and when the rest of it learns of that.
struct LabLifeOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What happens when, such as 10s scale=8. Repeatable. Actions: \(LabAction.syntax).",
      valueName: "time action"))
  var at: [String] = []

  @Option(
    help: ArgumentHelp(
      "Time between a new pod's creation and its readiness.", valueName: "duration"),
    transform: Duration.init(argument:))
  var startUp: Duration?

  @Option(
    help: ArgumentHelp(
      "Time after which a deleted pod is killed (default: 30s).", valueName: "duration"),
    transform: Duration.init(argument:))
  var gracePeriod: Duration?

  @Flag(help: "Deleted pods serve on until they are killed, and say no GOAWAY.")
  var ignoreSigterm = false

  @Option(
    help: ArgumentHelp(
      "Age of a connection, ±10 %, at which its pod says GOAWAY.", valueName: "duration"),
    transform: Duration.init(argument:))
  var maxConnectionAge: Duration?

  @Option(
    help: ArgumentHelp(
      "Time after which such a connection is closed (default: never).", valueName: "duration"),
    transform: Duration.init(argument:))
  var maxConnectionAgeGrace: Duration?

  @Option(
    help: ArgumentHelp(
      "Time without RPCs after which a pod says GOAWAY.", valueName: "duration"),
    transform: Duration.init(argument:))
  var maxConnectionIdle: Duration?

  @Option(
    help: ArgumentHelp(
      "Least time between keepalive PINGs, the third earlier one ends the connection (default: none).",
      valueName: "duration"),
    transform: Duration.init(argument:))
  var keepaliveMinTime: Duration?

  @Flag(help: "Keepalive PINGs without RPCs are held to the same, not to 2 h.")
  var keepalivePermitWithoutCalls = false

  @Option(
    help: ArgumentHelp(
      "Time that a cache keeps DNS answers at most (default: no cache).", valueName: "duration"),
    transform: Duration.init(argument:))
  var dnsCache: Duration?

  @Option(
    help: ArgumentHelp(
      "Time until a change of the pods is in DNS.", valueName: "duration"),
    transform: Duration.init(argument:))
  var dnsDelay: Duration?

  @Option(
    help: ArgumentHelp(
      "Time until a change of the pods is in the Kubernetes API.", valueName: "duration"),
    transform: Duration.init(argument:))
  var apiDelay: Duration?

  private func schedule() throws -> LabSchedule {
    do throws(LabSchedule.Failure) {
      return try LabSchedule(at)
    } catch {
      let found = error.found.map { "'\(printable($0))'" } ?? "the end"
      throw ValidationError(
        "--at, word \(error.position): found \(found), expected \(error.expected)")
    }
  }

  func validate() throws { _ = try schedule() }

  func apply(to options: inout LabOptions) {
    options.life.startUp = startUp ?? options.life.startUp
    options.life.grace = gracePeriod ?? options.life.grace
    options.life.heedsTermination = !ignoreSigterm
    options.behaviour.maxConnectionAge = maxConnectionAge
    options.behaviour.maxConnectionAgeGrace = maxConnectionAgeGrace
    options.behaviour.maxConnectionIdle = maxConnectionIdle
    if let keepaliveMinTime {
      var enforcement = KeepaliveEnforcement()
      enforcement.minimumInterval = keepaliveMinTime
      enforcement.permitsWithoutCalls = keepalivePermitWithoutCalls
      options.behaviour.keepaliveEnforcement = enforcement
    }
    options.dnsCache = dnsCache
    options.publicationDelay.dns = dnsDelay ?? .zero
    options.publicationDelay.api = apiDelay ?? .zero
  }

  /// Starts the schedule.
  func begin(on cluster: LabCluster, _ terminal: Terminal) -> ScheduleRun {
    ScheduleRun((try? schedule()) ?? .none, on: cluster, terminal)
  }
}
