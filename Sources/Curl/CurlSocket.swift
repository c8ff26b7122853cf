/// One TCP connection of a client, or the attempt to open one: plain facts.
package struct CurlSocket: Hashable, Sendable {
  package enum End: Hashable, Sendable {
    /// It is open.
    case open
    /// libcurl closed it, and the peer had not.
    case here
    /// The peer had closed it.
    case peer
    /// It broke; the system's own words.
    case broken(String)
  }

  /// How libcurl names an open socket.
  struct Ends: Hashable {
    var local: CurlAddress
    /// Without its port: where a connection was redirected, libcurl names that which it asked for.
    var remoteIP: String
  }

  /// Where it was to lead.
  package var remote: CurlAddress
  /// Nil where it never connected.
  package var local: CurlAddress?
  /// Nanoseconds of `CLOCK_MONOTONIC`: when the attempt began, when a first request could be sent,
  /// and when it was closed.
  package var startedAt: Int64
  package var readyAt: Int64?
  package var closedAt: Int64?
  package var end = End.open
}

/// An IP address as text without brackets, and a port.
package struct CurlAddress: Hashable, Sendable {
  package var ip: String
  package var port: UInt16

  package init(ip: String, port: UInt16) {
    self.ip = ip
    self.port = port
  }

  var bracketed: String { ip.contains(":") ? "[\(ip)]" : ip }
}
