/// The files of google/protobuf/ that every implementation brings along, and that reflection
/// therefore may leave out (protobuf.dev/reference/protobuf/google.protobuf).
enum WellKnown {
  static let files = Dictionary(
    [any, duration, empty, fieldMask, structs, timestamp, wrappers].map { ($0.name, $0) }
  ) { first, _ in first }

  private static func file(
    _ name: String, _ messages: [MessageDeclaration], enums: [EnumDeclaration] = []
  ) -> FileDeclaration {
    FileDeclaration(
      "google/protobuf/\(name).proto", package: "google.protobuf", messages: messages,
      enums: enums)
  }

  private static let any = file(
    "any", [.init("Any", [.one("type_url", 1, .string), .one("value", 2, .bytes)])])

  private static let duration = file(
    "duration", [.init("Duration", [.one("seconds", 1, .int64), .one("nanos", 2, .int32)])])

  private static let empty = file("empty", [.init("Empty")])

  private static let fieldMask = file(
    "field_mask", [.init("FieldMask", [.many("paths", 1, .string)])])

  private static let timestamp = file(
    "timestamp", [.init("Timestamp", [.one("seconds", 1, .int64), .one("nanos", 2, .int32)])])

  private static let structs = file(
    "struct",
    [
      .init(
        "Struct", [.many("fields", 1, .message("FieldsEntry"))],
        messages: [.mapEntry("FieldsEntry", .string, .message("Value"))]),
      .init(
        "Value",
        [
          .one("null_value", 1, .enumeration("NullValue"), oneof: 0),
          .one("number_value", 2, .double, oneof: 0),
          .one("string_value", 3, .string, oneof: 0),
          .one("bool_value", 4, .bool, oneof: 0),
          .one("struct_value", 5, .message("Struct"), oneof: 0),
          .one("list_value", 6, .message("ListValue"), oneof: 0),
        ],
        oneofs: ["kind"]),
      .init("ListValue", [.many("values", 1, .message("Value"))]),
    ],
    enums: [.init("NullValue", ["NULL_VALUE"])])

  private static let wrappers = file(
    "wrappers",
    [
      .init("DoubleValue", [.one("value", 1, .double)]),
      .init("FloatValue", [.one("value", 1, .float)]),
      .init("Int64Value", [.one("value", 1, .int64)]),
      .init("UInt64Value", [.one("value", 1, .uint64)]),
      .init("Int32Value", [.one("value", 1, .int32)]),
      .init("UInt32Value", [.one("value", 1, .uint32)]),
      .init("BoolValue", [.one("value", 1, .bool)]),
      .init("StringValue", [.one("value", 1, .string)]),
      .init("BytesValue", [.one("value", 1, .bytes)]),
    ])
}
