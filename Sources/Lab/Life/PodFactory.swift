private import Glibc
internal import NIOCore
internal import NIOPosix
internal import Naming

/// Makes the pods of one lab: each with a name and an address that no other has had.
struct PodFactory {
  private static let attempts = 20

  private let options: LabOptions
  private let block: AddressBlock
  private let tls: ServerTLS?
  private let coldStart: ColdStart
  private let log: LabEventLog
  private let group: MultiThreadedEventLoopGroup
  /// 0 until the first pod has one; then the same for all.
  private(set) var port: UInt16
  private var pods = 0
  private var addresses = 0

  init(
    _ options: LabOptions, in block: AddressBlock, tls: ServerTLS?, coldStart: ColdStart,
    log: LabEventLog, on group: MultiThreadedEventLoopGroup
  ) {
    self.options = options
    self.block = block
    self.tls = tls
    self.coldStart = coldStart
    self.log = log
    self.group = group
    port = options.port
  }

  /// The next pod, which listens. Throws `IOError` when its address cannot be bound.
  mutating func start() async throws -> Pod {
    addresses += 1
    let place = Pod.Place(
      index: pods, seed: options.seed &+ UInt64(pods), upstream: options.upstream,
      coldStart: coldStart, log: log)
    let pod = try await Pod.start(
      name: options.names.pod(pods), address: block.pod(addresses - 1), port: port,
      behaviour: options.behaviour, tls: tls, place: place, on: group.next())
    pods += 1
    port = pod.port
    return pod
  }

  /// The same on the next address where somebody else has the lab's port.
  mutating func startAnywhere() async throws -> Pod {
    for _ in 1..<Self.attempts {
      do {
        return try await start()
      } catch let error as IOError where error.errnoCode == EADDRINUSE {
        continue
      }
    }
    return try await start()
  }
}
