/// What a lab is made of. Every value has a default that works on any machine.
package struct LabOptions: Sendable {
  package enum Security: Hashable, Sendable {
    case plaintext, tls
    /// TLS where the client must show a certificate of the lab's authority.
    case mutualTLS
  }

  package var pods = 5
  /// How every pod behaves at first.
  package var behaviour = PodBehaviour.healthy
  package var security = Security.plaintext
  package var names = LabNames()
  /// Seconds that DNS answers may be kept; kubeadm's CoreDNS says 30.
  package var ttl: UInt32 = 30
  /// CoreDNS shuffles, as kubeadm sets it up.
  package var dnsOrder = DNSZone.Order.shuffled(seed: 0)
  /// The same for pods, virtual IP and proxy; 0 lets the kernel choose one.
  package var port: UInt16 = 0
  /// Decides which pod the virtual IP gives a connection to.
  package var seed: UInt64 = 0
  package var threads = 1
  package var life = PodLife()
  package var publicationDelay = PublicationDelay()
  /// For how long at most a cache in front of the DNS server keeps an answer, as a cache on a node
  /// would: never longer than the answer's TTL, which it counts down. Nil for no cache.
  package var dnsCache: Duration?
  /// The server that every pod passes its connections on to, in place of answering itself.
  package var upstream: Upstream?
  /// The Kubernetes API server; nil for none, since its certificates take time to make.
  package var kubernetes: KubernetesOptions?

  package init() {}
}

/// The names by which Kubernetes would publish the lab's Services, and its StatefulSet's pods.
package struct LabNames: Hashable, Sendable {
  package var service = "mygrpc"
  package var namespace = "default"
  package var clusterDomain = "cluster.local"

  package init() {}

  /// The headless Service: one address per ready pod.
  package var headless: String { "\(service).\(suffix)" }
  /// The name of the Service with a ClusterIP.
  package var virtualService: String { "\(service)-vip" }
  /// The Service with a ClusterIP in front of the same pods.
  package var clusterIP: String { "\(virtualService).\(suffix)" }

  /// The L7 proxy in front of the same pods.
  package var proxy: String { "\(service)-proxy.\(suffix)" }

  /// The pod's own name, as it says it in `x-pod-name`.
  package func pod(_ index: Int) -> String { "\(service)-\(index)" }
  /// The pod's DNS name, to which SRV records point.
  package func podHost(_ index: Int) -> String { host(ofPod: pod(index)) }
  func host(ofPod name: String) -> String { "\(name).\(headless)" }
  /// The SRV name of the port `grpc` of a Service.
  package func serviceRecord(of host: String) -> String { "_grpc._tcp.\(host)" }

  private var suffix: String { "\(namespace).svc.\(clusterDomain)" }
}
