/// A page of the documentation, as far as it can be held against the binary.
struct Page {
  struct Block {
    var language: String
    var lines: [String] = []
    var text: String { lines.joined(separator: "\n") }
  }

  struct Missing: Error {
    var path: String
  }

  /// README.md and everything in docs.
  static let names: [String] =
    ["README.md"]
    + fileNames(in: root + "docs").filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }

  /// With a slash at its end.
  let directory: String
  let text: String
  /// The fenced blocks.
  let blocks: [Block]

  init(_ name: String) throws {
    guard let text = readFile(Self.root + name) else { throw Missing(path: name) }
    self.text = text
    directory = Self.root + (name.hasPrefix("docs/") ? "docs/" : "")
    var blocks: [Block] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside.toggle()
        if isInside { blocks.append(Block(language: String(line.dropFirst(3)))) }
      } else if isInside {
        blocks[blocks.count - 1].lines.append(String(line))
      }
    }
    self.blocks = blocks
  }

  /// `$ lbcheck …` in console blocks, with the exit code that a following `$ echo $?` shows, else 0.
  var commands: [(command: String, code: Int32)] {
    var commands: [(command: String, code: Int32)] = []
    for block in blocks where block.language == "console" {
      for (index, line) in block.lines.enumerated() {
        if line.hasPrefix("$ lbcheck ") {
          commands.append((String(line.dropFirst(2)), 0))
        } else if line == "$ echo $?", index + 1 < block.lines.count, !commands.isEmpty {
          commands[commands.count - 1].code = Int32(block.lines[index + 1]) ?? -1
        }
      }
    }
    return commands
  }

  /// The destinations of `[text](destination)` outside of fenced blocks.
  var links: [String] {
    let prose = text.split(separator: "```", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset.isMultiple(of: 2) }.map { $0.element }.joined()
    return prose.split(separator: "](").dropFirst().map { String($0.prefix { $0 != ")" }) }
  }

  /// The project's folder, with a slash at its end.
  static let root =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/"
}
