internal import NIOCore
internal import NIOHPACK

/// The request half of one RPC: its method, and whether its bytes were whole gRPC messages
/// (PROTOCOL-HTTP2: a flag byte, four bytes of length, the message). Nothing is kept of them.
struct GRPCRequest {
  /// Why a request cannot be answered as gRPC: the HTTP status to send.
  enum Rejection: Error {
    case method, contentType

    var status: String {
      switch self {
      case .method: "405"
      case .contentType: "415"
      }
    }
  }

  let path: String
  private(set) var messages = 0
  private var prefix: UInt64 = 0
  private var prefixBytes = 0
  private var missing = 0
  private(set) var isCompressed = false

  init(_ headers: HPACKHeaders) throws(Rejection) {
    guard headers.first(name: ":method") == "POST" else { throw .method }
    let type = headers.first(name: "content-type") ?? ""
    let suffix = type.dropFirst("application/grpc".count).first
    guard type.hasPrefix("application/grpc"), suffix == nil || suffix == "+" || suffix == ";" else {
      throw .contentType
    }
    path = headers.first(name: ":path") ?? ""
  }

  /// The bytes so far end where a message ends.
  var isWhole: Bool { prefixBytes == 0 && missing == 0 }

  mutating func consume(_ bytes: ByteBuffer) {
    var bytes = bytes
    while bytes.readableBytes > 0 {
      let skipped = min(missing, bytes.readableBytes)
      bytes.moveReaderIndex(forwardBy: skipped)
      missing -= skipped
      guard let byte: UInt8 = bytes.readInteger() else { return }
      prefix = prefix << 8 | UInt64(byte)
      prefixBytes += 1
      guard prefixBytes == 5 else { continue }
      messages += 1
      missing = Int(prefix & 0xFFFF_FFFF)
      isCompressed = isCompressed || prefix >> 32 != 0
      prefix = 0
      prefixBytes = 0
    }
  }
}
