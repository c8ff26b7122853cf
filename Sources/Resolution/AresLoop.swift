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
    /// Nil after the caller gave up; c-ares cannot forget a single query.
    var continuation: CheckedContinuation<DNSExchange, Never>?
    /// Learned from the first packet.
    var wireID: UInt16?
    var exchange = DNSExchange(outcome: .timeout)
    /// The last thing that went wrong since the question was last sent.
    var trouble: DNSOutcome?

    init(_ question: Mailbox.Question, loop: AresLoop) {
      self.question = question
      self.loop = loop
      continuation = question.continuation
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
  /// While ares_query runs it sends the question, which tells its id.
  private var starting: Flight?

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
    let flight = Flight(question, loop: self)
    flights[question.id] = flight
    starting = flight
    ares_query(
      channel.pointer, question.name, 1, Int32(question.type.rawValue),
      { argument, status, _, bytes, count in
        guard let argument else { return }
        let flight = Unmanaged<Flight>.fromOpaque(argument).takeRetainedValue()
        let message = UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(count))
        flight.loop.finish(flight, status: status, message: message)
      }, Unmanaged.passRetained(flight).toOpaque())
    starting = nil
  }

  private func cancel(_ id: UInt64) {
    if let flight = flights[id] {
      flight.continuation?.resume(returning: .cancelled)
      flight.continuation = nil
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
    flight.continuation?.resume(returning: exchange)
    flight.continuation = nil
  }

  /// Of a query that ended without a message. c-ares 1.18 reports SERVFAIL from every server as
  /// ARES_ECONNREFUSED and later ones differ, so what the sockets saw goes first.
  private func outcome(of flight: Flight, status: Int32) -> DNSOutcome {
    switch UInt32(bitPattern: status) {
    case UInt32(bitPattern: ARES_EDESTRUCTION), UInt32(bitPattern: ARES_ECANCELLED): .cancelled
    case UInt32(bitPattern: ARES_EBADNAME): .invalidName
    case UInt32(bitPattern: ARES_EBADRESP): .malformed
    default: flight.trouble ?? (status == ARES_ETIMEOUT ? .timeout : .unreachable)
    }
  }

  private func observe(_ event: AresSockets.Event) {
    switch event {
    case .sent(let message, let server, let transport):
      if let starting, starting.wireID == nil {
        starting.wireID = message.id
        byWireID[message.id] = starting
      }
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
