import NIOCore
import NIOHPACK
import Testing

@testable import Lab

@Suite("A gRPC request's messages")
struct GRPCRequestTests {
  private static let headers: HPACKHeaders = [
    ":method": "POST", ":path": "/a.B/C", "content-type": "application/grpc",
  ]

  @Test("are counted the same however the bytes are split")
  func splits() throws {
    let lengths = [0, 1, 300, 5, 0, 70]
    var stream: [UInt8] = []
    for length in lengths {
      stream += [0, 0, 0, UInt8(length >> 8), UInt8(length & 255)]
      stream += [UInt8](repeating: 1, count: length)
    }
    for size in 1...stream.count {
      var request = try GRPCRequest(Self.headers)
      for start in stride(from: 0, to: stream.count, by: size) {
        request.consume(ByteBuffer(bytes: stream[start..<min(start + size, stream.count)]))
      }
      #expect(request.messages == lengths.count)
      #expect(request.isWhole)
      #expect(!request.isCompressed)
    }
  }

  @Test("are whole only where a message ends")
  func wholeness() throws {
    let stream: [UInt8] = [0, 0, 0, 0, 2, 8, 1, 0, 0, 0, 0, 0]
    for end in 0...stream.count {
      var request = try GRPCRequest(Self.headers)
      request.consume(ByteBuffer(bytes: stream[..<end]))
      #expect(request.isWhole == [0, 7, 12].contains(end))
    }
  }

  @Test("of 4 GiB do not overflow")
  func huge() throws {
    var request = try GRPCRequest(Self.headers)
    request.consume(ByteBuffer(bytes: [1, 255, 255, 255, 255, 0]))
    #expect(!request.isWhole)
    #expect(request.isCompressed)
    #expect(request.messages == 1)
  }
}
