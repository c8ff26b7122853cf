internal import Curl
internal import Naming

/// Carries out what a `WatchSession` decides. Runs as its reader asks: a reader that does not ask
/// stops the server's stream.
actor ObjectWatch<Object: APIObject> {
  private typealias Session = WatchSession<Object.Value>

  /// What events may have, in bytes: etcd refuses objects of more than 1.5 MiB.
  private static var lineLimit: Int { 16 * 1024 * 1024 }
  /// How much later than it was asked to the server may end a watch.
  private static var grace: Duration { .seconds(30) }

  private struct Stream {
    let exchange: CurlExchange
    var lines: LineSplitter
    let begun = ContinuousClock.now
  }

  private let client: KubernetesClient
  private let collection: ObjectCollection<Object>
  private var session: Session
  private var step: Session.Step
  private var stream: Stream?

  init(_ client: KubernetesClient, _ collection: ObjectCollection<Object>, seed: UInt64) {
    self.client = client
    self.collection = collection
    session = Session(firstPause: client.timing.watchPause, seed: seed)
    step = session.first
  }

  /// The next event; nil after the client was shut down or the task cancelled.
  func next() async -> WatchEvent<Object.Value>? {
    while !Task.isCancelled {
      guard let input = await carryOut(step) else { return nil }
      let output = session.handle(input)
      step = output.step
      if step != .read { stream = nil }
      if let event = output.event { return event }
    }
    return nil
  }

  /// Nil where nobody waits for an answer any more.
  private func carryOut(_ step: Session.Step) async -> Session.Input? {
    switch step {
    case .list:
      do throws(APIFailure) {
        let (objects, version) = try await client.list(collection)
        return .listed(objects, version: version)
      } catch {
        return error.isCancelled ? nil : .listFailed(error)
      }
    case .watch(let version, let seconds):
      do throws(APIFailure) {
        let exchange = try await client.stream(
          request(version, seconds), longest: .seconds(seconds) + Self.grace)
        stream = Stream(exchange: exchange, lines: LineSplitter(limit: Self.lineLimit))
        return await read()
      } catch {
        return error.isCancelled ? nil : .broken(error)
      }
    case .read: return await read()
    case .wait(let duration):
      return await client.pause(duration) ? .waited : nil
    }
  }

  private func request(_ version: String, _ seconds: Int) -> APIRequest {
    APIRequest(
      path: collection.path,
      query: [
        collection.selector, .init("watch", "1"), .init("resourceVersion", version),
        .init("allowWatchBookmarks", "true"), .init("timeoutSeconds", "\(seconds)"),
      ],
      tried: "to watch \(collection.name)")
  }

  /// One event, or the end of the stream.
  private func read() async -> Session.Input? {
    let request = request("", 0)
    while var stream {
      do throws(LineSplitter.TooLong) {
        let line = try stream.lines.next()
        self.stream = stream
        if let line { return input(line, request) }
      } catch {
        return .unreadable(unreadable("a line of more than \(Self.lineLimit) bytes", request))
      }
      do throws(CurlError) {
        guard let bytes = try await stream.exchange.next() else {
          return .ended(after: .now - stream.begun)
        }
        stream.lines.append(bytes)
        self.stream = stream
      } catch {
        let failure = APIFailure(error, tried: request.tried, access: client.access)
        return failure.isCancelled ? nil : .broken(failure)
      }
    }
    return nil
  }

  private func input(_ line: [UInt8], _ request: APIRequest) -> Session.Input {
    switch decoded(WatchLine<Object>.self, line) {
    case .success(.applied(let object)):
      return .applied(object.value, version: object.metadata.resourceVersion)
    case .success(.deleted(let object)):
      return .deleted(object.value, version: object.metadata.resourceVersion)
    case .success(.bookmark(let version)): return .bookmark(version: version)
    case .success(.unknown): return .bookmark(version: nil)
    case .success(.error(let status)):
      return .failed(
        APIFailure(status, code: status.code ?? 500, to: request, access: client.access))
    case .failure(let error): return .unreadable(unreadable(error.message, request))
    }
  }

  private func unreadable(_ message: String, _ request: APIRequest) -> APIFailure {
    APIFailure(
      error: KubernetesError(
        .notKubernetes, tried: request.tried, on: client.access.server, cameBack: message))
  }
}
