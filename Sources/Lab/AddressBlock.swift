internal import NIOCore
internal import Naming

/// A stretch of loopback addresses for one lab. Chosen at random so that labs that run at the same
/// time, in this process or another, seldom meet; where they do, binding says so.
struct AddressBlock {
  private let base: IPAddress

  /// Within 127.64.0.0–127.126.255.0, out of the way of 127.0.0.0/16 that people use by hand.
  init(using generator: inout some RandomNumberGenerator) {
    let high = UInt32.random(in: 64...126, using: &generator)
    let low = UInt32.random(in: 0...255, using: &generator)
    base = .v4(127 << 24 | high << 16 | low << 8)
  }

  var virtualIP: IPAddress { base.advanced(by: 1) }

  var proxy: IPAddress { base.advanced(by: 2) }

  func pod(_ index: Int) -> IPAddress { base.advanced(by: 11 + UInt32(index)) }
}
