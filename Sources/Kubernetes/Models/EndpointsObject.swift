internal import Naming

/// `Endpoints` of `v1`
/// (https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/).
struct EndpointsObject: APIObject {
  struct Address: Decodable {
    var ip: String
    var nodeName: String?
    var targetRef: TargetReference?

    var value: LegacyEndpoints.Address {
      LegacyEndpoints.Address(ip: ip, pod: targetRef?.pod, node: nodeName)
    }
  }

  struct Subset: Decodable {
    var addresses: [Address]?
    var notReadyAddresses: [Address]?
    var ports: [EndpointPort]?
  }

  struct Annotations: Decodable {
    var overCapacity: String?

    enum CodingKeys: String, CodingKey {
      case overCapacity = "endpoints.kubernetes.io/over-capacity"
    }
  }

  var metadata: Metadata
  var subsets: [Subset]?
  private var annotations: Annotations?

  var value: LegacyEndpoints {
    LegacyEndpoints(
      name: metadata.name ?? "",
      subsets: subsets?.map { subset in
        LegacyEndpoints.Subset(
          addresses: subset.addresses?.map(\.value) ?? [],
          notReady: subset.notReadyAddresses?.map(\.value) ?? [],
          ports: subset.ports?.map(\.value) ?? [])
      } ?? [],
      isTruncated: annotations?.overCapacity == "truncated")
  }

  private enum CodingKeys: String, CodingKey { case metadata, subsets }
  private enum MetadataKeys: String, CodingKey { case annotations }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(Metadata.self, forKey: .metadata)
    subsets = try container.decodeIfPresent([Subset].self, forKey: .subsets)
    annotations = try container.nestedContainer(keyedBy: MetadataKeys.self, forKey: .metadata)
      .decodeIfPresent(Annotations.self, forKey: .annotations)
  }
}
