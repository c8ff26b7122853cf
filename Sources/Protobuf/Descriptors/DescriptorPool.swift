/// Collects the files that server reflection sends, in any order, until nothing is missing; then
/// `link()` makes a schema of them.
package struct DescriptorPool: Sendable {
  private var files: [String: FileDeclaration] = [:]
  private var order: [String] = []
  private var reader = DescriptorReader(budget: Limits.declarations)
  private var room = Limits.descriptorBytes

  package init() {}

  /// A pool of the project's own tables.
  init(_ files: [FileDeclaration]) {
    for file in files { insert(file) }
  }

  /// Takes a serialized `FileDescriptorProto`. Of several files of one name the first counts:
  /// reflection may repeat files.
  package mutating func add(_ fileDescriptor: [UInt8]) throws(DescriptorError) {
    room -= fileDescriptor.count
    guard room >= 0 else { throw .tooLarge }
    insert(try reader.file(fileDescriptor))
  }

  private mutating func insert(_ file: FileDeclaration) {
    guard files[file.name] == nil else { return }
    files[file.name] = file
    order.append(file.name)
  }

  /// Files that others import and that were not added yet. What comes with every implementation
  /// (google/protobuf/timestamp.proto and its like) is never missing.
  package var missing: [String] {
    var seen: Set<String> = []
    return imports.filter {
      files[$0] == nil && WellKnown.files[$0] == nil && seen.insert($0).inserted
    }
  }

  private var imports: [String] { order.flatMap { files[$0]?.dependencies ?? [] } }

  /// Looks up every name. A file may still be missing as long as no type of it is used.
  package func link() throws(DescriptorError) -> Schema {
    var complete = self
    for name in imports {
      if let file = WellKnown.files[name] { complete.insert(file) }
    }
    try complete.checkImports()
    var linker = Linker(missing: missing)
    return try linker.link(complete.order.compactMap { complete.files[$0] })
  }

  /// Takes away files that import nothing that is left, as often as there are any. Without
  /// recursion: a chain of imports may be as long as the pool is large.
  private func checkImports() throws(DescriptorError) {
    var importers: [String: [String]] = [:]
    var open: [String: Int] = [:]
    for (name, file) in files {
      let present = file.dependencies.filter { files[$0] != nil }
      open[name] = present.count
      for dependency in present { importers[dependency, default: []].append(name) }
    }
    var free = open.filter { $0.value == 0 }.map(\.key)
    while let name = free.popLast() {
      open[name] = nil
      for importer in importers[name] ?? [] {
        guard let count = open[importer] else { continue }
        open[importer] = count - 1
        if count == 1 { free.append(importer) }
      }
    }
    guard open.isEmpty else { throw .importCycle(files: open.keys.sorted()) }
  }
}
