/// File descriptors that make no sense, alone or together.
package enum DescriptorError: Error, Equatable, Sendable, CustomStringConvertible {
  case malformed(file: String, WireError)
  case tooLarge
  case tooManyDeclarations
  /// The files of a cycle, and those that import them.
  case importCycle(files: [String])
  case unknownType(name: String, usedBy: String, missingFiles: [String])
  /// A declaration contradicts itself or another one.
  case invalid(name: String, reason: String)

  package var description: String {
    switch self {
    case .malformed(let file, let error):
      "the descriptor of \(file.isEmpty ? "a file" : file) cannot be read: \(error)"
    case .tooLarge: "the file descriptors are larger than \(Limits.descriptorBytes) bytes together"
    case .tooManyDeclarations:
      "the file descriptors have more than \(Limits.declarations) declarations together"
    case .importCycle(let files):
      "there is a cycle in the imports of \(files.prefix(20).joined(separator: ", "))"
    case .unknownType(let name, let user, let missing):
      "\(user) uses \(name), which no file declares"
        + (missing.isEmpty ? "" : "; missing: \(missing.prefix(20).joined(separator: ", "))")
    case .invalid(let name, let reason): "\(name): \(reason)"
    }
  }
}
