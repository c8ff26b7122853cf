import HTTP2
import Testing

@testable import Transport

@Suite("Response fields, read once per distinct value")
struct ResponseReaderTests {
  private let values = ValuePool()

  private func id(_ text: String) -> UInt32 {
    Array(text.utf8).withUnsafeBytes { values.intern($0) }
  }

  @Test(
    "grpc-status",
    arguments: [("0", 0), ("14", 14), ("16", 16), ("99", 99), ("x", 2), ("", 2), ("99999999", 2)])
  func status(text: String, number: Int) {
    var reader = ResponseReader(values: values)
    let value = id(text)
    // The second time from memory; 0 stands for an absent field.
    let read = [reader.status(value), reader.status(value), reader.status(0)]
    #expect(read == [number, number, nil])
  }

  @Test(
    "content-type",
    arguments: [
      ("application/grpc", true), ("application/grpc+proto", true), ("application/grpc;a=b", true),
      ("application/grpcx", false), ("text/html", false), ("", false),
    ])
  func contentType(text: String, isGRPC: Bool) {
    var reader = ResponseReader(values: values)
    let value = id(text)
    // The second time from memory; 0 stands for an absent field.
    let read = [value, value, 0].map { reader.isGRPC(contentType: $0) }
    #expect(read == [isGRPC, isGRPC, false])
  }
}
