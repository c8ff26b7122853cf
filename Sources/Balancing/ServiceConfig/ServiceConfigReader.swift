internal import Naming
package import Protobuf

/// Reads a service config as one client does, and remarks on what its author may not expect. A config
/// is the JSON form of a message, so it is read with that reader.
package struct ServiceConfigReader {
  let dialect: ConfigDialect
  private(set) var remarks: [ConfigReading.Remark] = []

  private init(_ dialect: ConfigDialect) {
    self.dialect = dialect
  }

  /// Throws where the text is no JSON.
  package static func read(
    _ text: [UInt8], as dialects: [ConfigDialect] = ConfigDialect.all
  ) throws(JSONError) -> [ConfigReading] {
    let root = try JSONReader.read(text)
    return dialects.map { dialect in
      var reader = ServiceConfigReader(dialect)
      let config = reader.config(root)
      let isRejected = reader.remarks.contains { $0.kind == .rejected }
      return ConfigReading(
        client: dialect.client, config: isRejected ? nil : config, remarks: reader.remarks)
    }
  }

  private mutating func config(_ root: JSONNode) -> ServiceConfig {
    var config = ServiceConfig()
    guard let fields = object(root, "") else { return config }
    let known = [
      "loadBalancingPolicy", "loadBalancingConfig", "methodConfig", "retryThrottling",
      "healthCheckConfig",
    ]
    checkNames(of: fields, known: known, also: ["connectionScaling"], "")
    config.policy = policy(fields)
    let methods = field("methodConfig", of: fields)
    if let methods { config.methods = methodConfigs(methods) }
    if let throttling = field("retryThrottling", of: fields),
      methods != nil || !dialect.throttlingNeedsMethods
    {
      config.throttling = self.throttling(throttling)
    }
    if let health = field("healthCheckConfig", of: fields) {
      config.healthCheckedService = healthCheckedService(health, policy: config.policy)
    }
    return config
  }

  private mutating func healthCheckedService(_ node: JSONNode, policy: String?) -> String? {
    guard let fields = object(node, "healthCheckConfig") else { return nil }
    checkNames(of: fields, known: ["serviceName"], "healthCheckConfig")
    guard let name = field("serviceName", of: fields) else { return nil }
    if policy == nil || policy == Policy.pickFirst.rawValue {
      remark(
        .healthCheckWithPickFirst, "healthCheckConfig",
        "pick_first at the top makes no health checks")
    } else if let needs = dialect.healthCheckNeeds {
      remark(.healthCheckNeeds, "healthCheckConfig", needs)
    }
    return string(name, "healthCheckConfig.serviceName")
  }

  private mutating func throttling(_ node: JSONNode) -> ServiceConfig.RetryThrottling? {
    guard let fields = object(node, "retryThrottling") else { return nil }
    checkNames(of: fields, known: ["maxTokens", "tokenRatio"], "retryThrottling")
    let values = ["maxTokens", "tokenRatio"].map { name -> Double? in
      let path = "retryThrottling.\(name)"
      guard let node = field(name, of: fields) else {
        reject(path, "is missing")
        return nil
      }
      let isWhole = name == "maxTokens" && dialect.maxTokensIsWhole
      guard let value = isWhole ? integer(node, path).map(Double.init) : number(node, path) else {
        return nil
      }
      if value <= 0 { reject(path, "\(value.plain) is not above 0") }
      if name == "maxTokens", let largest = dialect.largestMaxTokens, value > largest {
        reject(path, "\(value.plain) is above \(largest.plain)")
      }
      return value
    }
    guard let maxTokens = values[0], let tokenRatio = values[1] else { return nil }
    return ServiceConfig.RetryThrottling(maxTokens: maxTokens, tokenRatio: tokenRatio)
  }

  // MARK: Values

  mutating func remark(_ kind: ConfigReading.Remark.Kind, _ path: String, _ detail: String) {
    remarks.append(ConfigReading.Remark(kind: kind, path: path, detail: detail))
  }

  mutating func reject(_ path: String, _ detail: String) { remark(.rejected, path, detail) }

  /// A field's value; nil where it is absent or null, which is the same.
  func field(_ name: String, of fields: [JSONMember]) -> JSONNode? {
    let member =
      fields.first { $0.key == name }
      ?? (dialect.foldsFieldNames
        ? fields.last { $0.key.lowercased() == name.lowercased() } : nil)
    guard let member else { return nil }
    if case .null = member.value.content { return nil }
    return member.value
  }

  /// Remarks on names that this client does not read.
  /// - Parameter also: names that some clients read and that mean nothing here.
  mutating func checkNames(
    of fields: [JSONMember], known: [String], also: [String] = [], _ path: String
  ) {
    for member in fields where !known.contains(member.key) && !also.contains(member.key) {
      let place = path.isEmpty ? member.key : "\(path).\(member.key)"
      guard let meant = known.first(where: { $0.lowercased() == member.key.lowercased() }) else {
        remark(.unknownField, place, "is not read")
        continue
      }
      if !dialect.foldsFieldNames { remark(.unknownField, place, "is not read: write \(meant)") }
    }
  }

  mutating func object(_ node: JSONNode, _ path: String) -> [JSONMember]? {
    if case .object(let fields) = node.content { return fields }
    reject(path, "is \(node.kind), not an object")
    return nil
  }

  mutating func array(_ node: JSONNode, _ path: String) -> [JSONNode]? {
    if case .array(let elements) = node.content { return elements }
    reject(path, "is \(node.kind), not a list")
    return nil
  }

  mutating func string(_ node: JSONNode, _ path: String) -> String? {
    if case .string(let text) = node.content { return text }
    reject(path, "is \(node.kind), not a string")
    return nil
  }

  mutating func bool(_ node: JSONNode, _ path: String) -> Bool? {
    if case .bool(let value) = node.content { return value }
    reject(path, "is \(node.kind), not true or false")
    return nil
  }

  mutating func number(_ node: JSONNode, _ path: String) -> Double? {
    switch node.content {
    case .number(let text): return Double(text)
    case .string(let text) where dialect.readsQuotedNumbers && Double(text) != nil:
      return Double(text)
    default:
      reject(path, "is \(node.kind), not a number")
      return nil
    }
  }

  mutating func integer(_ node: JSONNode, _ path: String) -> Int? {
    guard let value = number(node, path) else { return nil }
    if let whole = Int(exactly: value) { return whole }
    reject(path, "\(value.plain) is not a whole number")
    return nil
  }
}

extension Double {
  /// Without the ".0" of whole numbers.
  var plain: String { Int(exactly: self).map(String.init) ?? description }
}
