package import Naming
package import Reporting

/// Everything that `lbcheck resolve` was asked to do.
package struct ResolvePlan: Sendable {
  package var target: Target
  package var source: Report.Source
  package var version: String
  package var lookup: LookupOptions
  /// Told of every step, a line each (`-v`).
  package var stepLog: (@Sendable (String) -> Void)?

  package init(
    target: Target, source: Report.Source, version: String,
    lookup: LookupOptions = LookupOptions(), stepLog: (@Sendable (String) -> Void)? = nil
  ) {
    self.target = target
    self.source = source
    self.version = version
    self.lookup = lookup
    self.stepLog = stepLog
  }
}
