private import Balancing
internal import HTTP2

/// Turns the watched fields of a response into a gRPC outcome without making strings per RPC:
/// every distinct field value is read once and remembered by its `ValuePool` id.
struct ResponseReader {
  /// Slots of the watch list.
  enum Slot {
    static let grpcStatus = 0
    static let contentType = 1
    static let identity = 2
    static let fallbackIdentity = 3
    static let server = 4
    static let marker = 5
    static let pushback = 6
  }

  /// Fields that only proxies and meshes put into responses. Of them the name is noted: what they
  /// say differs in every response.
  private static let markers = [
    "x-envoy-upstream-service-time", "x-envoy-decorator-operation", "x-envoy-peer-metadata",
    "x-envoy-peer-metadata-id", "l5d-server-id", "l5d-remote-ip", "l5d-proxy-error",
  ]

  /// Whether headers and trailers say different things in a field that may name the pod.
  static func namesContradict(_ end: StreamEnd?) -> Bool {
    let slots: UInt8 = 1 << Slot.identity | 1 << Slot.fallbackIdentity
    return (end?.contradictedNotes ?? 0) & slots != 0
  }

  private let values: ValuePool
  /// By value id: the number that `grpc-status` means, or `unread`.
  private var statusOfValue: [Int16] = []
  private var isGRPCType: [Int8] = []
  private static let unread: Int16 = .min

  init(values: ValuePool) {
    self.values = values
  }

  /// What to watch: the status, the type, the fields that may name the pod, and what tells who is
  /// in the path. A field that names the pod is not watched for anything else.
  static func watchList(identity: IdentityFields) -> WatchList {
    WatchList(
      [
        ["grpc-status"], ["content-type"], identity.pod, identity.host, ["server"], markers,
        ["grpc-retry-pushback-ms"],
      ],
      named: [UInt8(Slot.marker)])
  }

  /// The status number; nil where the field is absent. UNKNOWN (2) where it is not a number
  /// (grpc/doc/statuscodes.md).
  mutating func status(_ value: UInt32) -> Int? {
    guard value != 0 else { return nil }
    let index = Int(value)
    if index >= statusOfValue.count {
      statusOfValue += Array(repeating: Self.unread, count: index + 16 - statusOfValue.count)
    }
    if statusOfValue[index] == Self.unread {
      statusOfValue[index] = Int16(values.string(of: value)) ?? 2
    }
    return Int(statusOfValue[index])
  }

  /// True for `application/grpc`, alone or followed by `+` or `;`.
  mutating func isGRPC(contentType value: UInt32) -> Bool {
    guard value != 0 else { return false }
    let index = Int(value)
    if index >= isGRPCType.count {
      isGRPCType += Array(repeating: -1, count: index + 16 - isGRPCType.count)
    }
    if isGRPCType[index] < 0 {
      isGRPCType[index] = Balancing.isGRPC(contentType: values.bytes(of: value)) ? 1 : 0
    }
    return isGRPCType[index] == 1
  }
}

/// The response header or trailer names that may say which pod answered, lower case.
package struct IdentityFields: Sendable {
  /// Names that say "pod" or "instance": believed first.
  package var pod: [String]
  /// Names that say "host": a pod's hostname is its name unless somebody set another.
  package var host: [String]

  package init(pod: [String], host: [String]) {
    self.pod = pod
    self.host = host
  }

  /// Names that servers in the field use for it.
  package static let known = IdentityFields(
    pod: [
      "x-pod-name", "pod-name", "x-pod", "x-pod-id", "x-instance-id", "x-instance", "x-server-id",
      "server-id", "x-backend-server", "x-served-by",
    ],
    host: [
      "x-hostname", "hostname", "x-host-name", "x-server-name", "x-backend",
      // Istio's sidecars; the pod is a part of the value.
      "x-envoy-peer-metadata-id",
    ])
}
