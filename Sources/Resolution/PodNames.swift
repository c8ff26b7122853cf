import Naming

/// Pods by their addresses, as far as SRV records tell: the target of a StatefulSet's pod is
/// `POD.svc.ns.svc.zone`; for other pods CoreDNS makes the first label from the IP address.
enum PodNames {
  /// The SRV targets that begin with a pod's name, without duplicates, in their order.
  static func targets(in srv: DNSAnswer) -> [String] {
    var seen: Set<String> = []
    return srv.records.compactMap { record in
      guard case .srv(_, _, _, let target) = record.data, pod(of: target) != nil,
        seen.insert(target).inserted
      else { return nil }
      return target
    }
  }

  /// Nil where the first label is an address with dashes (`10-0-0-5`, `fd00--5`), or a hash.
  static func pod(of target: String) -> String? {
    let label = target.prefix { $0 != "." }
    guard !label.isEmpty, IPAddress(dashed(label, ".")) == nil, IPAddress(dashed(label, ":")) == nil
    else { return nil }
    return String(label)
  }

  private static func dashed(_ label: Substring, _ separator: Character) -> String {
    String(label.map { $0 == "-" ? separator : $0 })
  }
}
