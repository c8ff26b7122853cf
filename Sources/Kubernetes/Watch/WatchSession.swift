internal import Naming

/// List and watch as client-go's Reflector does it, without sockets and clocks: what happened goes
/// in, what to tell and what to do next come out. Nothing is lost and nothing told twice as long as
/// the server keeps to the rules of
/// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.
struct WatchSession<Object: Sendable>: Sendable {
  /// What to do next. Its outcome is the next input.
  enum Step: Hashable, Sendable {
    case list
    /// The server is to end the watch after that many seconds.
    case watch(from: String, seconds: Int)
    /// Read on in the watch that is open.
    case read
    case wait(Duration)
  }

  enum Input: Sendable {
    case listed([Object], version: String)
    case listFailed(APIFailure)
    case applied(Object, version: String?)
    case deleted(Object, version: String?)
    case bookmark(version: String?)
    /// An ERROR event: the watch is of no use any more.
    case failed(APIFailure)
    /// A line that is no event: what it said is lost.
    case unreadable(APIFailure)
    /// The server ended the watch in good order, that long after it began.
    case ended(after: Duration)
    /// The watch did not come about, or its connection broke.
    case broken(APIFailure)
    case waited
  }

  struct Output: Sendable {
    var event: WatchEvent<Object>?
    var step: Step
  }

  /// Reflector's: doubled up to the limit, and back to the first after a success.
  private let firstPause: Duration
  private static var longestPause: Duration { .seconds(30) }
  /// A server may ask for more, but not for ever.
  private static var longestRetryAfter: Duration { .seconds(300) }
  /// A watch that ends sooner without an event is a failure in disguise.
  private static var shortest: Duration { .seconds(1) }

  private var generator: SplitMix64
  private var pause: Duration
  /// From which to watch; nil: list first.
  private var version: String?
  /// Whether the watch that is under way has brought anything.
  private var isFruitful = false
  /// Whether no watch since the last list was of any use.
  private var isFresh = false

  init(firstPause: Duration, seed: UInt64) {
    self.firstPause = firstPause
    pause = firstPause
    generator = SplitMix64(seed: seed)
  }

  var first: Step { .list }

  mutating func handle(_ input: Input) -> Output {
    switch input {
    case .listed(let objects, let version):
      self.version = version
      isFresh = true
      return Output(event: .change(.listed(objects)), step: watch())
    case .listFailed(let failure):
      version = nil
      return interrupted(failure)
    case .applied(let object, let version):
      advance(to: version)
      return Output(event: .change(.applied(object)), step: .read)
    case .deleted(let object, let version):
      advance(to: version)
      return Output(event: .change(.deleted(object)), step: .read)
    case .bookmark(let version):
      advance(to: version)
      return Output(step: .read)
    case .failed(let failure), .unreadable(let failure):
      version = nil
      return failure.error.kind == .gone ? expired(failure) : interrupted(failure)
    case .ended(let duration):
      guard isFruitful || duration >= Self.shortest else {
        return Output(step: backOff(atLeast: .zero))
      }
      isFresh = false
      return Output(step: watch())
    case .broken(let failure):
      switch failure.error.kind {
      case .gone:
        version = nil
        return expired(failure)
      case .unauthorized, .forbidden, .rateLimited, .unreachable, .tls, .timeout, .credentials:
        return interrupted(failure)
      default:
        // Whatever the server does not like about the version is cured by a list.
        version = nil
        return interrupted(failure)
      }
    case .waited: return Output(step: version == nil ? .list : watch())
    }
  }

  /// Events carry the version of their object.
  private mutating func advance(to version: String?) {
    if let version, !version.isEmpty { self.version = version }
    isFruitful = true
    isFresh = false
    pause = firstPause
  }

  /// The version is older than what the server remembers, which is part of a watch's life; but not
  /// straight after a list.
  private mutating func expired(_ failure: APIFailure) -> Output {
    isFresh ? interrupted(failure) : Output(step: .list)
  }

  private mutating func interrupted(_ failure: APIFailure) -> Output {
    Output(
      event: .interrupted(failure.error), step: backOff(atLeast: failure.retryAfter ?? .zero))
  }

  /// With a quarter more or less, so that many clients do not come back together.
  private mutating func backOff(atLeast least: Duration) -> Step {
    let jittered = pause * Double.random(in: 0.75...1.25, using: &generator)
    pause = min(pause * 2, Self.longestPause)
    return .wait(max(jittered, min(least, Self.longestRetryAfter)))
  }

  /// Five to ten minutes, as client-go asks for.
  private mutating func watch() -> Step {
    isFruitful = false
    guard let version else { return .list }
    return .watch(from: version, seconds: Int.random(in: 300...600, using: &generator))
  }
}
