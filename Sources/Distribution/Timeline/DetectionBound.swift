/// How long it takes at most until a client's channel has a new pod in its list (gRFC A9 and the
/// clients' resolvers): a resolver of DNS looks again only when a connection ends.
package enum DetectionBound: Hashable, Sendable {
  /// Not as long as connections live: nothing makes the client look again.
  case never
  /// Nanoseconds from the pod being ready.
  case within(Double)

  /// Of a watch on the Kubernetes API: about a second, whatever the server's settings.
  package static let watch = DetectionBound.within(1e9)

  /// Of DNS. All times are nanoseconds.
  /// - Parameters:
  ///   - age: the largest MaxConnectionAge that the servers may have; nil for none.
  ///   - floor: the least time between two look-ups.
  ///   - keepsRequests: whether a request inside the floor runs when it ends (grpc-go, C-core) or is
  ///     dropped (grpc-java).
  ///   - staleness: of caches on the way to the client.
  ///   - publication: from ready to the record in DNS.
  package static func dns(
    age: Double?, floor: Double, keepsRequests: Bool, staleness: Double, publication: Double
  ) -> DetectionBound {
    guard let age else { return .never }
    let late = 1.1 * age
    // Where the floor is over before any connection can end again, each end is a look-up. Otherwise
    // the request waits for the end of the floor, or the next end after it has to come.
    let wait =
      if 0.9 * age > floor { late } else if keepsRequests { max(late, floor) } else { floor + late }
    return .within(wait + staleness + publication)
  }

  /// When the first of some connections that were opened together gets its GOAWAY, on average.
  package static func firstGoAway(age: Double, connections: Int) -> Double {
    0.9 * age + 0.2 * age / Double(connections + 1)
  }
}
