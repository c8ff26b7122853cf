/// The whole story of one response. Plain data: no references, cheap to copy.
package struct StreamEnd: Hashable, Sendable {
  package enum Ending: UInt8, Sendable {
    /// HEADERS with END_STREAM: trailers, or a response of headers alone (`trailersOnly`).
    case endStreamHeaders
    /// DATA with END_STREAM: there were no trailers.
    case endStreamData
    /// The server sent RST_STREAM; `code` says why.
    case reset
    /// The server did not process the request: REFUSED_STREAM, a stream above the GOAWAY's last
    /// id, or a request whose bytes never left the output. Safe to send again (RFC 9113 §8.7).
    case refused
    /// The connection ended first.
    case connectionLost
    /// The server broke the protocol on this stream or on the connection; `code` is ours.
    case protocolError
  }

  /// The first watched values, by `WatchList` slot: `ValuePool` ids, 0 where absent. Trailers
  /// overwrite headers; fields of interim (1xx) responses are not kept.
  package internal(set) var notes = SIMD8<UInt32>(repeating: 0)

  /// The first bytes of the body, the very first in the least significant byte.
  package internal(set) var bodyHead: UInt64 = 0

  package internal(set) var stream: UInt32 = 0

  /// What the owner passed to `open`.
  package internal(set) var token: UInt32 = 0

  /// Bytes of body received, without padding; stops counting at `UInt32.max`.
  package internal(set) var bodyBytes: UInt32 = 0

  /// The code of RST_STREAM (`reset`, `refused`) or of our own complaint (`protocolError`).
  package internal(set) var code: UInt32 = 0

  /// The final `:status`; −1 when no final response headers arrived.
  package internal(set) var status: Int16 = -1

  package internal(set) var ending = Ending.connectionLost

  /// The watched values, by slot, that the trailers say otherwise than the headers.
  package internal(set) var contradictedNotes: UInt8 = 0

  /// A response of one HEADERS frame with END_STREAM.
  package internal(set) var trailersOnly = false

  package internal(set) var sawTrailers = false

  /// Notes which of the values that the headers gave have changed since.
  @inline(__always)
  mutating func compareNotes(with headers: SIMD8<UInt32>) {
    let changed = (headers .!= 0) .& (headers .!= notes)
    guard any(changed) else { return }
    for slot in 0..<8 where changed[slot] { contradictedNotes |= 1 << slot }
  }

  /// How many bytes of `bodyHead` are set, at most 8.
  package var bodyHeadCount: Int { min(Int(bodyBytes), 8) }

  /// `code` by name.
  package var errorCode: ErrorCode { ErrorCode(rawValue: code) }

  /// A byte of the body, `index` from 0; nil past the first 8 or the end.
  package func bodyByte(_ index: Int) -> UInt8? {
    guard index >= 0, index < bodyHeadCount else { return nil }
    return UInt8(truncatingIfNeeded: bodyHead >> UInt64(index * 8))
  }
}
