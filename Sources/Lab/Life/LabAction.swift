/// Something that a lab can be told to do, in a schedule as `scale=8` and on standard input as `scale 8`.
package enum LabAction: Hashable, Sendable {
  case scale(Int)
  case restart
  /// A crash, with FIN or RST.
  case kill(pod: String, Ending)
  case drain(pod: String)
  case blackHole(pod: String)
  case revive(pod: String)
  case setReady(Bool, pod: String)

  /// What can be written, for help and errors.
  package static let syntax =
    "scale=N, restart, kill=POD, reset=POD, drain=POD, blackhole=POD, revive=POD, ready=POD or "
    + "notready=POD"
  /// No lab has more pods.
  package static let maximumPods = 1_000

  /// What stands where something else was expected.
  package struct Failure: Error, Hashable, Sendable {
    package var expected: String
  }

  /// - Parameter text: `NAME=VALUE`, `NAME VALUE`, or a name alone.
  package init(_ text: some StringProtocol) throws(Failure) {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) {
      $0 == "=" || $0 == " "
    }
    let value = parts.count > 1 ? String(parts[1]) : nil
    switch parts.first.map({ String($0) }) ?? "" {
    case "restart":
      guard value == nil else { throw Failure(expected: "nothing after 'restart'") }
      self = .restart
    case "scale":
      guard let number = value.flatMap({ Int($0, radix: 10) }),
        (0...Self.maximumPods).contains(number)
      else {
        throw Failure(expected: "'scale=N' with N from 0 to \(Self.maximumPods)")
      }
      self = .scale(number)
    case "kill": self = .kill(pod: try Self.pod(value, after: "kill"), .fin)
    case "reset": self = .kill(pod: try Self.pod(value, after: "reset"), .reset)
    case "drain": self = .drain(pod: try Self.pod(value, after: "drain"))
    case "blackhole": self = .blackHole(pod: try Self.pod(value, after: "blackhole"))
    case "revive": self = .revive(pod: try Self.pod(value, after: "revive"))
    case "ready": self = .setReady(true, pod: try Self.pod(value, after: "ready"))
    case "notready": self = .setReady(false, pod: try Self.pod(value, after: "notready"))
    default: throw Failure(expected: Self.syntax)
    }
  }

  private static func pod(_ value: String?, after name: String) throws(Failure) -> String {
    guard let value, !value.isEmpty, !value.contains(where: { $0 == " " || $0 == "=" }) else {
      throw Failure(expected: "'\(name)=POD' with the name of a pod, such as mygrpc-0")
    }
    return value
  }
}

extension LabAction: CustomStringConvertible {
  /// As in a schedule.
  package var description: String {
    switch self {
    case .scale(let count): "scale=\(count)"
    case .restart: "restart"
    case .kill(let pod, .fin): "kill=\(pod)"
    case .kill(let pod, .reset): "reset=\(pod)"
    case .drain(let pod): "drain=\(pod)"
    case .blackHole(let pod): "blackhole=\(pod)"
    case .revive(let pod): "revive=\(pod)"
    case .setReady(true, let pod): "ready=\(pod)"
    case .setReady(false, let pod): "notready=\(pod)"
    }
  }
}
