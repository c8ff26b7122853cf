import FoundationEssentials
import Naming
import Testing

@testable import Lab

/// A recorded answer of a real API server, as text.
func fixture(_ name: String) throws -> String {
  let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
  let data = try #require(FileManager.default.contents(atPath: "/\(path)/Fixtures/\(name)"))
  return String(decoding: data, as: UTF8.self)
}

func recorded(_ name: String) throws -> JSONValue {
  try JSONReader.value(of: try fixture("\(name).json").utf8)
}

extension JSONValue {
  /// Without members of the given name in it and in everything below.
  func without(_ keys: Set<String>) -> JSONValue {
    switch self {
    case .object(let members):
      .object(
        members.filter { !keys.contains($0.key) }
          .map { Member(key: $0.key, value: $0.value.without(keys)) })
    case .array(let elements): .array(elements.map { $0.without(keys) })
    default: self
    }
  }

  /// Where it has values, and of which type; elements of an array are taken together.
  var shape: Set<String> {
    switch self {
    case .object(let members):
      Set(members.flatMap { member in member.value.shape.map { ".\(member.key)\($0)" } } + ["{}"])
    case .array(let elements): Set(elements.flatMap { $0.shape.map { "[]\($0)" } } + ["[]"])
    case .null: ["null"]
    case .bool: ["bool"]
    case .number: ["number"]
    case .string: ["string"]
    }
  }

  var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  var number: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
}

extension EndpointSlice {
  /// The value of a recorded slice, read by hand.
  init(recorded json: JSONValue) throws {
    self.init(
      name: try #require(json["metadata"]?["name"]?.text),
      addressType: try #require(json["addressType"]?.text.flatMap(AddressType.init)),
      ports: try (json["ports"]?.elements ?? []).map { try Port(recorded: $0) },
      members: (json["endpoints"]?.elements ?? []).map { endpoint in
        Member(
          addresses: endpoint["addresses"]?.elements.compactMap(\.text) ?? [],
          ready: endpoint["conditions"]?["ready"]?.flag,
          serving: endpoint["conditions"]?["serving"]?.flag,
          terminating: endpoint["conditions"]?["terminating"]?.flag,
          pod: endpoint["targetRef"]?["name"]?.text, node: endpoint["nodeName"]?.text,
          zone: endpoint["zone"]?.text)
      })
  }
}

extension EndpointSlice.Port {
  init(recorded json: JSONValue) throws {
    self.init(
      name: json["name"]?.text ?? "", number: json["port"]?.number.map { UInt16($0) },
      transport: try #require(json["protocol"]?.text), appProtocol: json["appProtocol"]?.text)
  }
}

extension LegacyEndpoints {
  init(recorded json: JSONValue) throws {
    func addresses(_ list: JSONValue?) -> [Address] {
      (list?.elements ?? []).map {
        Address(
          ip: $0["ip"]?.text ?? "", pod: $0["targetRef"]?["name"]?.text,
          node: $0["nodeName"]?.text)
      }
    }
    self.init(
      name: try #require(json["metadata"]?["name"]?.text),
      subsets: try (json["subsets"]?.elements ?? []).map { subset in
        Subset(
          addresses: addresses(subset["addresses"]),
          notReady: addresses(subset["notReadyAddresses"]),
          ports: try (subset["ports"]?.elements ?? []).map {
            try EndpointSlice.Port(recorded: $0)
          })
      })
  }
}
