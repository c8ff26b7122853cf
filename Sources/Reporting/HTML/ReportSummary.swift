private import Distribution

/// The words and numbers of a run's page.
struct ReportSummary {
  private let report: Report

  init(_ report: Report) {
    self.report = report
  }

  var header: HTML {
    """
    <header>
    <p class="soft">lbcheck \(report.command)</p>
    <h1>\(report.targetWords)</h1>
    \(HTMLPage.interrupted(report.interrupted))<p class="soft">\
    \(report.policyWords) · \(report.resolvedWords)</p>
    </header>
    """
  }

  var verdict: HTML {
    let verdict = report.verdict
    return """
      <section class="card \(verdict.paint.style)">
      <h2><span aria-hidden="true">\(verdict.paint.sign)</span> \(verdict.outcome.uppercased())</h2>
      <p>\(verdict.reason)</p>
      <p class="soft">\(verdict.basisWords)</p>
      </section>
      """
  }

  var figures: HTML {
    let numbers = report.statistics
    let rpcs = report.rpcs
    var figures: [HTML] = []
    if let answered = numbers.answered {
      let ready = numbers.ready.map { "of \($0) ready" } ?? "of an unknown number"
      figures.append(figure("Pods that answered", "\(answered)", "\(ready)"))
    }
    if let effective = numbers.effectivePods {
      figures.append(figure("They work like", effective.decimal(1), "evenly loaded"))
    }
    if let hottest = numbers.maxShare {
      let skew = numbers.skew.map { "\($0.decimal(2)) times an equal share" } ?? ""
      figures.append(figure("The hottest has", percentage(hottest), "\(skew)"))
    }
    if let usable = numbers.usableCapacity {
      figures.append(figure("It is full at", percentage(usable), "of what all can carry"))
    }
    let lost: HTML = rpcs.lost > 0 ? "<b class=\"bad\">\(rpcs.lost) lost</b>" : "0 lost"
    let answers = report.policy.protocol == "h2" ? "RPCs answered" : "Requests answered"
    figures.append(figure(answers, "\(rpcs.answered)", lost))
    let opened = report.connections.count { $0.opened != nil }
    let ended = report.connections.count { $0.closed != nil }
    figures.append(figure("Connections", "\(opened)", "\(ended) ended"))
    return "<dl>\n\(figures)\n</dl>"
  }

  private func figure(_ name: String, _ value: String, _ more: HTML) -> HTML {
    "<div><dt>\(name)</dt><dd>\(value) <small>\(more)</small></dd></div>"
  }

  var assertions: HTML? {
    guard !report.assertions.isEmpty else { return nil }
    let rows = report.assertions.map { assertion -> HTML in
      let (word, paint): (String, Style.Paint) =
        switch assertion.held {
        case true?: ("held", .good)
        case false?: ("failed", .bad)
        case nil: ("undecided", .unsure)
        }
      return """
        <tr><td><span class="badge \(paint.style)"><span aria-hidden="true">\(paint.sign)</span> \
        \(word)</span></td><th scope="row"><code>\(assertion.assert)</code></th>\
        <td>observed \(assertion.observed)</td></tr>
        """
    }
    return """
      <section>
      <h2>Assertions</h2>
      <table class="narrow">
      \(rows)
      </table>
      </section>
      """
  }

  var findings: HTML? {
    guard !report.findings.isEmpty else { return nil }
    let cards = report.findings.map { finding -> HTML in
      let evidence: HTML = finding.evidence.map { "\n<p class=\"soft\">\($0)</p>" } ?? ""
      let hint: HTML = finding.hint.map { "\n<p><strong>Try:</strong> \($0)</p>" } ?? ""
      return """
        <article class="card \(finding.level.paint.style)">
        <h3>\(finding.level.rawValue) \(finding.code)</h3>
        <p>\(finding.message)</p>\(evidence)\(hint)
        </article>
        """
    }
    return """
      <section>
      <h2>Findings</h2>
      \(cards)
      </section>
      """
  }

  var facts: HTML {
    let facts: [(String, String)] = [
      ("Target", report.targetWords), ("Policy", report.policyWords),
      ("Resolved", report.resolvedWords), ("Measured", report.measuredWords),
      ("RPCs", report.rpcs.words), ("Connections", report.connectionWords),
      ("Started", report.startedAt), ("Version", report.version),
    ]
    return """
      <section>
      <h2>The run</h2>
      <dl class="facts">
      \(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })
      </dl>
      </section>
      """
  }
}
