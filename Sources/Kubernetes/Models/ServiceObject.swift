internal import Naming

/// `Service` of `v1`
/// (https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/).
struct ServiceObject: APIObject {
  /// What `service.spec.sessionAffinityConfig` leaves out means.
  private static let defaultAffinitySeconds = 10_800

  struct Spec: Decodable {
    struct Affinity: Decodable {
      struct ClientIP: Decodable {
        var timeoutSeconds: Int?
      }

      var clientIP: ClientIP?
    }

    var type: String?
    var clusterIP: String?
    var clusterIPs: [String]?
    var externalName: String?
    var ports: [Port]?
    var selector: [String: String]?
    var sessionAffinity: String?
    var sessionAffinityConfig: Affinity?
    var internalTrafficPolicy: String?
    var publishNotReadyAddresses: Bool?
    var trafficDistribution: String?
  }

  struct Port: Decodable {
    var name: String?
    var port: Int
    var targetPort: IntegerOrText?
    var `protocol`: String?
    var appProtocol: String?

    var value: KubernetesService.Port? {
      guard let number = UInt16(exactly: port) else { return nil }
      // Absent and zero mean the Service's own number.
      let target: KubernetesService.TargetPort =
        switch targetPort {
        case .text(let name) where !name.isEmpty: .name(name)
        case .integer(let given) where given > 0: .number(UInt16(exactly: given) ?? number)
        default: .number(number)
        }
      return KubernetesService.Port(
        name: name ?? "", number: number, target: target, transport: self.protocol ?? "TCP",
        appProtocol: appProtocol)
    }
  }

  var metadata: Metadata
  var spec: Spec?

  var value: KubernetesService {
    let addresses = spec?.clusterIPs ?? spec?.clusterIP.map { [$0] } ?? []
    let affinity: Int? =
      spec?.sessionAffinity == "ClientIP"
      ? spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? Self.defaultAffinitySeconds : nil
    return KubernetesService(
      name: metadata.name ?? "", namespace: metadata.namespace ?? "",
      kind: spec?.type.flatMap(KubernetesService.Kind.init) ?? .clusterIP,
      clusterIPs: addresses.filter { $0 != "None" && !$0.isEmpty },
      isHeadless: addresses.contains("None"), externalName: spec?.externalName,
      ports: spec?.ports?.compactMap(\.value) ?? [], selector: spec?.selector ?? [:],
      affinitySeconds: affinity, isLocalOnly: spec?.internalTrafficPolicy == "Local",
      publishesNotReady: spec?.publishNotReadyAddresses ?? false,
      trafficDistribution: spec?.trafficDistribution)
  }
}

/// `IntOrString` of the API.
enum IntegerOrText: Decodable, Sendable {
  case integer(Int)
  case text(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let integer = try? container.decode(Int.self) {
      self = .integer(integer)
    } else {
      self = .text(try container.decode(String.self))
    }
  }
}
