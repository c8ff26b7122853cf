internal import Naming

/// The objects of the API server with the versions and the history that watches need: what etcd and
/// the watch cache are to a real one. A value, so that what it does can be tested without a server.
struct ObjectStore: Sendable {
  /// One event: an object was created (`before` is nil), replaced, or deleted (`after` is nil).
  struct Change: Hashable, Sendable {
    let kind: KubernetesKind
    let version: Int
    let before: StoredObject?
    let after: StoredObject?
  }

  /// What was asked for lies before the history.
  struct TooOld: Error, Hashable {}

  /// The number of the latest change, of whatever object.
  private(set) var version: Int
  /// The oldest version that a watch can start from and a list can show.
  private(set) var oldest: Int
  private let historyLimit: Int
  private var history: [Change] = []
  /// What watches have not been told yet; kept apart since the history may be shorter.
  private var news: [Change] = []
  private var objects: [KubernetesKind: [ObjectKey: StoredObject]] = [:]
  private var generator: SplitMix64

  /// - Parameter version: above 1, so that there are versions that are too old.
  init(version: Int = 1_000, historyLimit: Int = 1_000, seed: UInt64 = 0) {
    self.version = version
    oldest = version
    self.historyLimit = historyLimit
    generator = SplitMix64(seed: seed)
  }

  subscript(_ kind: KubernetesKind, _ key: ObjectKey) -> StoredObject? { objects[kind]?[key] }

  /// In their order.
  func keys(_ kind: KubernetesKind, ownedBy uid: String?) -> [ObjectKey] {
    guard let uid else { return [] }
    let owned = (objects[kind] ?? [:]).values.filter { $0.draft.owner?["uid"]?.text == uid }
    return owned.map(\.key).sorted()
  }

  /// Creates or replaces; nothing happens where everything is as it was.
  mutating func apply(_ draft: ObjectDraft, at time: Int) {
    let before = self[draft.kind, draft.key]
    guard before?.draft != draft else { return }
    let after = StoredObject(
      draft, uid: before?.uid ?? uid(), created: before?.created ?? time,
      generation: (before?.generation ?? 0) + 1, version: version + 1)
    record(draft.kind, draft.key, before: before, after: after)
  }

  /// Nothing happens where there is no such object.
  mutating func delete(_ kind: KubernetesKind, _ key: ObjectKey) {
    guard let before = self[kind, key] else { return }
    record(kind, key, before: before, after: nil)
  }

  /// Forgets the history, as etcd does after a compaction. Comes with a new version, so that what
  /// anybody has seen is too old.
  mutating func forgetHistory() {
    version += 1
    oldest = version
    history = []
  }

  /// All of a kind in the order of their keys, as they were at a version of the history.
  func objects(of kind: KubernetesKind, at version: Int) throws(TooOld) -> [StoredObject] {
    guard version >= oldest else { throw TooOld() }
    var then = objects[kind] ?? [:]
    for change in history.reversed() {
      guard change.version > version else { break }
      guard change.kind == kind, let key = (change.before ?? change.after)?.key else { continue }
      then[key] = change.before
    }
    return then.values.sorted { $0.key < $1.key }
  }

  /// What happened after a version, in order.
  func changes(after version: Int) throws(TooOld) -> ArraySlice<Change> {
    guard version >= oldest else { throw TooOld() }
    let start = history.lastIndex { $0.version <= version }.map { $0 + 1 } ?? history.startIndex
    return history[start...]
  }

  /// What has happened since this was asked before.
  mutating func takeNews() -> [Change] {
    defer { news = [] }
    return news
  }

  private mutating func record(
    _ kind: KubernetesKind, _ key: ObjectKey, before: StoredObject?, after: StoredObject?
  ) {
    version += 1
    objects[kind, default: [:]][key] = after
    let change = Change(kind: kind, version: version, before: before, after: after)
    news.append(change)
    history.append(change)
    if history.count > historyLimit { oldest = history.removeFirst().version }
  }

  private mutating func uid() -> String {
    let digits = [generator.next(), generator.next()].map { half in
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined().map { $0 }
    let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    return parts.map { String($0) }.joined(separator: "-")
  }
}
