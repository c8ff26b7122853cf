internal import Naming

extension ObjectDraft {
  /// A pod of the lab as the kubelet reports it.
  init(_ pod: LabSnapshot.Pod, labels: [String: String], in namespace: String) {
    let isPending = pod.state == .pending
    let isReady = !isPending && pod.state != .notReady
    // The kubelet tells the address when the sandbox is there.
    let address = isPending ? nil : pod.address.description
    let started = JSONValue.string(timestamp(pod.started))
    let condition = JSONValue.string(isReady ? "True" : "False")
    let turned = pod.state == .terminating ? pod.started : pod.changed
    let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map {
      type -> JSONValue in
      [
        "type": .string(type),
        "status": type.hasSuffix("Ready") ? condition : "True",
        "lastProbeTime": .null,
        "lastTransitionTime": type.hasSuffix("Ready") ? .string(timestamp(turned)) : started,
      ]
    }
    let container: JSONValue = [
      "name": "server",
      "state": isPending
        ? ["waiting": ["reason": "ContainerCreating"]] : ["running": ["startedAt": started]],
      "lastState": [:], "ready": .bool(isReady), "restartCount": 0, "image": "lbcheck-lab",
      "imageID": "",
    ]
    self.init(
      .pods, ObjectKey(namespace: namespace, name: pod.name),
      content: [
        "spec": [
          "containers": [
            [
              "name": "server", "image": "lbcheck-lab",
              "ports": [
                ["name": "grpc", "containerPort": .integer(pod.port), "protocol": "TCP"]
              ],
              "resources": [:],
            ]
          ],
          "restartPolicy": "Always", "terminationGracePeriodSeconds": .integer(pod.grace),
          "dnsPolicy": "ClusterFirst", "serviceAccountName": "default",
          "nodeName": .string(pod.node),
        ],
        "status": [
          "phase": isPending ? "Pending" : "Running",
          "conditions": .array(conditions),
          "hostIP": "127.0.0.1",
          "podIP": address.map(JSONValue.string),
          "podIPs": address.map { [["ip": .string($0)]] },
          "startTime": started,
          "containerStatuses": [container],
          "qosClass": "BestEffort",
        ],
      ],
      cells: [
        .string(isReady ? "1/1" : "0/1"),
        .string(Self.status(pod.state)), 0,
      ],
      wideCells: [.string(address ?? "<none>"), .string(pod.node), "<none>", "<none>"])
    self.labels = labels
    podIP = address
    if pod.state == .terminating {
      deletionTime = pod.changed + pod.grace
      deletionGrace = pod.grace
    }
  }

  /// In the column STATUS of `kubectl get pods`.
  private static func status(_ state: PodState) -> String {
    switch state {
    case .pending: "ContainerCreating"
    case .terminating: "Terminating"
    case .ready, .notReady, .gone: "Running"
    }
  }
}
