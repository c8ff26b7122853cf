/// Sees every frame of a connection, both directions, in wire order. Asked only when there is one.
package protocol FrameObserver: AnyObject {
  func frame(_ frame: ObservedFrame)
}
