internal import HTTP2

/// Where frames are shown (`-vv`): called on the connection's event loop, a line at a time, with the
/// connection's index on that loop. The lines hold nothing that needs escaping and no secrets.
package typealias FrameLog = @Sendable (_ connection: Int, _ line: String) -> Void

/// Hands every frame of one connection to the log.
final class FrameLogger: FrameObserver {
  private let connection: Int
  private let log: FrameLog

  init(connection: Int, log: @escaping FrameLog) {
    self.connection = connection
    self.log = log
  }

  func frame(_ frame: ObservedFrame) {
    for line in frame.lines() { log(connection, line) }
  }
}
