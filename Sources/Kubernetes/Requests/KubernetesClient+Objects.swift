package import Naming

extension KubernetesClient {
  /// Objects a page of a list holds at most, as kubectl asks for.
  private static let pageSize = 500
  /// Lists that are begun anew because a page came too late.
  private static let restarts = 3

  package func service(
    _ name: String, namespace: String
  ) async throws(KubernetesError) -> KubernetesService {
    try await object(
      ServiceObject.self,
      APIRequest(
        path: ["api", "v1", "namespaces", namespace, "services", name],
        tried: "to get the Service \(name) in namespace \(namespace)",
        whenNotFound: "Check name and namespace: kubectl get services -n \(namespace)"))
  }

  /// All EndpointSlices of a Service, in the server's order; none where there is no such Service.
  package func endpointSlices(
    of service: String, namespace: String
  ) async throws(KubernetesError) -> [EndpointSlice] {
    do throws(APIFailure) {
      return try await list(ObjectCollection.slices(of: service, in: namespace)).objects
    } catch {
      throw error.error
    }
  }

  /// The deprecated Endpoints of a Service; `.notFound` where Kubernetes made none.
  package func endpoints(
    _ service: String, namespace: String
  ) async throws(KubernetesError) -> LegacyEndpoints {
    try await object(
      EndpointsObject.self,
      APIRequest(
        path: ["api", "v1", "namespaces", namespace, "endpoints", service],
        tried: "to get the Endpoints \(service) in namespace \(namespace)",
        whenNotFound: "Check name and namespace: kubectl get endpoints -n \(namespace)"))
  }

  /// All objects of a collection as they were at one version.
  func list<Object>(
    _ collection: ObjectCollection<Object>
  ) async throws(APIFailure) -> (objects: [Object.Value], version: String) {
    var restarts = 0
    while true {
      do throws(APIFailure) { return try await pages(of: collection) } catch {
        guard error.error.kind == .gone, restarts < Self.restarts else { throw error }
        restarts += 1
      }
    }
  }

  private func pages<Object>(
    of collection: ObjectCollection<Object>
  ) async throws(APIFailure) -> (objects: [Object.Value], version: String) {
    var objects: [Object.Value] = []
    var next: String?
    while true {
      var request = APIRequest(
        path: collection.path, query: [collection.selector, .init("limit", "\(Self.pageSize)")],
        tried: "to list \(collection.name)",
        whenNotFound: "Check the server's version: discovery.k8s.io/v1 came with Kubernetes 1.21")
      if let next { request.query.append(.init("continue", next)) }
      let page = try await json(APIList<Object>.self, request)
      objects += (page.items ?? []).map(\.value)
      next = page.metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
      if next == nil { return (objects, page.metadata.resourceVersion ?? "") }
    }
  }

  private func object<Object: APIObject>(
    _ type: Object.Type, _ request: APIRequest
  ) async throws(KubernetesError) -> Object.Value {
    do throws(APIFailure) { return try await json(type, request).value } catch {
      throw error.error
    }
  }

  /// An answer decoded.
  func json<Value: Decodable>(
    _ type: Value.Type, _ request: APIRequest
  ) async throws(APIFailure) -> Value {
    switch decoded(type, try await answer(to: request)) {
    case .success(let value): return value
    case .failure(let error):
      throw APIFailure(
        error: KubernetesError(
          .notKubernetes, tried: request.tried, on: access.server, cameBack: error.message,
          next: "Check the server in \(access.source)"))
    }
  }
}
