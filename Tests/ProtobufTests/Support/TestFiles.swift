@testable import Protobuf

/// Three files that use every kind of field in every shape, once under each syntax.
enum TestFiles {
  static let serialized: [[UInt8]] = [
    DescriptorWriter.serialized(proto3),
    DescriptorWriter.serialized(proto2, syntax: "proto2"),
    DescriptorWriter.serialized(
      editions, syntax: "editions", features: FeatureChanges(enumsAreOpen: false)),
  ]

  static func schema() throws -> Schema {
    var pool = DescriptorPool()
    for file in serialized { try pool.add(file) }
    return try pool.link()
  }

  /// Full names of the messages that tests make up values for.
  static let messages = ["test.Every", "test2.Every", "test2023.Every"]

  private static let scalars: [FieldKind] = [
    .double, .float, .int32, .int64, .uint32, .uint64, .sint32, .sint64, .fixed32, .fixed64,
    .sfixed32, .sfixed64, .bool, .string, .bytes,
  ]

  private static func singles(from number: Int) -> [FieldDeclaration] {
    scalars.enumerated().map { .one("one_\($1.name)", number + $0, $1) }
  }

  private static func lists(from number: Int) -> [FieldDeclaration] {
    scalars.enumerated().map { .many("many_\($1.name)", number + $0, $1) }
  }

  private static let wellKnown: [String] = [
    "Any", "Timestamp", "Duration", "FieldMask", "Struct", "Value", "ListValue", "Empty",
    "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value",
    "BoolValue", "StringValue", "BytesValue",
  ]

  private static let mapKinds: [(FieldKind, FieldKind)] = [
    (.string, .string), (.int32, .double), (.int64, .bytes), (.uint32, .bool), (.uint64, .float),
    (.sint32, .sint64), (.sint64, .fixed32), (.fixed32, .sfixed64), (.fixed64, .uint32),
    (.sfixed32, .int64), (.sfixed64, .uint64), (.bool, .int32),
    (.string, .message(".test.Every")), (.string, .enumeration(".test.Color")),
  ]

  private static let proto3 = FileDeclaration(
    "test/proto3.proto", package: "test",
    imports: [
      "any", "timestamp", "duration", "field_mask", "struct", "empty", "wrappers",
    ].map { "google/protobuf/\($0).proto" },
    messages: [
      MessageDeclaration(
        "Every",
        singles(from: 1) + lists(from: 101)
          + [
            .one("one_color", 20, .enumeration(".test.Color")),
            .one("one_message", 21, .message("Inner")),
            FieldDeclaration(
              name: "maybe_int32", number: 22, kind: .int32, oneof: 1, isProto3Optional: true),
            FieldDeclaration(
              name: "unpacked", number: 23, label: .repeated, kind: .sint32, isPacked: false),
            FieldDeclaration(name: "renamed", number: 24, kind: .string, jsonName: "other-Name"),
            .one("either_text", 30, .string, oneof: 0),
            .one("either_number", 31, .uint64, oneof: 0),
            .one("either_message", 32, .message("Inner"), oneof: 0),
            .many("many_color", 120, .enumeration("Color")),
            .many("many_message", 121, .message("Inner")),
            .many("many_value", 122, .message(".google.protobuf.Value")),
            .one("far", 536_870_911, .bool),
          ]
          + wellKnown.enumerated().map {
            .one("known_\($1.lowercased())", 200 + $0, .message(".google.protobuf.\($1)"))
          }
          + mapKinds.indices.map { .many("map_\($0)", 300 + $0, .message("Map\($0)Entry")) },
        messages: mapKinds.enumerated().map { .mapEntry("Map\($0)Entry", $1.0, $1.1) },
        oneofs: ["either", "_maybe_int32"]),
      MessageDeclaration(
        "Inner",
        [
          .one("name", 1, .string), .one("count", 2, .int64), .one("next", 3, .message("Inner")),
        ]),
    ],
    enums: [
      EnumDeclaration(
        name: "Color", values: [("NONE", 0), ("RED", 1), ("GREEN", 2), ("BELOW", -5)])
    ],
    services: [
      ServiceDeclaration(
        name: "Echo",
        methods: [
          .init(name: "Call", input: ".test.Every", output: ".test.Inner"),
          .init(
            name: "Watch", input: ".test.Inner", output: ".test.Every", serverStreaming: true),
        ])
    ])

  private static let proto2 = FileDeclaration(
    "test/proto2.proto", package: "test2", imports: ["test/proto3.proto"],
    messages: [
      MessageDeclaration(
        "Every",
        singles(from: 1) + lists(from: 101)
          + [
            FieldDeclaration(name: "needed", number: 40, label: .required, kind: .int32),
            .one("tint", 41, .enumeration("Tint")),
            .many("tints", 42, .enumeration("Tint")),
            .one("cluster", 43, .group("Cluster")),
            .many("heap", 44, .group("Heap")),
            FieldDeclaration(
              name: "packed", number: 45, label: .repeated, kind: .fixed64, isPacked: true),
            FieldDeclaration(
              name: "packed_tints", number: 46, label: .repeated, kind: .enumeration("Tint"),
              isPacked: true),
            .many("by_grade", 47, .message("ByGradeEntry")),
            .one("other", 48, .message(".test.Inner")),
            FieldDeclaration(name: "seven", number: 50, kind: .int32, defaultText: "-7"),
            FieldDeclaration(name: "endless", number: 51, kind: .double, defaultText: "-inf"),
            FieldDeclaration(name: "yes", number: 52, kind: .bool, defaultText: "true"),
            FieldDeclaration(name: "text", number: 53, kind: .string, defaultText: "a\\nb"),
            FieldDeclaration(
              name: "raw", number: 54, kind: .bytes, defaultText: "\\001\\xfe\\n\\\"é"),
            FieldDeclaration(
              name: "cool", number: 55, kind: .enumeration("Tint"), defaultText: "BLUE"),
          ],
        messages: [
          .init("Cluster", [.one("size", 1, .int32), .one("inner", 2, .message(".test.Inner"))]),
          .init("Heap", [.one("label", 1, .string)]),
          .mapEntry("ByGradeEntry", .string, .enumeration("Grade")),
        ])
    ],
    enums: [
      EnumDeclaration(name: "Tint", values: [("WARM", 3), ("BLUE", 5)]),
      // A map's enum begins with 0.
      EnumDeclaration("Grade", ["GRADE_NONE", "GRADE_A", "GRADE_B"]),
    ])

  private static let editions = FileDeclaration(
    "test/editions.proto", package: "test2023", imports: ["test/proto3.proto"],
    messages: [
      MessageDeclaration(
        "Every",
        singles(from: 1) + lists(from: 101)
          + [
            .one("closed", 60, .enumeration("Shade")),
            .one("open", 61, .enumeration("Hue")),
            FieldDeclaration(
              name: "loose", number: 66, kind: .string,
              features: FeatureChanges(textIsVerified: false)),
            FieldDeclaration(
              name: "delimited", number: 62, kind: .message(".test.Inner"),
              features: FeatureChanges(messagesAreDelimited: true)),
            FieldDeclaration(
              name: "plain", number: 63, kind: .int32,
              features: FeatureChanges(presence: .implicit)),
            FieldDeclaration(
              name: "needed", number: 64, kind: .string,
              features: FeatureChanges(presence: .required)),
            FieldDeclaration(
              name: "expanded", number: 65, label: .repeated, kind: .int32,
              features: FeatureChanges(repeatedIsPacked: false)),
          ])
    ],
    enums: [
      EnumDeclaration("Shade", ["DARK", "LIGHT"]),
      EnumDeclaration(
        name: "Hue", values: [("HUE_NONE", 0), ("HUE_BLUE", 1)],
        features: FeatureChanges(enumsAreOpen: true)),
    ])
}
