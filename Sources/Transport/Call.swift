internal import Balancing
package import Naming

/// One RPC while it lives, in a slab that is reused: the slot's index is the RPC's token.
///
/// The slab is as long as the concurrency, so starting an RPC allocates nothing.
struct Call {
  enum Stage: UInt8 {
    case free
    /// No picker could place it yet (the channel is CONNECTING or IDLE).
    case queued
    /// Bound to a connection: its HEADERS are written at the end of this turn of the loop, or when
    /// the connection has a free stream (MAX_CONCURRENT_STREAMS).
    case bound
    /// HEADERS are written.
    case inFlight
    /// An attempt has failed; the next one waits for its back-off.
    case backingOff
  }

  var stage = Stage.free
  /// Times the server said it had not processed the RPC; one transparent retry is allowed (gRFC A6).
  var refusals: UInt8 = 0
  /// Retries by the service config.
  var retry = RetryState()
  var channel: Int32 = -1
  /// Index of its connection in the loop's table, -1 while it has none.
  var connection: Int32 = -1
  var stream: UInt32 = 0
  /// The RPC bound to the same connection after this one, -1 where it is the last.
  var next: Int32 = -1
  /// When the RPC began: its deadline counts from here, over all attempts.
  var startedAt = MonotonicTime(nanoseconds: 0)
  /// When the current attempt was bound to a connection: its latency counts from here.
  var boundAt = MonotonicTime(nanoseconds: 0)
}

/// Why no answer came.
package enum Loss: UInt8, Sendable, CaseIterable {
  /// The RPC's deadline passed while it was in flight, or while it waited for a stream or a picker.
  case deadline
  /// The server ended the stream with RST_STREAM.
  case reset
  /// The server said that it did not process the stream, and the one transparent retry was used.
  case refused
  /// The connection ended first.
  case connectionLost
  /// No subchannel could be picked: the RPC failed at once with UNAVAILABLE.
  case nothingToPick
  /// A response came, but without a gRPC status: not a gRPC server, or a proxy's own error.
  case notGRPC
}

/// How one attempt ended.
package struct Attempt: Sendable {
  package enum Result: Sendable, Equatable {
    /// A gRPC status arrived: 0…16, or another number as it was sent.
    case answered(status: Int)
    /// None did; `status` is what a gRPC client reports for it.
    case lost(Loss, status: GRPCStatus)
  }

  package var result: Result
  /// The RPC's slot.
  package var call: Int
  /// The channel's index as given to it.
  package var channel: Int
  /// The connection's index on this loop (`LoopContext.connectionRecords`), nil where none was picked.
  package var connection: Int?
  /// From being bound to a connection to the last byte of the answer.
  package var latencyNanoseconds: Int64
  /// `ValuePool` ids of the first and second identity field in the answer; 0 where there was none.
  package var identity: UInt32
  package var fallbackIdentity: UInt32
  /// The trailers name another pod than the headers.
  package var namesContradict: Bool
  /// The response's HTTP status; -1 where none came.
  package var httpStatus: Int
  /// As much of the response's body as `RPCRequest.keptBody` says.
  package var body: [UInt8]
  /// False when the RPC goes on as a retry: this attempt counts, the RPC is not over.
  package var isFinal: Bool

  package init(
    result: Result, call: Int, channel: Int, connection: Int?, latencyNanoseconds: Int64,
    identity: UInt32, fallbackIdentity: UInt32, namesContradict: Bool = false, httpStatus: Int,
    body: [UInt8] = [], isFinal: Bool
  ) {
    self.result = result
    self.call = call
    self.channel = channel
    self.connection = connection
    self.latencyNanoseconds = latencyNanoseconds
    self.identity = identity
    self.fallbackIdentity = fallbackIdentity
    self.namesContradict = namesContradict
    self.httpStatus = httpStatus
    self.body = body
    self.isFinal = isFinal
  }
}

/// Hears of every attempt, on the event loop that owns the channel.
package protocol CallObserver: AnyObject {
  func attemptEnded(_ attempt: Attempt)
  /// The record of the connection with this index says more than before: it was started, is READY, a
  /// GOAWAY came, or it has ended.
  func connectionChanged(_ connection: Int)
  /// Everything that one turn of the loop brought is done, whatever sockets and timers that was: the
  /// time to start more RPCs, so that what they write leaves in one piece per connection.
  func turnEnded()
}

extension CallObserver {
  package func connectionChanged(_ connection: Int) {}
}
