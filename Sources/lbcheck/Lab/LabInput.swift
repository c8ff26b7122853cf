import Lab
import Reporting

/// The commands of a running lab's standard input.
enum LabInput {
  /// Why a line was not obeyed, escaped.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Does what the line says.
  /// - Returns: the line to answer with, in JSON.
  static func obey(_ line: String, _ cluster: LabCluster) async throws(Failure) -> String {
    let words = line.split(separator: " ").map(String.init)
    do {
      switch words.first {
      case "counts" where words.count == 1:
        let counts = try await cluster.counts()
        let parts = zip(cluster.pods, counts).map { #""\#($0.name)":\#($1.answered)"# }
        return "{\(parts.joined(separator: ","))}"
      case "events" where words.count == 1:
        return "[\(try await cluster.events().map(\.json).joined(separator: ","))]"
      default:
        try await cluster.perform(try action(words))
        return "{}"
      }
    } catch let failure as LabAction.Failure {
      throw Failure(
        description: "'\(printable(line))' is no command; expected counts, events, "
          + printable(failure.expected))
    } catch {
      throw Failure(description: printable("\(error)"))
    }
  }

  /// `ready POD false` is another way to write `notready POD`.
  private static func action(_ words: [String]) throws(LabAction.Failure) -> LabAction {
    if words.count == 3, words[0] == "ready", let isReady = Bool(words[2]) {
      return .setReady(isReady, pod: words[1])
    }
    return try LabAction(words.joined(separator: " "))
  }
}
