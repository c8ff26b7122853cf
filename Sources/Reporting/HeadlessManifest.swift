package import Naming

/// A headless Service beside an existing one, as YAML for `kubectl apply -f -`: the same pods, each
/// with an address of its own in DNS (Kubernetes DNS specification §2.4).
package struct HeadlessManifest: Hashable, Sendable {
  package struct Port: Hashable, Sendable {
    /// As the Service has it; may be empty.
    package var name: String
    /// The pods' own: a headless name comes without a port, so clients have to dial this one.
    package var number: UInt16
    package var target: KubernetesService.TargetPort
    package var transport: String

    package init(
      name: String, number: UInt16, target: KubernetesService.TargetPort, transport: String
    ) {
      self.name = name
      self.number = number
      self.target = target
      self.transport = transport
    }
  }

  package var name: String
  package var namespace: String
  package var selector: [String: String]
  package var ports: [Port]

  package init(name: String, namespace: String, selector: [String: String], ports: [Port]) {
    self.name = name
    self.namespace = namespace
    self.selector = selector
    self.ports = ports
  }

  /// Ends in a newline. Comments say what a client has to be given then.
  package var yaml: String {
    let host = "\(name).\(namespace).svc.cluster.local"
    var lines = ports.prefix(1).map {
      "# Give clients dns:///\(host):\($0.number) and round_robin."
    }
    lines += [
      "apiVersion: v1", "kind: Service", "metadata:", "  name: \(yamlWord(name))",
      "  namespace: \(yamlWord(namespace))", "spec:", "  clusterIP: None", "  selector:",
    ]
    lines += selector.sorted { $0.key < $1.key }.map {
      "    \(yamlWord($0.key)): \(yamlWord($0.value))"
    }
    lines.append("  ports:")
    for port in ports {
      let target =
        switch port.target {
        case .number(let number): "\(number)"
        case .name(let name): yamlQuoted(name)
        }
      let fields =
        (port.name.isEmpty ? [] : ["name: \(yamlWord(port.name))"])
        + ["port: \(port.number)", "targetPort: \(target)", "protocol: \(port.transport)"]
      lines.append("  - \(fields[0])")
      lines += fields.dropFirst().map { "    \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
