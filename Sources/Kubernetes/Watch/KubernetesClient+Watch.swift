package import Naming

extension KubernetesClient {
  /// The EndpointSlices of a Service, first all and then as they change, for one reader. Goes on
  /// through interruptions until the reader stops or the client is shut down; runs only while
  /// somebody reads.
  /// - Parameter seed: of what is drawn: pauses and the length of watches.
  package func watchEndpointSlices(
    of service: String, namespace: String, seed: UInt64 = .random(in: .min ... .max)
  ) -> AsyncStream<WatchEvent<EndpointSlice>> {
    watch(ObjectCollection<EndpointSliceObject>.slices(of: service, in: namespace), seed)
  }

  /// The deprecated Endpoints of a Service, in the same way: a list has one object or none.
  package func watchEndpoints(
    _ service: String, namespace: String, seed: UInt64 = .random(in: .min ... .max)
  ) -> AsyncStream<WatchEvent<LegacyEndpoints>> {
    watch(ObjectCollection<EndpointsObject>.endpoints(service, in: namespace), seed)
  }

  private func watch<Object>(
    _ collection: ObjectCollection<Object>, _ seed: UInt64
  ) -> AsyncStream<WatchEvent<Object.Value>> {
    let watch = ObjectWatch(self, collection, seed: seed)
    return AsyncStream { await watch.next() }
  }
}
