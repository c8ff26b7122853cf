/// How much of what a peer sends is read before it is refused. All of it may be hostile.
package enum Limits {
  /// Messages within messages, groups within groups, values within JSON values. 100 is what the
  /// C++, Python and Java implementations take.
  package static let depth = 100
  /// Bytes of one message, which is what gRPC clients receive by default, and of one JSON text.
  package static let messageBytes = 4 << 20
  /// Bytes of all file descriptors of a pool together.
  package static let descriptorBytes = 16 << 20
  /// Files, messages, fields, oneofs, enums, values, services and methods of a pool together: an
  /// empty one takes two bytes on the wire and some hundred in memory.
  package static let declarations = 200_000
  /// Bytes of a full name: nested declarations repeat the names of all that is around them.
  package static let nameBytes = 512
}
