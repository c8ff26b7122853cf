/// What this side announces in its SETTINGS, and the bounds it holds the server to.
package struct ClientSettings: Sendable {
  /// Bytes of HPACK dynamic table that the server may use in our memory (RFC 7541 §4.2);
  /// at most 65,535.
  package var headerTableSize = 4096

  /// Receive window of each stream, in bytes.
  package var initialWindowSize = 65_535

  /// Receive window of the whole connection, in bytes; at least 65,535.
  package var connectionWindow = 1 << 20

  /// The largest frame payload the server may send, 16,384 to 16,777,215 bytes.
  package var maxFrameSize = 16_384

  /// The largest decoded header list, counted as RFC 9113 §6.5.2 does. A longer one ends its
  /// stream with ENHANCE_YOUR_CALM.
  package var maxHeaderListSize = 16_384

  /// CONTINUATION frames in one header block. One more is ENHANCE_YOUR_CALM for the connection.
  package var maxContinuationFrames = 32

  /// Bytes of one header block as sent. One more is ENHANCE_YOUR_CALM for the connection.
  package var maxHeaderBlockSize = 65_536

  /// Answers to PING and SETTINGS that may wait in the output between two drains. One more is
  /// ENHANCE_YOUR_CALM for the connection.
  package var maxQueuedReplies = 1_000

  /// Frames in a row that move nothing forward (PRIORITY, unknown types, empty DATA, SETTINGS,
  /// interim responses, frames for closed streams …). One more is ENHANCE_YOUR_CALM.
  package var maxIdleFrames = 10_000

  /// Bytes of a GOAWAY's debug data that are kept.
  package var maxDebugData = 1_024

  package init() {}
}
