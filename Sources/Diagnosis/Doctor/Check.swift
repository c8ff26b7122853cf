internal import Reporting

/// One thing to examine, as data: docs/doctor.md has a section for each.
struct Check: Sendable {
  enum Outcome: Sendable {
    case passed
    /// - Parameter level: nil for the check's own.
    case found(String, level: Report.Finding.Level? = nil)
    /// Why it could not be examined.
    case skipped(String)
  }

  /// What belongs together is shown together.
  enum Area: String, CaseIterable, Sendable {
    case names, service, access, path, pods, balance, scaling
  }

  var code: String
  var area: Area
  /// What is the case where all is well.
  var title: String
  /// How bad it is otherwise.
  var level: Report.Finding.Level
  /// What to do about it.
  var hint: String
  /// The codes of checks that explain this one away where they found something.
  var explainedBy: [String] = []
  /// How it is checked.
  var examine: @Sendable (DoctorEvidence) -> Outcome

  /// In the order in which they are made: whatever explains a later one comes first.
  static let all: [Check] = names + service + access + path + pods + balance + scaling
}

extension DoctorEvidence {
  /// Every check, made.
  func examined(_ checks: [Check] = Check.all) -> [DoctorReport.Check] {
    var found: Set<String> = []
    return checks.map { check in
      var row = DoctorReport.Check(
        code: check.code, area: check.area.rawValue, title: check.title, status: .passed)
      if let other = check.explainedBy.first(where: found.contains) {
        row.status = .skipped
        row.evidence = "\(other) comes first"
        return row
      }
      switch check.examine(self) {
      case .passed: break
      case .skipped(let why):
        row.status = .skipped
        row.evidence = why
      case .found(let evidence, let level):
        row.status = .found
        row.level = level ?? check.level
        row.evidence = evidence
        row.hint = check.hint
        found.insert(check.code)
      }
      return row
    }
  }
}

/// `7 UNAVAILABLE, 3 UNKNOWN`, by name.
func byName(_ counts: [String: Int]) -> String {
  counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
}

/// The first few of a list, and how many more.
func firstFew(_ items: [String]) -> String {
  let shown = items.prefix(3).joined(separator: ", ")
  return items.count > 3 ? "\(shown) and \(items.count - 3) more" : shown
}
