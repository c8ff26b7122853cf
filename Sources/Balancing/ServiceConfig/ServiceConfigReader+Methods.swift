internal import Naming
internal import Protobuf

/// What holds for which RPCs (gRFCs A2, A6).
extension ServiceConfigReader {
  mutating func methodConfigs(_ node: JSONNode) -> [ServiceConfig.Scope: ServiceConfig.MethodConfig]
  {
    var methods: [ServiceConfig.Scope: ServiceConfig.MethodConfig] = [:]
    for (index, entry) in (array(node, "methodConfig") ?? []).enumerated() {
      let path = "methodConfig[\(index)]"
      guard let fields = object(entry, path) else { continue }
      checkNames(
        of: fields,
        known: [
          "name", "waitForReady", "timeout", "maxRequestMessageBytes", "maxResponseMessageBytes",
          "retryPolicy", "hedgingPolicy",
        ], path)
      let names = field("name", of: fields).flatMap { array($0, "\(path).name") } ?? []
      if names.isEmpty {
        remark(.namelessMethodConfig, path, "has no name, so it is for no method")
      }
      let config = methodConfig(fields, path)
      for (number, name) in names.enumerated() {
        let place = "\(path).name[\(number)]"
        guard let scope = scope(name, place) else { continue }
        if methods.updateValue(config, forKey: scope) != nil {
          reject(place, "is named a second time")
        }
      }
    }
    return methods
  }

  private mutating func scope(_ node: JSONNode, _ path: String) -> ServiceConfig.Scope? {
    guard let fields = object(node, path) else { return nil }
    checkNames(of: fields, known: ["service", "method"], path)
    let named = field("service", of: fields).flatMap { string($0, "\(path).service") }
    let service = named ?? ""
    let method = field("method", of: fields).flatMap { string($0, "\(path).method") } ?? ""
    let isAll = named != nil && dialect.emptyServiceIsAll
    if service.isEmpty, !method.isEmpty, !isAll {
      reject(path, "names a method without its service")
      return nil
    }
    if service.isEmpty { return .all }
    return method.isEmpty ? .service(service) : .method("\(service)/\(method)")
  }

  private mutating func methodConfig(
    _ fields: [JSONMember], _ path: String
  ) -> ServiceConfig.MethodConfig {
    var config = ServiceConfig.MethodConfig()
    if let node = field("waitForReady", of: fields) {
      config.waitForReady = bool(node, "\(path).waitForReady")
    }
    if let node = field("timeout", of: fields) {
      config.timeout = duration(node, "\(path).timeout")
    }
    for name in ["maxRequestMessageBytes", "maxResponseMessageBytes"] {
      let place = "\(path).\(name)"
      if let node = field(name, of: fields), let size = integer(node, place), size < 0,
        dialect.refusesNegativeSizes
      {
        reject(place, "\(size) is below zero")
      }
    }
    if let node = field("retryPolicy", of: fields) {
      config.retry = retryPolicy(node, "\(path).retryPolicy")
    }
    if field("hedgingPolicy", of: fields) != nil, !dialect.hedges {
      remark(.unreadHedging, "\(path).hedgingPolicy", "is not read")
    }
    return config
  }

  private mutating func retryPolicy(
    _ node: JSONNode, _ path: String
  ) -> ServiceConfig.RetryPolicy? {
    guard let fields = object(node, path) else { return nil }
    let known = [
      "maxAttempts", "initialBackoff", "maxBackoff", "backoffMultiplier", "retryableStatusCodes",
    ]
    checkNames(of: fields, known: known, also: ["perAttemptRecvTimeout"], path)
    var faults: [(path: String, detail: String)] = []
    /// The field's value; a value that is missing or out of range is a fault of the whole policy.
    func required<Value>(
      _ name: String, _ read: (inout Self, JSONNode, String) -> Value?, _ isGood: (Value) -> Bool,
      _ words: String
    ) -> Value? {
      let place = "\(path).\(name)"
      guard let node = field(name, of: fields) else {
        faults.append((place, "is missing"))
        return nil
      }
      guard let value = read(&self, node, place) else { return nil }
      if isGood(value) { return value }
      faults.append((place, words))
      return nil
    }
    let attempts = required("maxAttempts", { $0.integer($1, $2) }, { $0 >= 2 }, "is below 2")
    let first = required(
      "initialBackoff", { $0.duration($1, $2) }, { $0 > .zero }, "is not above 0")
    let longest = required("maxBackoff", { $0.duration($1, $2) }, { $0 > .zero }, "is not above 0")
    let factor = required(
      "backoffMultiplier", { $0.number($1, $2) }, { $0 > 0 }, "is not above 0")
    let statuses = required(
      "retryableStatusCodes", { $0.statuses($1, $2) }, { !$0.isEmpty }, "is empty")
    for fault in faults {
      if dialect.ignoresFaultyRetryPolicy {
        remark(.ignoredRetryPolicy, fault.path, "\(fault.detail): nothing is retried")
      } else {
        reject(fault.path, fault.detail)
      }
    }
    guard let attempts, let first, let longest, let factor, let statuses else { return nil }
    if attempts > 5 {
      remark(
        .cappedAttempts, "\(path).maxAttempts", "\(attempts) means 5, the most any client makes")
    }
    return ServiceConfig.RetryPolicy(
      maxAttempts: min(5, attempts), initialBackoff: first, maxBackoff: longest,
      backoffMultiplier: factor, retryableStatuses: statuses)
  }

  private mutating func statuses(_ node: JSONNode, _ path: String) -> Set<GRPCStatus>? {
    guard let elements = array(node, path) else { return nil }
    var statuses: Set<GRPCStatus> = []
    for (index, element) in elements.enumerated() {
      let place = "\(path)[\(index)]"
      let status: GRPCStatus?
      switch element.content {
      case .string(let name): status = GRPCStatus.allCases.first { $0.name == name }
      case .number(let text) where dialect.readsStatusNumbers:
        status = Int(text).flatMap(GRPCStatus.init)
      default: status = nil
      }
      guard let status else {
        reject(place, "is no status code; write such as \"UNAVAILABLE\"")
        return nil
      }
      if status == .ok, dialect.refusesToRetryOK { reject(place, "OK cannot be retried") }
      statuses.insert(status)
    }
    return statuses
  }

  /// `1.5s`: a Protobuf Duration in JSON.
  private mutating func duration(_ node: JSONNode, _ path: String) -> Duration? {
    guard let text = string(node, path) else { return nil }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    let areDigits = parts.allSatisfy { part in
      part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard text.hasSuffix("s"), areDigits, (1...2).contains(parts.count), !parts[0].isEmpty,
      parts.count == 1 || (1...9).contains(parts[1].utf8.count), let seconds = Int64(parts[0]),
      seconds <= 315_576_000_000
    else {
      reject(path, "\"\(text)\" is no duration; write seconds, such as \"0.1s\"")
      return nil
    }
    let fraction = parts.count == 2 ? parts[1].utf8.count : 0
    let nanoseconds =
      fraction > 0
      ? (Int64(parts[1]) ?? 0) * (0..<(9 - fraction)).reduce(Int64(1)) { power, _ in power * 10 }
      : 0
    let length = Duration(
      secondsComponent: seconds, attosecondsComponent: nanoseconds * 1_000_000_000)
    guard text.hasPrefix("-") else { return length }
    if dialect.refusesNegativeDurations { reject(path, "\"\(text)\" is below zero") }
    return .zero - length
  }
}
