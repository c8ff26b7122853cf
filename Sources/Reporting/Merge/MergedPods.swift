internal import Distribution

/// The pods of several reports, each once. A pod that one client knows by name and another by its
/// address only is one pod where a report has both.
struct MergedPods {
  struct Pod {
    var row: Report.Pod
    /// How many reports have it as a ready pod, and the last of them.
    var readyIn = 0
    var lastReport = -1
    var isIdentified: Bool { row.identity != Report.Pod.unknownIdentity }
  }

  private(set) var pods: [Pod] = []
  private var byName: [String: Int] = [:]
  private var byAddress: [String: Int] = [:]
  private var unknown: [String: Int] = [:]

  /// Adds a row's counts to its pod.
  /// - Returns: the pod's index.
  mutating func add(_ row: Report.Pod, report: Int) -> Int {
    let index = index(of: row)
    if row.ready == true, pods[index].lastReport != report {
      pods[index].readyIn += 1
      pods[index].lastReport = report
    }
    pods[index].row.rpcs += row.rpcs
    pods[index].row.lost += row.lost
    pods[index].row.connections += row.connections
    pods[index].row.warmup += row.warmup
    if row.ready == true || pods[index].row.ready == nil { pods[index].row.ready = row.ready }
    if row.rpcs > 0 || row.warmup > 0, row.isSurer(than: pods[index].row) {
      pods[index].row.identity = row.identity
      pods[index].row.confidence = row.confidence
    }
    return index
  }

  private mutating func index(of row: Report.Pod) -> Int {
    let addresses = row.address.map { $0.split(separator: ",").map(String.init) } ?? []
    if row.identity == Report.Pod.unknownIdentity {
      let key = row.address ?? ""
      if let index = unknown[key] { return index }
      unknown[key] = pods.count
      return add(row)
    }
    let known = addresses.compactMap { byAddress[$0] }.first
    guard let name = row.pod else {
      if let known { return known }
      return add(row, addresses)
    }
    if let index = byName[name] {
      if pods[index].row.address == nil { pods[index].row.address = row.address }
      for address in addresses where byAddress[address] == nil { byAddress[address] = index }
      return index
    }
    if let known, pods[known].row.pod == nil {
      pods[known].row.pod = name
      byName[name] = known
      return known
    }
    byName[name] = pods.count
    return add(row, addresses)
  }

  private mutating func add(_ row: Report.Pod, _ addresses: [String] = []) -> Int {
    for address in addresses { byAddress[address] = pods.count }
    var row = row
    row.rpcs = 0
    row.lost = 0
    row.connections = 0
    row.warmup = 0
    row.latency = nil
    pods.append(Pod(row: row))
    return pods.count - 1
  }

  /// Positions by name, as reports have them.
  var order: [Int] {
    let keys = pods.map { [$0.isIdentified ? 0 : 1] + NaturalOrder.key($0.row.shortName) }
    return keys.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
  }
}

extension Report.Pod {
  /// As connections name it: its name, or else its first address.
  var shortName: String { pod ?? address.map { String($0.prefix { $0 != "," }) } ?? "?" }

  fileprivate func isSurer(than other: Report.Pod) -> Bool {
    func rank(_ pod: Report.Pod) -> Int {
      pod.identity == "peer" ? 0 : pod.confidence == "certain" ? 2 : 1
    }
    return rank(self) > rank(other)
  }
}
