internal import NIOCore
internal import NIOHTTP2

/// Nothing that a fast or a misbehaving peer does may be held against it by a rate limit: a window
/// without length never fills. (The count is allocated ahead, so it stays small.)
extension NIOHTTP2Handler.ConnectionConfiguration {
  /// - Parameter streams: SETTINGS_MAX_CONCURRENT_STREAMS; nil announces 2³¹−1.
  static func patient(streams: Int? = nil) -> Self {
    var configuration = Self()
    configuration.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: streams ?? Int(Int32.max))
    ]
    configuration.maximumSequentialEmptyDataFrames = 1_000
    configuration.maximumRecentlyResetStreams = 1_000
    configuration.maximumConnectionGlitches = .max
    configuration.controlFrameRateLimit.windowLength = .nanoseconds(0)
    return configuration
  }
}

extension NIOHTTP2Handler.StreamConfiguration {
  static var patient: Self {
    var configuration = Self()
    configuration.streamResetFrameRateLimit.windowLength = .nanoseconds(0)
    configuration.streamErrorRateLimit.windowLength = .nanoseconds(0)
    return configuration
  }
}
