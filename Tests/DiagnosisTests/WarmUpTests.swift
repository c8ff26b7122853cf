import Balancing
import Testing

@testable import Diagnosis

@Suite("When the warm-up is over")
struct WarmUpTests {
  private let start = MonotonicTime(nanoseconds: 0)
  private func after(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: Int64(seconds * 1e9))
  }

  private func situation(
    connecting: Int = 0, ready: Int, channelsReady: Int = 1, failing: Int = 0, channels: Int = 1
  ) -> WarmUp.Situation {
    WarmUp.Situation(
      connecting: connecting, ready: ready, channelsReady: channelsReady, channelsFailing: failing,
      channels: channels)
  }

  @Test("every connection has answered twice")
  func twice() {
    var warmUp = WarmUp(addresses: 2, startedAt: start)
    for connection in [0, 0, 1] { warmUp.rpcAnswered(on: connection) }
    #expect(!warmUp.isDone(after(0.1), situation(ready: 2)))
    warmUp.rpcAnswered(on: 1)
    #expect(warmUp.isDone(after(0.1), situation(ready: 2)))
  }

  @Test("connections under way are waited for, but not for ever")
  func connecting() {
    var warmUp = WarmUp(addresses: 2, startedAt: start)
    for _ in 0..<2 { warmUp.rpcAnswered(on: 0) }
    #expect(!warmUp.isDone(after(1.9), situation(connecting: 1, ready: 1)))
    #expect(warmUp.isDone(after(2), situation(connecting: 1, ready: 1)))
  }

  @Test("20 RPCs per address are enough")
  func limit() {
    var warmUp = WarmUp(addresses: 3, startedAt: start)
    for _ in 0..<59 { warmUp.rpcSent() }
    #expect(!warmUp.isDone(after(0), situation(connecting: 1, ready: 0, channelsReady: 0)))
    warmUp.rpcSent()
    #expect(warmUp.isDone(after(0), situation(connecting: 1, ready: 0, channelsReady: 0)))
  }

  @Test("nothing answers: over when every channel fails, or when one RPC has waited its time")
  func nothing() {
    var warmUp = WarmUp(addresses: 1, startedAt: start)
    #expect(!warmUp.isDone(after(60), situation(connecting: 1, ready: 0, channelsReady: 0)))
    #expect(
      warmUp.isDone(after(0), situation(ready: 0, channelsReady: 0, failing: 1)))
    warmUp.rpcExpired()
    #expect(warmUp.isDone(after(5), situation(connecting: 1, ready: 0, channelsReady: 0)))
  }

  @Test("every channel must have settled")
  func channels() {
    var warmUp = WarmUp(addresses: 2, startedAt: start)
    for _ in 0..<2 { warmUp.rpcAnswered(on: 0) }
    #expect(!warmUp.isDone(after(0), situation(ready: 1, channelsReady: 1, channels: 2)))
    #expect(warmUp.isDone(after(0), situation(ready: 1, channelsReady: 1, failing: 1, channels: 2)))
  }
}
