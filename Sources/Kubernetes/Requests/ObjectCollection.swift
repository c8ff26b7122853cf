internal import Naming

/// The objects of one kind that belong to one Service: what is listed and watched.
struct ObjectCollection<Object: APIObject>: Sendable {
  let path: [String]
  let selector: APIRequest.Parameter
  /// `endpointslices in namespace demo`.
  let name: String
}

extension ObjectCollection<EndpointSliceObject> {
  static func slices(of service: String, in namespace: String) -> Self {
    ObjectCollection(
      path: ["apis", "discovery.k8s.io", "v1", "namespaces", namespace, "endpointslices"],
      selector: APIRequest.Parameter("labelSelector", "kubernetes.io/service-name=\(service)"),
      name: "endpointslices in namespace \(namespace)")
  }
}

extension ObjectCollection<EndpointsObject> {
  static func endpoints(_ service: String, in namespace: String) -> Self {
    ObjectCollection(
      path: ["api", "v1", "namespaces", namespace, "endpoints"],
      selector: APIRequest.Parameter("fieldSelector", "metadata.name=\(service)"),
      name: "endpoints in namespace \(namespace)")
  }
}
