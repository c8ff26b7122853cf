import Naming
import Testing

@testable import HTTP2

@Suite("Stream table")
struct StreamTableTests {
  @Test("It agrees with a dictionary over random lives, short and very long", arguments: 0..<4)
  func model(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var table = StreamTable()
    var live: [UInt32: UInt32] = [:]
    var old: [UInt32] = []
    for step in 0..<1_000 {
      let stream = UInt32(step * 2 + 1)
      let added = table.insert(
        StreamSlot(
          stream: stream, token: stream &* 3, sendWindow: 0, receiveWindow: 0, isHead: false))
      #expect(added.pointee.end.stream == stream)
      live[stream] = stream &* 3
      // One in thirty lives until the end, some for a while, most end at once.
      if random.oneIn(30) { old.append(stream) }
      for candidate in live.keys.sorted().suffix(4) where !old.contains(candidate) {
        guard random.oneIn(2) else { continue }
        close(&table, candidate, as: .ended)
        live[candidate] = nil
      }
      let count = table.liveCount
      #expect(count == live.count)
      if let some = live.keys.sorted().randomElement(using: &random) {
        let token = table.findLive(some)?.pointee.end.token
        #expect(token == live[some])
      }
      if step % 100 == 0 { check(table, live) }
    }
    for stream in old {
      close(&table, stream, as: .resetByUs)
      live[stream] = nil
      check(table, live)
    }
  }

  private func close(
    _ table: inout StreamTable, _ stream: UInt32, as state: StreamSlot.State
  ) {
    let slot = table.findLive(stream)
    #expect(slot != nil, "stream \(stream)")
    if let slot { table.close(slot, as: state) }
    let found = table.findLive(stream)
    #expect(found == nil)
  }

  private func check(_ table: borrowing StreamTable, _ live: [UInt32: UInt32]) {
    let streams = table.liveStreams()
    #expect(streams == live.keys.sorted())
    var seen: [UInt32] = []
    table.forEachLive { seen.append($0.pointee.end.stream) }
    #expect(seen.sorted() == live.keys.sorted())
  }
}
