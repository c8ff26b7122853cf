/// Names one subchannel of one balancer: a single address and the connections made to it, one after
/// another. Numbers count up from 0 and are never used again within the balancer.
package struct SubchannelID: Hashable, Sendable {
  package let index: Int

  package init(index: Int) {
    self.index = index
  }
}
