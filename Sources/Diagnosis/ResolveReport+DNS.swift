internal import Naming
internal import Reporting
internal import Resolution

extension ResolveReport.Question {
  init(_ answer: DNSAnswer) {
    let server: String? =
      switch answer.source {
      case .dns: answer.server?.description
      case .hostsFile: "hosts file"
      case .literal: nil
      }
    self.init(
      name: answer.attempts.first?.name ?? answer.name, type: answer.type.description,
      outcome: ResolveReport.Outcome(answer.outcome), records: answer.records.count,
      server: server, transport: answer.transport?.rawValue,
      truncated: answer.truncatedOverUDP,
      ttl: answer.source == .dns ? answer.ttl.map(Int.init) : nil,
      duration: answer.duration / .milliseconds(1),
      namesTried: answer.attempts.map(\.name),
      error: answer.outcome == .answered || answer.source == .literal
        ? nil : answer.outcome.description)
  }
}

extension ResolveReport.Outcome {
  init(_ outcome: DNSOutcome) {
    self =
      switch outcome {
      case .answered: .answer
      case .noData: .noData
      case .nameError: .noName
      case .serverFailure: .serverFailure
      case .refused: .refused
      case .timeout: .timeout
      case .connectionRefused, .unreachable: .unreachable
      case .malformed: .malformed
      case .other, .invalidName, .cancelled: .other
      }
  }
}

extension ResolveReport.SRV {
  init?(_ record: DNSRecord) {
    guard case .srv(let priority, let weight, let port, let target) = record.data else {
      return nil
    }
    self.init(
      name: record.name, target: target, port: port, priority: priority, weight: weight,
      ttl: Int(record.ttl))
  }
}

extension ResolveReport.TXT {
  init?(_ record: DNSRecord) {
    guard case .txt(let text) = record.data else { return nil }
    self.init(name: record.name, text: text, ttl: Int(record.ttl))
  }
}
