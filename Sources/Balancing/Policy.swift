/// A load-balancing policy by its name in a gRPC service config.
package enum Policy: String, CaseIterable, Sendable {
  case pickFirst = "pick_first"
  case roundRobin = "round_robin"
}
