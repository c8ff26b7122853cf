internal import Transport

extension LoadWorker {
  struct Settings: Sendable {
    var share: LoadShare
    var timeout: Duration
    var identity: IdentityChoice
    var options: ChannelOptions
    /// How many addresses each channel may connect to.
    var addresses: Int
    var frameLog: FrameLog?
    /// Whether channelz is to tell which pods connections lead to.
    var usesChannelz = false
    /// Where the response message names the pod.
    var body: BodyIdentity?
  }
}
