private import Glibc
internal import NIOCore

/// Lets the kernel drop everything that arrives at a socket, before TCP sees it: no ACK, no SYN-ACK,
/// no RST. It is a socket filter that accepts no byte (SO_ATTACH_FILTER in socket(7)), for which nobody
/// needs privileges.
enum BlackHole {
  /// `struct sock_filter` of linux/filter.h.
  private struct Instruction {
    /// BPF_RET | BPF_K: the packet is cut to `operand` bytes.
    var code: UInt16 = 0x06
    var jumpTrue: UInt8 = 0
    var jumpFalse: UInt8 = 0
    var operand: UInt32 = 0
  }

  /// `struct sock_fprog`.
  private struct Program: Sendable {
    var length: UInt16 = 1
    var instructions: UInt
  }

  private static let dropEverything: Program = {
    let instruction = UnsafeMutablePointer<Instruction>.allocate(capacity: 1)
    instruction.initialize(to: Instruction())
    return Program(instructions: UInt(bitPattern: instruction))
  }()

  static func attach(to channel: any Channel) -> EventLoopFuture<Void> {
    set(SO_ATTACH_FILTER, dropEverything, on: channel)
  }

  static func detach(from channel: any Channel) -> EventLoopFuture<Void> {
    set(SO_DETACH_FILTER, CInt(0), on: channel)
  }

  private static func set(
    _ option: CInt, _ value: some Sendable, on channel: any Channel
  ) -> EventLoopFuture<Void> {
    guard let socket = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeSucceededVoidFuture()
    }
    return socket.unsafeSetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: option), value: value)
  }
}
