/// Where an RPC goes.
package enum Pick: Hashable, Sendable {
  case use(SubchannelID)

  /// Nothing is ready yet: wait for `.pickerChanged`. When the balancer's state is idle, send
  /// `.exitIdle` as well.
  case queue

  /// UNAVAILABLE with this message, for RPCs that do not wait for ready.
  case fail(String)
}
