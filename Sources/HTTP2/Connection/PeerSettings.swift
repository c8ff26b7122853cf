/// The server's SETTINGS that matter to a client, at first the defaults of RFC 9113 §6.5.2.
struct PeerSettings {
  static let defaultWindow = 65_535
  static let largestWindow = Int(Int32.max)
  static let frameSizes = 16_384...16_777_215
  static let lastStreamID = UInt32(Int32.max)

  var maxConcurrentStreams = UInt32.max
  var initialWindow = Int32(defaultWindow)
  var maxFrameSize = 16_384
}
