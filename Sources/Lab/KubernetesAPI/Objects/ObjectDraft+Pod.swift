internal import Naming

extension ObjectDraft {
  /// Seconds that a pod has to end by itself.
  static let grace = 30

  /// A pod of the lab as the kubelet reports it.
  init(_ pod: LabSnapshot.Pod, labels: [String: String], in namespace: String) {
    let address = pod.address.description
    let started = JSONValue.string(timestamp(pod.started))
    let condition = JSONValue.string(pod.state == .notReady ? "False" : "True")
    let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map {
      type -> JSONValue in
      [
        "type": .string(type),
        "status": type.hasSuffix("Ready") ? condition : "True",
        "lastProbeTime": .null,
        "lastTransitionTime": started,
      ]
    }
    let container: JSONValue = [
      "name": "server", "state": ["running": ["startedAt": started]], "lastState": [:],
      "ready": .bool(pod.state != .notReady), "restartCount": 0, "image": "lbcheck-lab",
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
          "restartPolicy": "Always", "terminationGracePeriodSeconds": .integer(Self.grace),
          "dnsPolicy": "ClusterFirst", "serviceAccountName": "default",
          "nodeName": .string(pod.node),
        ],
        "status": [
          "phase": "Running",
          "conditions": .array(conditions),
          "hostIP": "127.0.0.1",
          "podIP": .string(address),
          "podIPs": [["ip": .string(address)]],
          "startTime": started,
          "containerStatuses": [container],
          "qosClass": "BestEffort",
        ],
      ],
      cells: [
        .string(pod.state == .notReady ? "0/1" : "1/1"),
        .string(pod.state == .terminating ? "Terminating" : "Running"), 0,
      ],
      wideCells: [.string(address), .string(pod.node), "<none>", "<none>"])
    self.labels = labels
    podIP = address
    if pod.state == .terminating { deletionTime = pod.changed + Self.grace }
  }
}
