/// The RPCs that are bound to each connection and not yet on a stream, in the order they were picked:
/// lists through `Call.next`, with two numbers per connection.
///
/// Round robin gives each RPC to another connection. A pick touches these few numbers only; the
/// connection itself, which is cold where there are many, is touched once per turn for all of its
/// RPCs. At 1,000 connections that is most of what an RPC costs.
struct BoundCalls {
  private struct List {
    var first: Int32 = -1
    var last: Int32 = -1
  }

  private var lists: [List] = []

  /// Makes room for one more connection, numbered from 0.
  mutating func addConnection() { lists.append(List()) }

  func first(of connection: Int) -> Int? {
    let first = lists[connection].first
    return first < 0 ? nil : Int(first)
  }

  mutating func append(_ call: Int, to connection: Int, _ calls: inout [Call]) {
    calls[call].next = -1
    let last = lists[connection].last
    if last < 0 {
      lists[connection].first = Int32(call)
    } else {
      calls[Int(last)].next = Int32(call)
    }
    lists[connection].last = Int32(call)
  }

  mutating func removeFirst(of connection: Int, _ calls: inout [Call]) {
    let first = lists[connection].first
    guard first >= 0 else { return }
    lists[connection].first = calls[Int(first)].next
    if lists[connection].first < 0 { lists[connection].last = -1 }
  }

  /// Takes an RPC out of the middle: it was given up.
  mutating func remove(_ call: Int, of connection: Int, _ calls: inout [Call]) {
    var kept: [Int] = []
    while let first = first(of: connection) {
      removeFirst(of: connection, &calls)
      if first != call { kept.append(first) }
    }
    for other in kept { append(other, to: connection, &calls) }
  }
}
