import Testing

@testable import Protobuf

/// The table of protobuf.dev/programming-guides/json, row by row.
@Suite("JSON mapping")
struct JSONMappingTests {
  private func read(_ json: String, _ type: String = "test.Every") throws -> DynamicMessage {
    try DynamicMessage(try #require(try TestFiles.schema().message(named: type)), json: json)
  }

  @Test(
    "Several texts mean the same; one is written",
    arguments: [
      (
        #"{"oneInt32": 100}"#,
        [
          #"{"one_int32": "100"}"#, #"{"oneInt32": 1e2}"#,
          #"{"oneInt32": 100.00}"#, #"{"oneInt32": "1000e-1"}"#,
        ]
      ),
      (#"{"oneInt64":"-9223372036854775808"}"#, [#"{"oneInt64": -9223372036854775808}"#]),
      (#"{"oneUint64":"18446744073709551615"}"#, [#"{"oneUint64": 18446744073709551615}"#]),
      (#"{"oneDouble":1.5}"#, [#"{"oneDouble": "1.5"}"#, #"{"oneDouble": 15e-1}"#]),
      (#"{"oneDouble":"NaN"}"#, []), (#"{"oneFloat":"-Infinity"}"#, []),
      (#"{"oneDouble":-0.0}"#, [#"{"oneDouble": -0}"#]),
      (#"{"oneFloat":3.4028235e+38}"#, [#"{"oneFloat": 3.4028235e38}"#]),
      (#"{"oneBytes":"+/8="}"#, [#"{"oneBytes": "-_8"}"#, #"{"oneBytes": "-_8="}"#]),
      (#"{"oneColor":"GREEN"}"#, [#"{"oneColor": 2}"#, #"{"one_color": 2.0}"#]),
      (#"{"oneColor":42}"#, []),
      (#"{"manyInt32":[1,2]}"#, [#"{"manyInt32": ["1", 2], "manyString": null}"#]),
      (#"{"map1":{"-1":0,"5":1.5}}"#, [#"{"map1": {"5": 1.5, "-1": 0}}"#]),
      (#"{"map11":{"false":1,"true":2}}"#, []),
      (#"{"other-Name":"x"}"#, [#"{"renamed": "x"}"#]),
      ("{}", ["{\"oneString\": null, \"oneMessage\": null, \"map0\": null}", " { } "]),
      (#"{"maybeInt32":0}"#, []), (#"{"eitherText":""}"#, []),
      (#"{"knownValue":null}"#, []), (#"{"knownEmpty":{}}"#, []),
      (#"{"manyValue":[null,1,"a",true,[],{}]}"#, []),
      (#"{"knownStruct":{"a":{"b":[1,null]}}}"#, []), (#"{"knownListvalue":[[[]]]}"#, []),
      (#"{"knownInt64value":"0"}"#, [#"{"knownInt64value": 0}"#]),
      (#"{"knownBoolvalue":false}"#, []), (#"{"knownBytesvalue":""}"#, []),
      (
        #"{"knownTimestamp":"2026-01-31T08:05:09.500Z"}"#,
        [
          #"{"knownTimestamp": "2026-01-31T09:35:09.5+01:30"}"#
        ]
      ),
      (#"{"knownTimestamp":"0001-01-01T00:00:00Z"}"#, []),
      (#"{"knownTimestamp":"9999-12-31T23:59:59.999999999Z"}"#, []),
      (#"{"knownTimestamp":"1969-12-31T23:59:59.000001Z"}"#, []),
      (#"{"knownDuration":"-0.500s"}"#, [#"{"knownDuration": "-0.5s"}"#]),
      (#"{"knownDuration":"315576000000s"}"#, []),
      (#"{"knownFieldmask":"a,serverId.bC"}"#, []), (#"{"knownFieldmask":""}"#, []),
      (#"{"knownAny":{}}"#, []),
      (
        #"{"knownAny":{"@type":"x/test.Inner","name":"a"}}"#,
        [
          #"{"knownAny": {"name": "a", "@type": "x/test.Inner"}}"#
        ]
      ),
      (#"{"knownAny":{"@type":"x/google.protobuf.Duration","value":"1s"}}"#, []),
      (#"{"knownAny":{"@type":"x/google.protobuf.Any","value":{"@type":"x/test.Inner"}}}"#, []),
    ])
  func texts(canonical: String, others: [String]) throws {
    let message = try read(canonical)
    #expect(message.json(JSONOptions(indented: false)) == canonical.filter { $0 != " " })
    for other in others { #expect(try read(other).encoded() == message.encoded(), "\(other)") }
    // What is written is what was read, on the wire as well.
    let decoded = try DynamicMessage(message.type, decoding: message.encoded())
    #expect(decoded.encoded() == message.encoded())
  }

  @Test(
    "What does not fit is refused, with path, line and column",
    arguments: [
      (#"{"oneInt32": 2147483648}"#, "oneInt32", 14), (#"{"oneInt32": 1.5}"#, "oneInt32", 14),
      (#"{"oneInt32": " 1"}"#, "oneInt32", 14), (#"{"oneInt32": true}"#, "oneInt32", 14),
      (#"{"oneInt32": ""}"#, "oneInt32", 14), (#"{"oneInt32": 1e999999999}"#, "oneInt32", 14),
      (#"{"oneUint32": -1}"#, "oneUint32", 15), (#"{"oneFloat": 3.5e38}"#, "oneFloat", 14),
      (#"{"oneDouble": 1e309}"#, "oneDouble", 15), (#"{"oneDouble": "0x1"}"#, "oneDouble", 15),
      (#"{"oneDouble": "inf"}"#, "oneDouble", 15), (#"{"oneBool": "true"}"#, "oneBool", 13),
      (#"{"oneBool": 1}"#, "oneBool", 13), (#"{"oneString": 1}"#, "oneString", 15),
      (#"{"oneBytes": "a*"}"#, "oneBytes", 14), (#"{"oneColor": "BLUE"}"#, "oneColor", 14),
      (#"{"oneColor": true}"#, "oneColor", 14), (#"{"oneMessage": []}"#, "oneMessage", 16),
      (#"{"manyInt32": 1}"#, "manyInt32", 15), (#"{"manyInt32": [1, null]}"#, "manyInt32[1]", 19),
      (#"{"manyMessage": [{}, {"nam": 1}]}"#, "manyMessage[1].nam", 23),
      (#"{"map1": {"x": 1}}"#, #"map1["x"]"#, 11), (#"{"map1": {"1": null}}"#, #"map1["1"]"#, 16),
      (#"{"map1": {"1": 1, "1.0": 2}}"#, #"map1["1.0"]"#, 19),
      (#"{"map11": {"yes": 1}}"#, #"map11["yes"]"#, 12),
      (#"{"map12": {"k": {"one_int32": "x"}}}"#, #"map12["k"].one_int32"#, 31),
      (#"{"oneInt32": 1, "one_int32": 1}"#, "one_int32", 17),
      (#"{"eitherText": "", "eitherNumber": 1}"#, "eitherNumber", 20),
      (#"{"nothing": 1}"#, "nothing", 2), ("[]", "", 1), ("null", "", 1),
      (#"{"knownTimestamp": "2026-02-29T00:00:00Z"}"#, "knownTimestamp", 20),
      (#"{"knownTimestamp": "2026-01-31t00:00:00Z"}"#, "knownTimestamp", 20),
      (#"{"knownTimestamp": "0001-01-01T00:00:00+00:01"}"#, "knownTimestamp", 20),
      (#"{"knownTimestamp": "2026-01-31T00:00:00.0000000001Z"}"#, "knownTimestamp", 20),
      (#"{"knownDuration": "1"}"#, "knownDuration", 19),
      (#"{"knownDuration": "315576000001s"}"#, "knownDuration", 19),
      (#"{"knownFieldmask": "a_b"}"#, "knownFieldmask", 20),
      (#"{"knownStruct": []}"#, "knownStruct", 17),
      (#"{"knownListvalue": {}}"#, "knownListvalue", 20),
      (#"{"knownInt32value": "x"}"#, "knownInt32value", 21),
      (#"{"knownAny": {"name": "a"}}"#, "knownAny", 14),
      (#"{"knownAny": {"@type": "x/no.Such"}}"#, "knownAny", 24),
      (#"{"knownAny": {"@type": "test.Inner", "x": 1}}"#, "knownAny.x", 38),
      (#"{"knownAny": {"@type": "google.protobuf.Duration"}}"#, "knownAny", 14),
    ])
  func refused(json: String, path: String, column: Int) throws {
    let error = try #require(throws: JSONError.self) { try read(json) }
    #expect(error.path == path, "\(error)")
    #expect(error.line == 1 && error.column == column, "\(error)")
    let second = try #require(throws: JSONError.self) { try read("\n " + json) }
    #expect(second.line == 2 && second.column == column + 1)
  }

  @Test("Errors read as sentences that help")
  func wording() throws {
    let type = "test2.Every"
    var error = try #require(throws: JSONError.self) { try read(#"{"tint": "RED"}"#, type) }
    #expect(
      error.description
        == "line 1, column 10, tint: test2.Tint has no RED; it has: WARM, BLUE")
    error = try #require(throws: JSONError.self) { try read("{\"tint\": 4}", type) }
    #expect(error.reason == "4 is no value of test2.Tint")
    error = try #require(throws: JSONError.self) { try read("{}", type) }
    #expect(error.reason == "the required field needed is missing")
    error = try #require(throws: JSONError.self) { try read(#"{"x": 1}"#, "test.Inner") }
    #expect(error.reason == "message test.Inner has no field x; fields: name, count, next")
    error = try #require(throws: JSONError.self) { try read(#"{"count": []}"#, "test.Inner") }
    #expect(error.reason == "a value of type int64 is expected, not an array")
  }
}
