internal import Naming

/// `EndpointSlice` of `discovery.k8s.io/v1`
/// (https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/).
struct EndpointSliceObject: APIObject {
  struct Member: Decodable {
    struct Conditions: Decodable {
      var ready: Bool?
      var serving: Bool?
      var terminating: Bool?
    }

    var addresses: [String]?
    var conditions: Conditions?
    var targetRef: TargetReference?
    var nodeName: String?
    var zone: String?
  }

  var metadata: Metadata
  var addressType: String?
  var endpoints: [Member]?
  var ports: [EndpointPort]?

  var value: EndpointSlice {
    EndpointSlice(
      name: metadata.name ?? "",
      // What is not known yet cannot be dialled, like the names of FQDN.
      addressType: EndpointSlice.AddressType(rawValue: addressType ?? "") ?? .fqdn,
      ports: ports?.map(\.value) ?? [],
      members: endpoints?.map { member in
        EndpointSlice.Member(
          addresses: member.addresses ?? [], ready: member.conditions?.ready,
          serving: member.conditions?.serving, terminating: member.conditions?.terminating,
          pod: member.targetRef?.pod, node: member.nodeName, zone: member.zone)
      } ?? [])
  }
}

struct TargetReference: Decodable, Sendable {
  var kind: String?
  var name: String?

  var pod: String? { kind == "Pod" ? name : nil }
}

/// A port of an EndpointSlice or of Endpoints.
struct EndpointPort: Decodable, Sendable {
  var name: String?
  var port: Int?
  var `protocol`: String?
  var appProtocol: String?

  var value: EndpointSlice.Port {
    EndpointSlice.Port(
      name: name ?? "", number: port.flatMap { UInt16(exactly: $0) },
      transport: self.protocol ?? "TCP", appProtocol: appProtocol)
  }
}
