internal import CAres
internal import Glibc
import Naming

/// What the DNS thread does: takes questions from the mailbox, hands them to c-ares, waits for its
/// sockets, and resumes whoever asked.
final class AresLoop {
  /// A question that c-ares has.
  final class Flight {
    let question: Mailbox.Question
    let started = ContinuousClock.now
    unowned let loop: AresLoop
    let usesEDNS: Bool
    /// c-ares cannot forget a single query: a flight may outlast its caller.
    private var isOpen = true
    /// Of the packets that belong to it; no two flights share one.
    var wireID: UInt16?
    var exchange = DNSExchange(outcome: .timeout)
    /// The last thing that went wrong since the question was last sent.
    var trouble: DNSOutcome?

    init(_ question: Mailbox.Question, usesEDNS: Bool, loop: AresLoop) {
      self.question = question
      self.usesEDNS = usesEDNS
      self.loop = loop
    }

    /// Nil after the caller gave up.
    var openQuestion: Mailbox.Question? { isOpen ? question : nil }

    func resume(returning exchange: DNSExchange) {
      if isOpen { question.continuation.resume(returning: exchange) }
      isOpen = false
    }
  }

  /// More at once would overflow the socket buffers of small servers, and a dropped packet costs a
  /// whole timeout.
  private static let flightLimit = 128

  private let channel: AresChannel
  private let mailbox: Mailbox
  private var backlog: ArraySlice<Mailbox.Question> = []
  private var flights: [UInt64: Flight] = [:]
  private var byWireID: [UInt16: Flight] = [:]
  /// While ares_send runs: what it sends belongs to this one.
  private var starting: Flight?
  /// Until a server answers FORMERR, as those older than EDNS0 do (RFC 6891 §7).
  private var usesEDNS = true

  init(channel: AresChannel, mailbox: Mailbox) {
    self.channel = channel
    self.mailbox = mailbox
    channel.sockets.observe = { [unowned self] in observe($0) }
  }

  /// Returns after the mailbox was closed; every question has been answered then.
  func run() {
    while true {
      let contents = mailbox.empty()
      backlog += contents.questions
      contents.cancelled.forEach(cancel)
      if contents.isClosed { break }
      while flights.count < Self.flightLimit, let question = backlog.popFirst() { start(question) }
      wait()
    }
    channel.destroy()
    for question in backlog { question.continuation.resume(returning: .cancelled) }
  }

  private func wait() {
    var polled = [pollfd(fd: mailbox.bell, events: Int16(POLLIN), revents: 0)]
    polled += channel.interest.map { pollfd(fd: $0.key, events: $0.value, revents: 0) }
    var time = timeval()
    var milliseconds: Int32 = -1
    if ares_timeout(channel.pointer, nil, &time) != nil {
      // Rounded up, or the last millisecond would be spent spinning.
      milliseconds = Int32(clamping: time.tv_sec * 1000 + (Int(time.tv_usec) + 999) / 1000)
    }
    _ = poll(&polled, nfds_t(polled.count), milliseconds)
    let none = ares_socket_t(-1)
    ares_process_fd(channel.pointer, none, none)
    for entry in polled.dropFirst() where entry.revents != 0 {
      let events = Int32(entry.revents)
      // An error is found by reading.
      let readable = events & (POLLIN | POLLERR | POLLHUP) != 0
      let writable = events & POLLOUT != 0
      ares_process_fd(channel.pointer, readable ? entry.fd : none, writable ? entry.fd : none)
    }
  }

  private func start(_ question: Mailbox.Question) {
    let flight = Flight(question, usesEDNS: usesEDNS, loop: self)
    flights[question.id] = flight
    // c-ares 1.18 looks for a free id with its bytes swapped. Of two equal questions under one id,
    // whose answers are truncated, it would send only one over TCP, and the other would time out.
    var id: UInt16
    repeat { id = .random(in: .min ... .max) } while byWireID[id] != nil
    setWireID(id, of: flight)
    var packet: UnsafeMutablePointer<UInt8>?
    var length: Int32 = 0
    let status = ares_create_query(
      question.name, 1, Int32(question.type.rawValue), id, 1, &packet, &length,
      usesEDNS ? AresChannel.payloadSize : 0)
    defer { ares_free_string(packet) }
    guard status == lbcheck_ares_success else {
      return finish(flight, status: status, message: UnsafeRawBufferPointer(start: nil, count: 0))
    }
    starting = flight
    ares_send(
      channel.pointer, packet, length,
      { argument, status, _, bytes, count in
        guard let argument else { return }
        let flight = Unmanaged<Flight>.fromOpaque(argument).takeRetainedValue()
        let message = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(count))
        flight.loop.finish(flight, status: status, message: message)
      }, Unmanaged.passRetained(flight).toOpaque())
    starting = nil
  }

  private func setWireID(_ id: UInt16, of flight: Flight) {
    if let old = flight.wireID { byWireID[old] = nil }
    flight.wireID = id
    byWireID[id] = flight
  }

  private func cancel(_ id: UInt64) {
    if let flight = flights[id] {
      flight.resume(returning: .cancelled)
    } else if let index = backlog.firstIndex(where: { $0.id == id }) {
      backlog.remove(at: index).continuation.resume(returning: .cancelled)
    }
  }

  /// c-ares is done with a question. Runs inside c-ares: must not call it.
  private func finish(_ flight: Flight, status: Int32, message: UnsafeRawBufferPointer) {
    flights[flight.question.id] = nil
    if let id = flight.wireID, byWireID[id] === flight { byWireID[id] = nil }
    var exchange = flight.exchange
    exchange.outcome = outcome(of: flight, status: status)
    if !message.isEmpty {
      do throws(DNSMessage.Malformed) {
        let answer = try DNSMessage(message)
        if answer.responseCode == 1, flight.usesEDNS, let question = flight.openQuestion {
          backlog.insert(question, at: backlog.startIndex)
          return
        }
        exchange.records = answer.records.filter { $0.data.type == flight.question.type }
        exchange.aliases = answer.aliases
        exchange.additional = answer.additional
        exchange.outcome = DNSOutcome(
          responseCode: answer.responseCode, hasRecords: !exchange.records.isEmpty)
      } catch {
        exchange.outcome = .malformed
      }
    }
    exchange.duration = ContinuousClock.now - flight.started
    flight.resume(returning: exchange)
  }

  /// Of a query that ended without a message. c-ares 1.18 reports SERVFAIL from every server as
  /// ARES_ECONNREFUSED and later ones differ, so what the sockets saw goes first.
  private func outcome(of flight: Flight, status: Int32) -> DNSOutcome {
    switch status {
    case lbcheck_ares_destruction, lbcheck_ares_cancelled: .cancelled
    case lbcheck_ares_bad_name: .invalidName
    // RFC 7686: c-ares does not ask for names below `onion`.
    case lbcheck_ares_not_found: .nameError
    case lbcheck_ares_bad_response: .malformed
    default: flight.trouble ?? (status == lbcheck_ares_timeout ? .timeout : .unreachable)
    }
  }

  private func observe(_ event: AresSockets.Event) {
    switch event {
    case .sent(let message, let server, let transport):
      // Later versions choose the id themselves, and well.
      if let starting, starting.wireID != message.id { setWireID(message.id, of: starting) }
      guard let flight = flight(of: message) else { return }
      flight.exchange.server = server
      flight.exchange.transport = transport
      flight.trouble = nil
    case .received(let message, let server, let transport):
      guard message.isResponse, let flight = flight(of: message) else { return }
      flight.exchange.server = server
      flight.exchange.transport = transport
      if message.isTruncated, transport == .udp {
        flight.exchange.truncatedOverUDP = true
      } else {
        flight.trouble = DNSOutcome(responseCode: message.responseCode, hasRecords: false)
        if message.responseCode == 1 { usesEDNS = false }
      }
    case .garbled(let id): byWireID[id]?.trouble = .malformed
    case .failed(let code, let server, let transport):
      let trouble = DNSOutcome(socketError: code)
      if let starting {
        starting.exchange.server = server
        starting.exchange.transport = transport
        starting.trouble = trouble
      }
      for flight in flights.values
      where flight.exchange.server == server && flight.exchange.transport == transport {
        flight.trouble = flight.trouble ?? trouble
      }
    }
  }

  private func flight(of message: DNSMessage) -> Flight? {
    guard let flight = byWireID[message.id], flight.question.type.rawValue == message.questionType
    else { return nil }
    return flight
  }
}

extension DNSRecord.Data {
  var type: DNSRecordType {
    switch self {
    case .address(let address): address.isV4 ? .a : .aaaa
    case .srv: .srv
    case .txt: .txt
    }
  }
}
