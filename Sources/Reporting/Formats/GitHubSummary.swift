private import Distribution

/// A run for the summary page of a GitHub job (`GITHUB_STEP_SUMMARY`), in Markdown. Of many pods some are
/// shown: a page of more than 1 MiB is dropped.
package func githubSummary(_ report: Report) -> String {
  var text =
    "### lbcheck: \(markdown(report.verdict.outcome))\n\n\(markdown(report.verdict.reason))\n\n"
  text += "\(markdown(report.target.given)), \(markdown(report.policy.name))"
  if let merged = report.merged { text += ", \(counted(merged.reports, "report")) joined" }
  text += "\n\n| pod | share | RPCs | lost | connections |\n|---|--:|--:|--:|--:|\n"
  for row in PodRows.rows(report.pods) {
    switch row {
    case .pod(let pod):
      text += "| \(markdown(pod.pod ?? pod.address ?? "unknown")) | \(percentage(pod.share)) "
      text += "| \(pod.rpcs) | \(pod.lost) | \(pod.connections) |\n"
    case .hidden(let count, let what): text += "| \(count) \(what) | | | | |\n"
    }
  }
  if !report.assertions.isEmpty {
    text += "\n| assertion | held | observed |\n|---|---|---|\n"
    for assertion in report.assertions {
      let held = assertion.held.map { $0 ? "yes" : "**no**" } ?? "undecided"
      text += "| \(markdown(assertion.assert)) | \(held) | \(markdown(assertion.observed)) |\n"
    }
  }
  return text
}

/// Text that means nothing in Markdown, nor in the HTML that it lets through.
private func markdown(_ text: String) -> String {
  var result = ""
  for scalar in Escaping.terminal(text).unicodeScalars {
    switch scalar {
    case "&", "<", ">": result += HTML.escaped(String(scalar))
    case _ where "\\`*_{}[]()#+-.!|~".unicodeScalars.contains(scalar):
      result += "\\"
      result.unicodeScalars.append(scalar)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
