/// What a connection tells its owner, in the order in which it happened.
package enum Event: Hashable, Sendable {
  /// The server's first SETTINGS arrived and were acknowledged: streams may be opened.
  case ready
  /// The server sent SETTINGS again; a waiting list may move on (MAX_CONCURRENT_STREAMS).
  case settingsChanged
  /// A stream is over. Exactly one for every stream opened, unless it was cancelled.
  case streamEnded(StreamEnd)
  /// The server is leaving. Streams above `lastStream` end as `.refused` right after this.
  /// May come twice (RFC 9113 §6.8). `debug` holds the first bytes only (`ClientSettings`).
  case goAway(lastStream: UInt32, code: ErrorCode, debug: [UInt8])
  /// The answer to `ping(_:)` with this payload.
  case pong(UInt64)
  /// The server broke the protocol. GOAWAY is in the output: flush it and close. Every live
  /// stream ends as `.protocolError` right after this. Also comes from `connectionClosed()` when
  /// what little the server had sent was no HTTP/2.
  case failed(ConnectionError)
}
