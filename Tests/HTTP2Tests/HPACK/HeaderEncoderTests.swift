import Naming
import Testing

@testable import HTTP2

@Suite("Header encoder")
struct HeaderEncoderTests {
  private let request = RequestTemplate.post(0)

  private func encode(_ encoder: inout HeaderEncoder, _ request: RequestTemplate) -> [UInt8] {
    var block: [UInt8] = []
    encoder.encode(request, into: &block)
    return block
  }

  @Test("The second time a request is a row of indices and its secrets")
  func repeated() throws {
    var encoder = HeaderEncoder()
    let decoder = FullDecoder()
    let first = encode(&encoder, request)
    let version = encoder.version
    let second = encode(&encoder, request)
    #expect(encoder.version == version)
    #expect(encode(&encoder, request) == second)
    for block in [first, second, second] {
      let fields = try decoder.decode(block)
      #expect(fields.map(\.name) == request.fields.map(\.name))
      #expect(fields.map(\.value) == request.fields.map(\.value))
      #expect(
        fields.map(\.neverIndexed)
          == request.fields.map {
            $0.name.elementsEqual("authorization".utf8)
          })
    }
    // Six indices of a byte; authorization: name index 23 in two bytes, length, coded value.
    #expect(second.count < 6 + 3 + "Bearer secret".utf8.count)
  }

  @Test("Fields of another request that are already in the table are used")
  func shared() throws {
    var encoder = HeaderEncoder()
    let decoder = FullDecoder()
    _ = try decoder.decode(encode(&encoder, request))
    let other = RequestTemplate.post(0, path: "/other")
    let block = encode(&encoder, other)
    #expect(try decoder.decode(block).map(\.value) == other.fields.map(\.value))
    #expect(block.count < encode(&encoder, request).count + 10)
  }

  @Test("A server without a table gets literals, after a size update")
  func noTable() throws {
    var encoder = HeaderEncoder()
    encoder.peerTableSize(0)
    let decoder = FullDecoder(tableSize: 0, acknowledged: true)
    let first = encode(&encoder, request)
    #expect(first.first == 0x20)
    let second = encode(&encoder, request)
    #expect(first.dropFirst().elementsEqual(second))
    for block in [first, second] {
      #expect(try decoder.decode(block).map(\.value) == request.fields.map(\.value))
    }
  }

  @Test("A table that shrinks and grows between two requests is announced at its smallest")
  func shrinkAndGrow() throws {
    var encoder = HeaderEncoder()
    let decoder = FullDecoder()
    _ = try decoder.decode(encode(&encoder, request))
    encoder.peerTableSize(50)
    encoder.peerTableSize(1_000)
    let block = encode(&encoder, request)
    #expect(block.starts(with: hexBytes("3f13 3fc907")))
    #expect(try decoder.decode(block).map(\.value) == request.fields.map(\.value))
    #expect(
      try decoder.decode(encode(&encoder, request)).map(\.value) == request.fields.map(\.value))
  }

  @Test("A server that offers more than 4096 bytes changes nothing")
  func largeTable() {
    var encoder = HeaderEncoder()
    encoder.peerTableSize(65_536)
    #expect(encode(&encoder, request).first == 0x83)
  }

  @Test("Random requests and table sizes decode to what was encoded")
  func random() throws {
    var random = SplitMix64(seed: 4)
    var encoder = HeaderEncoder()
    let decoder = FullDecoder(acknowledged: false)
    let templates = (0..<12).map { index in
      RequestTemplate(
        fields: (0..<Int.random(in: 1...12, using: &random)).map { _ in
          HeaderField(
            "name-\(Int.random(in: 0..<30, using: &random))",
            String(repeating: "v", count: Int.random(in: 0..<200, using: &random)),
            neverIndexed: random.oneIn(5))
        }, body: [])
    }
    for _ in 0..<400 {
      if random.oneIn(20) {
        encoder.peerTableSize(Int.random(in: 0...5_000, using: &random))
      }
      guard let template = templates.randomElement(using: &random) else { continue }
      #expect(try decoder.decode(encode(&encoder, template)) == template.fields)
    }
  }
}
