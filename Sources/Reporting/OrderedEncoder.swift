/// Turns `Encodable` values into JSON that keeps the order of declaration and writes nil as null.
///
/// FoundationEssentials' encoder can only sort keys or leave them in random order, and it drops
/// nil, where a script that reads a report is better served by null. Reports hold only what cannot
/// fail to encode, so nothing here throws.
final class OrderedEncoder: Encoder {
  private var tree = JSON.null
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  static func tree(_ value: some Encodable) -> JSON {
    switch value {
    case let value as Bool: return .bool(value)
    case let value as String: return .string(value)
    case let value as Double: return .number(value)
    case let value as Int: return .integer("\(value)")
    case let value as [String: Int]:
      // A dictionary has no order of its own that would be the same next time.
      return .object(value.sorted { $0.key < $1.key }.map { ($0.key, .integer("\($0.value)")) })
    default:
      let encoder = OrderedEncoder()
      do { try value.encode(to: encoder) } catch { return .null }
      return encoder.tree
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .object = tree {} else { tree = .object([]) }
    return KeyedEncodingContainer(Members(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .array = tree {} else { tree = .array([]) }
    return Items(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(encoder: self)
  }

  fileprivate func add(_ value: JSON, for key: any CodingKey) {
    guard case .object(var members) = tree else { return }
    tree = .null  // so that the members are not copied
    members.append((key.stringValue, value))
    tree = .object(members)
  }

  fileprivate func add(_ value: JSON) {
    guard case .array(var items) = tree else { return }
    tree = .null
    items.append(value)
    tree = .array(items)
  }

  fileprivate var count: Int {
    if case .array(let items) = tree { items.count } else { 0 }
  }

  fileprivate func set(_ value: JSON) {
    tree = value
  }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: OrderedEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { encoder.add(.null, for: key) }
  func encode(_ value: some Encodable, forKey key: Key) {
    encoder.add(OrderedEncoder.tree(value), for: key)
  }

  // What synthesized conformances call for optional properties; by default nil would write nothing.
  func encodeIfPresent(_ value: Bool?, forKey key: Key) { encodeOrNull(value, key) }
  func encodeIfPresent(_ value: String?, forKey key: Key) { encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Double?, forKey key: Key) { encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Int?, forKey key: Key) { encodeOrNull(value, key) }
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) { encodeOrNull(value, key) }
  func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) { encodeOrNull(value, key) }

  private func encodeOrNull(_ value: (some Encodable)?, _ key: Key) {
    encoder.add(value.map { OrderedEncoder.tree($0) } ?? .null, for: key)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    preconditionFailure("reports are built of nested values")
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    preconditionFailure("reports are built of nested values")
  }
  func superEncoder() -> any Encoder { preconditionFailure("reports have no classes") }
  func superEncoder(forKey key: Key) -> any Encoder {
    preconditionFailure("reports have no classes")
  }
}

private struct Items: UnkeyedEncodingContainer {
  let encoder: OrderedEncoder
  var codingPath: [any CodingKey] { [] }
  var count: Int { encoder.count }

  func encodeNil() { encoder.add(.null) }
  func encode(_ value: some Encodable) { encoder.add(OrderedEncoder.tree(value)) }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    preconditionFailure("reports are built of nested values")
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    preconditionFailure("reports are built of nested values")
  }
  func superEncoder() -> any Encoder { preconditionFailure("reports have no classes") }
}

private struct Single: SingleValueEncodingContainer {
  let encoder: OrderedEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { encoder.set(.null) }
  func encode(_ value: some Encodable) {
    // Integers of every width end here, and no structure, which would pay for the question.
    if let value = value as? any FixedWidthInteger {
      encoder.set(.integer("\(value)"))
    } else {
      encoder.set(OrderedEncoder.tree(value))
    }
  }
}
