internal import Naming

/// What a lab does on its own accord while it runs: actions, each at a time after the start.
package struct LabSchedule: Hashable, Sendable {
  package struct Step: Hashable, Sendable {
    /// After the start.
    package let time: Duration
    package let action: LabAction
  }

  /// By time; those of the same time as they were written.
  package let steps: [Step]

  package static let none = LabSchedule(steps: [])

  private init(steps: [Step]) { self.steps = steps }

  /// Which word is wrong, and what should be there.
  package struct Failure: Error, Hashable, Sendable {
    /// From 1, among the words of all `--at` together.
    package let position: Int
    /// The word; nil where one is missing at the end.
    package let found: String?
    package let expected: String
  }

  /// Reads `TIME ACTION…` any number of times, such as `10s scale=8 20s kill=mygrpc-0`.
  /// - Parameter arguments: their words; one argument may hold several.
  package init(_ arguments: [String]) throws(Failure) {
    let words = arguments.flatMap { $0.split(separator: " ").map(String.init) }
    var steps: [Step] = []
    var time: Duration?
    /// Whether the last word was a time.
    var wantsAction = false
    for (index, word) in words.enumerated() {
      func failure(_ expected: String) -> Failure {
        Failure(position: index + 1, found: word, expected: expected)
      }
      let isTime = word.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      if isTime ?? false, !wantsAction {
        guard let duration = Duration(parsing: word) else {
          throw failure("a time after the start, such as 10s or 1m30s")
        }
        time = duration
        wantsAction = true
        continue
      }
      guard let time else { throw failure("a time after the start, such as 10s or 1m30s") }
      do {
        steps.append(Step(time: time, action: try LabAction(word)))
      } catch {
        throw failure(error.expected)
      }
      wantsAction = false
    }
    if wantsAction {
      throw Failure(position: words.count + 1, found: nil, expected: LabAction.syntax)
    }
    self.steps = steps.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }
}
