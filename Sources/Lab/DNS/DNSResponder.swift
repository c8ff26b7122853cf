/// Turns a query into the bytes of its answer. Holds no sockets.
struct DNSResponder {
  let zone: DNSZone

  /// Response codes (RFC 1035 §4.1.1, RFC 6891 §9).
  private enum Code {
    static let noError: UInt16 = 0
    static let formatError: UInt16 = 1
    static let serverFailure: UInt16 = 2
    static let nameError: UInt16 = 3
    static let notImplemented: UInt16 = 4
    static let refused: UInt16 = 5
    static let badVersion: UInt16 = 16
  }

  /// The most this server accepts over UDP, as CoreDNS and BIND announce it.
  private static let payloadSize: UInt16 = 1232

  /// Longer chains are a loop.
  private static let chainLimit = 16

  /// Nil where nothing is sent back.
  func answer(to query: [UInt8], over transport: DNSZone.Transport) -> [UInt8]? {
    let question: DNSQuestion
    do throws(DNSQuestion.Failure) {
      question = try DNSQuestion(query)
    } catch {
      guard case .malformed(let id) = error else { return nil }
      let empty: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
      return [UInt8(id >> 8), UInt8(id & 255), 0x80, UInt8(Code.formatError)] + empty
    }
    zone.note(
      DNSZone.Query(name: question.name, type: question.type, transport: transport))
    switch zone.fault(of: question.name, type: question.type) {
    case nil: return answer(question, transport)
    case .nameError: return failure(question, Code.nameError)
    case .empty: return failure(question, Code.noError)
    case .serverFailure: return failure(question, Code.serverFailure)
    case .refused: return failure(question, Code.refused)
    case .silence: return nil
    case .garbage:
      let junk = [UInt8](repeating: 0xFF, count: 60)
      return [UInt8(question.id >> 8), UInt8(question.id & 255), 0x81, 0x80] + junk
    case .onlyOverTCP:
      return transport == .udp ? truncated(question) : answer(question, transport)
    case .noEDNS:
      if question.edns == nil { return answer(question, transport) }
      return DNSMessageWriter(answering: question, responseCode: Code.formatError).finished()
    case .wrongID:
      guard var bytes = answer(question, transport) else { return nil }
      bytes[1] ^= 0x55
      return bytes
    }
  }

  private func answer(_ question: DNSQuestion, _ transport: DNSZone.Transport) -> [UInt8]? {
    guard question.opcode == 0 else { return failure(question, Code.notImplemented) }
    guard question.questionClass == 1 else { return failure(question, Code.refused) }
    if let edns = question.edns, edns.version > 0 { return failure(question, Code.badVersion) }
    var writer = DNSMessageWriter(answering: question, responseCode: Code.noError)
    var owner = question.name
    var found = false
    for _ in 0..<Self.chainLimit {
      if let set = zone.recordSet(owner, question.type) {
        for record in set.records { writer.answer(owner, record, ttl: set.ttl) }
        found = !set.records.isEmpty
        break
      }
      guard let alias = zone.recordSet(owner, ZoneRecord.Kind.cname.rawValue),
        case .cname(let target) = alias.records.first
      else { break }
      writer.answer(owner, .cname(target), ttl: alias.ttl)
      owner = DNSZone.canonical(target)
      found = true
    }
    if !found {
      return failure(question, zone.exists(question.name) ? Code.noError : Code.nameError)
    }
    let limit =
      transport == .tcp
      ? Int(UInt16.max) : max(512, Int(min(question.edns?.payloadSize ?? 512, 4096)))
    addEDNS(to: &writer, question, Code.noError)
    let message = writer.finished()
    guard message.count <= limit else { return truncated(question) }
    // Addresses of SRV targets are left out where they do not fit, without TC (RFC 2181 §9).
    guard question.type == ZoneRecord.Kind.srv.rawValue else { return message }
    addAddresses(to: &writer, ofTargetsOf: owner)
    let larger = writer.finished()
    return larger.count <= limit ? larger : message
  }

  private func addAddresses(to writer: inout DNSMessageWriter, ofTargetsOf owner: String) {
    for record in zone.recordSet(owner, ZoneRecord.Kind.srv.rawValue)?.records ?? [] {
      guard case .srv(_, _, _, let target) = record else { continue }
      for kind in [ZoneRecord.Kind.a, .aaaa] {
        guard let set = zone.recordSet(DNSZone.canonical(target), kind.rawValue) else { continue }
        for address in set.records { writer.additional(target, address, ttl: set.ttl) }
      }
    }
  }

  private func failure(_ question: DNSQuestion, _ code: UInt16) -> [UInt8] {
    var writer = DNSMessageWriter(answering: question, responseCode: code)
    let isNegative = code == Code.nameError || code == Code.noError
    if isNegative, let origin = zone.origin,
      question.name == origin || question.name.hasSuffix(".\(origin)")
    {
      writer.authority(origin: origin, minimum: DNSZone.negativeTTL)
    }
    addEDNS(to: &writer, question, code)
    return writer.finished()
  }

  /// Without records: every client asks again over TCP and would throw them away.
  private func truncated(_ question: DNSQuestion) -> [UInt8] {
    var writer = DNSMessageWriter(
      answering: question, responseCode: Code.noError, truncated: true)
    addEDNS(to: &writer, question, Code.noError)
    return writer.finished()
  }

  private func addEDNS(
    to writer: inout DNSMessageWriter, _ question: DNSQuestion, _ code: UInt16
  ) {
    guard question.edns != nil else { return }
    writer.edns(payloadSize: Self.payloadSize, responseCode: code)
  }
}
