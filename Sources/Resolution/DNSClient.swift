private import CAres
private import Glibc
import Naming
private import Synchronization

/// Asks DNS: one thread, one c-ares channel, any number of questions at once. Shared by everything
/// that has to look names up; each question goes to the servers, nothing is cached.
///
/// Ends with `shutDown()` or with the last reference; questions still open are then `.cancelled`.
package final class DNSClient: Sendable {
  /// The search list in use, from the configuration or resolv.conf.
  package let search: SearchList

  private let hostsFile: String?
  private let mailbox: Mailbox
  private let thread: Mutex<pthread_t?>

  package init(_ configuration: DNSConfiguration = DNSConfiguration()) throws(DNSClientError) {
    let mailbox = try Mailbox()
    let channel = try AresChannel(configuration)
    self.mailbox = mailbox
    search = configuration.search ?? SearchList(resolvConf: configuration.resolvConf)
    hostsFile = configuration.hostsFile
    let loop = Unmanaged.passRetained(AresLoop(channel: channel, mailbox: mailbox))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<AresLoop>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, loop.toOpaque())
    guard status == 0 else {
      loop.release()
      throw DNSClientError.system(call: "pthread_create", code: status)
    }
    self.thread = Mutex(thread)
  }

  deinit { shutDown() }

  /// Cancels what is in flight and waits for the thread, which takes no longer than a wake-up.
  package func shutDown() {
    mailbox.closeForever()
    thread.withLock {
      if let thread = $0 { pthread_join(thread, nil) }
      $0 = nil
    }
  }

  /// Looks a name up as a resolver would: IP literal, hosts file, then DNS along the search list.
  /// A final dot makes the name absolute. When the task is cancelled the outcome is `.cancelled`.
  package func query(_ name: String, _ type: DNSRecordType) async -> DNSAnswer {
    await query(name, [type])[0]
  }

  /// Looks up several types of one name together: the search stops at the first name that has any
  /// of them, as Go and c-ares do for A and AAAA.
  /// - Returns: one answer for each type, in their order.
  package func query(_ name: String, _ types: [DNSRecordType]) async -> [DNSAnswer] {
    if let known = addressesWithoutDNS(name) {
      let isMixed = types.contains { $0 != .a && $0 != .aaaa }
      if !isMixed || known.source == .literal {
        return types.map { known.answer(name, $0) }
      }
    }
    let (names, asIs) = search.names(for: name)
    var attempts: [[DNSAnswer.Attempt]] = types.map { _ in [] }
    var answersAsIs: [DNSAnswer] = []
    for (index, candidate) in names.enumerated() {
      let answers = await ask(candidate, types)
      for (slot, answer) in answers.enumerated() { attempts[slot] += answer.attempts }
      if index == asIs { answersAsIs = answers }
      if answers.contains(where: { !$0.outcome.continuesSearch }) {
        return zip(answers, attempts).map { $0.with(attempts: $1) }
      }
    }
    // Nowhere found: the answer is about the name as it is, but a name that exists in some domain
    // makes "no such name" into "no such records" (ares_search).
    return zip(answersAsIs, attempts).map { answer, attempts in
      var answer = answer.with(attempts: attempts)
      if answer.outcome == .nameError, attempts.contains(where: { $0.outcome == .noData }) {
        answer.outcome = .noData
      }
      return answer
    }
  }
}

extension DNSClient {
  private func ask(_ name: String, _ types: [DNSRecordType]) async -> [DNSAnswer] {
    await withTaskGroup(of: (Int, DNSAnswer).self) { group in
      for (index, type) in types.enumerated() {
        group.addTask { (index, DNSAnswer(name, type, await self.exchange(name, type))) }
      }
      var answers: [(Int, DNSAnswer)] = []
      for await answer in group { answers.append(answer) }
      return answers.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func exchange(_ name: String, _ type: DNSRecordType) async -> DNSExchange {
    let id = mailbox.nextID()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.post(
          Mailbox.Question(id: id, name: name, type: type, continuation: continuation))
        // The handler may have run before the question was there.
        if Task.isCancelled { mailbox.cancel(id) }
      }
    } onCancel: {
      mailbox.cancel(id)
    }
  }

  private struct Known {
    let addresses: [IPAddress]
    let source: DNSAnswer.Source

    func answer(_ name: String, _ type: DNSRecordType) -> DNSAnswer {
      let data = addresses.map(DNSRecord.Data.address).filter { $0.type == type }
      let outcome: DNSOutcome = data.isEmpty ? .noData : .answered
      return DNSAnswer(
        name: name, type: type, outcome: outcome,
        records: data.map { DNSRecord(name: name, ttl: 0, data: $0) },
        attempts: [DNSAnswer.Attempt(name: name, outcome: outcome)], source: source)
    }
  }

  /// The hosts file is read each time: in a long run it may change.
  private func addressesWithoutDNS(_ name: String) -> Known? {
    if let address = IPAddress(name) { return Known(addresses: [address], source: .literal) }
    guard let addresses = hostsFile.flatMap({ HostsFile(path: $0).addresses(of: name) })
    else { return nil }
    return Known(addresses: addresses, source: .hostsFile)
  }
}

extension DNSAnswer {
  init(_ name: String, _ type: DNSRecordType, _ exchange: DNSExchange) {
    self.init(
      name: name, type: type, outcome: exchange.outcome, records: exchange.records,
      aliases: exchange.aliases, additional: exchange.additional, server: exchange.server,
      transport: exchange.transport,
      truncatedOverUDP: exchange.truncatedOverUDP,
      attempts: [Attempt(name: name, outcome: exchange.outcome)], duration: exchange.duration)
  }

  func with(attempts: [Attempt]) -> DNSAnswer {
    var answer = self
    answer.attempts = attempts
    return answer
  }
}
