import Testing

@testable import HTTP2

@Suite("RFC 7541 appendix C")
struct AppendixCTests {
  @Test(
    "C.1: integers",
    arguments: [(10, 5, "0a"), (1337, 5, "1f9a0a"), (42, 8 - 1, "2a")])
  func integers(value: Int, prefix: Int, bytes: String) throws {
    var encoded: [UInt8] = []
    PrefixInteger.append(value, prefix: prefix, pattern: 0, to: &encoded)
    #expect(encoded == hexBytes(bytes))
    let decoded = try encoded.withUnsafeBytes { bytes in
      var reader = try #require(ByteReader(bytes))
      return try reader.integer(prefix: prefix)
    }
    #expect(decoded == value)
  }

  struct Representation: CustomTestStringConvertible {
    let name: String
    let bytes: String
    let field: HeaderField
    let entersTable: Bool
    var testDescription: String { name }
  }

  @Test(
    "C.2: the four representations",
    arguments: [
      Representation(
        name: "C.2.1 with indexing",
        bytes: "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
        field: HeaderField("custom-key", "custom-header"), entersTable: true),
      Representation(
        name: "C.2.2 without indexing", bytes: "040c 2f73 616d 706c 652f 7061 7468",
        field: HeaderField(":path", "/sample/path"), entersTable: false),
      Representation(
        name: "C.2.3 never indexed", bytes: "1008 7061 7373 776f 7264 0673 6563 7265 74",
        field: HeaderField("password", "secret", neverIndexed: true), entersTable: false),
      Representation(
        name: "C.2.4 indexed", bytes: "82", field: HeaderField(":method", "GET"),
        entersTable: false),
    ])
  func representations(_ example: Representation) throws {
    let decoder = FullDecoder()
    #expect(try decoder.decode(hexBytes(example.bytes)) == [example.field])
    if example.entersTable {
      #expect(try decoder.decode([0xbe]) == [example.field])
    } else {
      #expect(throws: CompressionError.unknownIndex) { try decoder.decode([0xbe]) }
    }
  }

  static let requests = [
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
    [
      ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com",
      "cache-control: no-cache",
    ],
    [
      ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
      "custom-key: custom-value",
    ],
  ]

  static let plainRequests = [
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "8286 84be 5808 6e6f 2d63 6163 6865",
    "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
  ]

  static let codedRequests = [
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
  ]

  @Test(
    "C.3 and C.4: requests, plain and Huffman-coded", arguments: [plainRequests, codedRequests])
  func requests(blocks: [String]) throws {
    let decoder = FullDecoder()
    for (block, fields) in zip(blocks, Self.requests) {
      #expect(try decoder.lines(hexBytes(block)) == fields)
    }
  }

  @Test("C.4: our encoder writes the same bytes")
  func encodedRequests() {
    var encoder = HeaderEncoder()
    for (block, lines) in zip(Self.codedRequests, Self.requests) {
      let fields = lines.map { line in
        let colon = line.dropFirst().firstIndex(of: ":") ?? line.endIndex
        return HeaderField(String(line[..<colon]), String(line[colon...].dropFirst(2)))
      }
      var encoded: [UInt8] = []
      encoder.encode(RequestTemplate(fields: fields, body: []), into: &encoded)
      #expect(encoded == hexBytes(block))
    }
  }

  static let dates = ["Mon, 21 Oct 2013 20:13:21 GMT", "Mon, 21 Oct 2013 20:13:22 GMT"]

  static let responses = [
    [
      ":status: 302", "cache-control: private", "date: \(dates[0])",
      "location: https://www.example.com",
    ],
    [
      ":status: 307", "cache-control: private", "date: \(dates[0])",
      "location: https://www.example.com",
    ],
    [
      ":status: 200", "cache-control: private", "date: \(dates[1])",
      "location: https://www.example.com", "content-encoding: gzip",
      "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
  ]

  static let plainResponses = [
    """
    4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133
    3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d
    """,
    "4803 3330 37c1 c0bf",
    """
    88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a
    6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d
    6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31
    """,
  ]

  static let codedResponses = [
    """
    4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d
    29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3
    """,
    "4883 640e ffc1 c0bf",
    """
    88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d
    d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106
    3d50 07
    """,
  ]

  @Test(
    "C.5 and C.6: responses in a table of 256 bytes, with eviction",
    arguments: [plainResponses, codedResponses])
  func responses(blocks: [String]) throws {
    let decoder = FullDecoder(tableSize: 256)
    // The examples begin with a table of 256 bytes; on the wire that takes a size update.
    #expect(try decoder.decode(hexBytes("3fe101")) == [])
    for (block, fields) in zip(blocks, Self.responses) {
      #expect(try decoder.lines(hexBytes(block)) == fields)
    }
  }
}
