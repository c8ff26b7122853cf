internal import NIOCore
internal import NIOPosix

/// The event loops of a run. Everything else here is confined to one of them.
package final class LoopGroup: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let loops: [any EventLoop]

  package init(count: Int) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: count)
    loops = Array(group.makeIterator())
  }

  /// Processors that the system lets this process use.
  package static var cores: Int { System.coreCount }

  package var count: Int { loops.count }

  /// Makes a value that lives on loop `index` and is only ever touched there.
  package func make<Value>(
    on index: Int, _ body: @escaping @Sendable (Loop) -> Value
  ) async throws -> LoopBound<Value> {
    let loop = loops[index]
    return try await loop.submit {
      LoopBound(NIOLoopBound(body(Loop(eventLoop: loop)), eventLoop: loop), loop)
    }.get()
  }

  package func shutDown() async {
    try? await group.shutdownGracefully()
  }
}

/// An event loop as seen from the code that runs on it.
package struct Loop {
  let eventLoop: any EventLoop
}

/// A value that is confined to an event loop, held from outside.
package struct LoopBound<Value>: Sendable {
  private let value: NIOLoopBound<Value>
  private let loop: any EventLoop

  init(_ value: NIOLoopBound<Value>, _ loop: any EventLoop) {
    self.value = value
    self.loop = loop
  }

  /// Runs on the loop and waits for the result.
  package func call<Result: Sendable>(
    _ body: @escaping @Sendable (Value) -> Result
  ) async throws -> Result {
    try await loop.submit { body(value.value) }.get()
  }

  /// Runs on the loop soon; returns at once.
  package func cast(_ body: @escaping @Sendable (Value) -> Void) {
    loop.execute { body(value.value) }
  }
}
