/// How long to wait for what.
struct Timing: Sendable {
  /// Look-up, TCP and TLS.
  var connect = Duration.seconds(10)
  /// Until the head of a response.
  var head = Duration.seconds(10)
  /// Until the end of a response that is no stream.
  var whole = Duration.seconds(30)
  /// For all attempts at one request to begin.
  var patience = Duration.seconds(10)
  /// Before the second attempt; doubled before each further one.
  var firstPause = Duration.milliseconds(250)
  /// Bookmarks come about once a minute: a watch without any word for this long is begun anew.
  var silence = Duration.seconds(150)
  /// For an exec plugin, which may ask another server.
  var plugin = Duration.seconds(30)
  /// Before a broken watch is begun anew.
  var watchPause = Duration.milliseconds(800)
}
