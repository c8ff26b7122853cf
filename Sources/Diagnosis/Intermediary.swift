internal import Transport

/// A proxy or mesh, as far as its responses give it away.
enum Intermediary: String, Sendable, Hashable {
  case envoy = "Envoy"
  case istio = "an Istio sidecar or gateway (Envoy)"
  case linkerd = "Linkerd"
  case nginx = "nginx"

  /// - Parameters:
  ///   - server: the value of the `server` field.
  ///   - marker: the name of a field that only proxies and meshes send.
  /// HAProxy sends neither. A `server` that is not in this list may be the pod itself.
  init?(server: String?, marker: String?) {
    let server = server?.lowercased() ?? ""
    let marker = marker ?? ""
    if marker.hasPrefix("l5d-") {
      self = .linkerd
    } else if server == "istio-envoy" || marker == "x-envoy-decorator-operation"
      || marker.hasPrefix("x-envoy-peer-metadata")
    {
      self = .istio
    } else if server == "envoy" || marker.hasPrefix("x-envoy-") {
      self = .envoy
    } else if server == "nginx" || server.hasPrefix("nginx/") || server.hasPrefix("openresty") {
      self = .nginx
    } else {
      return nil
    }
  }
}

extension ConnectionRecord {
  /// What responses on it said of who is in the path.
  var pathEvidence: String? {
    let parts = [server.map { "server: \($0)" }, marker.map { "a field \($0)" }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
