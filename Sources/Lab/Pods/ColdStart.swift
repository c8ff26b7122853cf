private import Synchronization

/// The beginning of a client's life, in which whatever pod is connected first has all requests: it is
/// over when every ready pod has answered twice. Where that has not come about after 2 s or 20 requests
/// per pod it never was one, since such a client has chosen its pods. All pods of a lab share it.
final class ColdStart: Sendable {
  private static let patience = Duration.seconds(2)
  private static let requestsPerPod = 20
  private static let enough = 2

  private struct State {
    var ready: Set<Int> = []
    var answers: [Int: Int] = [:]
    var requests = 0
    var began: LabInstant?
    /// When it was over; nil where it is not, or where there was none.
    var ended: LabInstant?
  }

  private let state = Mutex(State())
  private let underWay = Atomic(true)

  /// Whether a request that comes now belongs to it.
  var isUnderWay: Bool { underWay.load(ordering: .relaxed) }

  /// Nil where it did not come to its end.
  var ended: LabInstant? { state.withLock { $0.ended } }

  func setReady(_ pods: [Int]) {
    state.withLock { $0.ready = Set(pods) }
  }

  func received() {
    guard isUnderWay else { return }
    let now = LabInstant.now
    state.withLock { state in
      state.requests += 1
      let began = state.began ?? now
      state.began = began
      if now - began > Self.patience
        || state.requests > Self.requestsPerPod * max(1, state.ready.count)
      {
        underWay.store(false, ordering: .relaxed)
      }
    }
  }

  func answered(pod: Int) {
    guard isUnderWay else { return }
    state.withLock { state in
      state.answers[pod, default: 0] += 1
      guard !state.ready.isEmpty,
        state.ready.allSatisfy({ state.answers[$0, default: 0] >= Self.enough })
      else { return }
      state.ended = LabInstant.now
      underWay.store(false, ordering: .relaxed)
    }
  }
}
