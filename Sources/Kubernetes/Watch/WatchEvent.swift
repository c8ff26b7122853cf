package import Naming

/// What a watch tells its reader.
package enum WatchEvent<Object: Sendable>: Sendable {
  case change(ObjectChange<Object>)
  /// The API cannot be heard just now, and why; the stream goes on by itself. What was missed comes
  /// as changes, or as everything listed anew.
  case interrupted(KubernetesError)
}

extension WatchEvent: Equatable where Object: Equatable {}
