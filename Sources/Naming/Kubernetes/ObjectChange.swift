/// What a list-and-watch of the Kubernetes API tells its reader, in the order in which it happened.
package enum ObjectChange<Object: Sendable>: Sendable {
  /// Everything that exists now: whatever is not in it is gone. First, and after every interruption
  /// in which events were missed.
  case listed([Object])
  /// An object is new or has changed.
  case applied(Object)
  /// An object is gone; what it was last.
  case deleted(Object)
}

extension ObjectChange: Equatable where Object: Equatable {}
