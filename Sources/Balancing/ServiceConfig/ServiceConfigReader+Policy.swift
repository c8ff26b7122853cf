internal import Protobuf

/// Which policy a client takes (gRFC A24).
extension ServiceConfigReader {
  /// Nil for the client's default, and where the config is rejected.
  mutating func policy(_ fields: [JSONMember]) -> String? {
    var old = field("loadBalancingPolicy", of: fields)
    if case .string("") = old?.content, dialect.emptyPolicyIsAbsent { old = nil }
    var list = field("loadBalancingConfig", of: fields)
    if case .array(let entries) = list?.content, entries.isEmpty, dialect.emptyListIsAbsent {
      list = nil
    }
    guard let list else {
      guard let old else {
        remark(.noPolicy, "", "no policy is named: pick_first")
        return nil
      }
      return named(old)
    }
    // C-core looks at the old field, too, before it ignores it; for others it may be anything.
    if let old {
      if !dialect.unknownPolicyIsPickFirst, !dialect.emptyListIsAbsent { _ = named(old) }
      remark(.policyIsOverruled, "loadBalancingPolicy", "loadBalancingConfig is taken instead")
    }
    return chosen(list)
  }

  /// The old field: a name.
  private mutating func named(_ node: JSONNode) -> String? {
    let path = "loadBalancingPolicy"
    guard let text = string(node, path) else { return nil }
    let name = dialect.lowercasesPolicy ? text.lowercased() : text
    switch dialect.policies[name] {
    case .builtIn: return name
    case .added(let what):
      remark(.addedPolicy, path, "\(name) needs \(what)")
      return name
    case .needsConfig:
      reject(path, "\(name) needs a configuration, which only loadBalancingConfig can give")
      return nil
    case nil where dialect.unknownPolicyIsPickFirst:
      let isKnown = dialect.policies[name.lowercased()] != nil
      remark(
        isKnown ? .upperCasePolicy : .unknownPolicyIsPickFirst, path,
        "\"\(text)\" is taken for pick_first, silently"
          + (isKnown ? "; releases before 1.82 read \(name.lowercased())" : ""))
      return Policy.pickFirst.rawValue
    case nil:
      reject(path, "\"\(text)\" is no policy of this client")
      return nil
    }
  }

  /// The list: the first entry whose policy the client has.
  private mutating func chosen(_ list: JSONNode) -> String? {
    let path = "loadBalancingConfig"
    guard let entries = array(list, path) else { return nil }
    var choice: (name: String, config: JSONNode, path: String)?
    var unknown: [String] = []
    for (index, entry) in entries.enumerated() {
      if choice != nil, !dialect.checksWholeList { break }
      let place = "\(path)[\(index)]"
      guard let fields = object(entry, place) else { return nil }
      guard fields.count == 1 else {
        reject(place, "has \(fields.count) fields; an entry is one policy")
        return nil
      }
      let (name, config) = (fields[0].key, fields[0].value)
      if dialect.checksPolicyConfig, object(config, "\(place).\(name)") == nil { return nil }
      if choice == nil, dialect.policies[name] != nil {
        choice = (name, config, "\(place).\(name)")
      } else if choice == nil {
        unknown.append(name)
        remark(.skippedPolicy, place, "\"\(name)\" is no policy of this client: skipped")
      }
    }
    guard let choice else {
      let tried = unknown.map { "\"\($0)\"" }.joined(separator: ", ")
      reject(path, entries.isEmpty ? "is empty" : "names no policy of this client: \(tried)")
      return nil
    }
    switch dialect.policies[choice.name] {
    case .added(let what): remark(.addedPolicy, choice.path, "\(choice.name) needs \(what)")
    case .needsConfig:
      if case .object(let fields) = choice.config.content, fields.isEmpty {
        reject(choice.path, "needs a configuration")
      }
    default: break
    }
    if choice.name == Policy.pickFirst.rawValue, case .object(let fields) = choice.config.content {
      checkNames(of: fields, known: ["shuffleAddressList"], choice.path)
      if let shuffle = field("shuffleAddressList", of: fields) {
        _ = bool(shuffle, "\(choice.path).shuffleAddressList")
      }
    }
    return choice.name
  }
}
