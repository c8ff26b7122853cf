private import CYAML

/// Reads the first document of a YAML text (JSON is YAML as well) through libyaml's events.
struct YAMLReader: ~Copyable {
  /// What no honest kubeconfig reaches; with aliases a small text could mean an endless one.
  private static let deepest = 64
  private static let largest = 100_000

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
  /// Nodes so far, those of aliases counted again.
  private var size = 0

  private init() {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    yaml_parser_initialize(parser)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// Nil for a text without any value.
  static func read(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode? {
    let outcome = bytes.withUnsafeBufferPointer { buffer -> Result<YAMLNode?, YAMLError> in
      var reader = YAMLReader()
      yaml_parser_set_input_string(reader.parser, buffer.baseAddress, buffer.count)
      do throws(YAMLError) { return .success(try reader.document()) } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private mutating func document() throws(YAMLError) -> YAMLNode? {
    while true {
      switch try next() {
      case .streamEnd: return nil
      case .other: continue
      case let event: return try node(event, depth: 0)
      }
    }
  }

  /// A libyaml event in Swift's hands.
  private enum Event {
    case scalar(String, isPlain: Bool, anchor: String?, line: Int)
    case sequence(anchor: String?, line: Int)
    case mapping(anchor: String?, line: Int)
    case alias(String, line: Int)
    case end(line: Int)
    case streamEnd
    case other
  }

  private mutating func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
    let before = size
    size += 1
    let node: YAMLNode
    let anchor: String?
    switch event {
    case .scalar(let text, let isPlain, let name, let line):
      try check(depth, line)
      (node, anchor) = (YAMLNode(content: .scalar(text, isPlain: isPlain), line: line), name)
    case .sequence(let name, let line):
      try check(depth, line)
      var items: [YAMLNode] = []
      while let event = try nextInside() { items.append(try self.node(event, depth: depth + 1)) }
      (node, anchor) = (YAMLNode(content: .sequence(items), line: line), name)
    case .mapping(let name, let line):
      try check(depth, line)
      var entries: [YAMLNode.Entry] = []
      while let event = try nextInside() {
        let key = try self.node(event, depth: depth + 1)
        guard case .scalar(let text, _) = key.content else {
          throw YAMLError(message: "a key is no text", line: key.line)
        }
        let value = try self.node(try next(), depth: depth + 1)
        entries.append(YAMLNode.Entry(key: text, value: value))
      }
      (node, anchor) = (YAMLNode(content: .mapping(entries), line: line), name)
    case .alias(let name, let line):
      guard let known = anchors[name] else {
        throw YAMLError(message: "an alias without its anchor", line: line)
      }
      size += known.size
      try check(depth, line)
      return known.node
    case .end(let line):
      throw YAMLError(message: "a value is missing", line: line)
    case .streamEnd, .other:
      throw YAMLError(message: "the text ends in the middle of a value", line: line)
    }
    if let anchor { anchors[anchor] = (node, size - before) }
    return node
  }

  private func check(_ depth: Int, _ line: Int) throws(YAMLError) {
    if depth > Self.deepest { throw YAMLError(message: "nested too deeply", line: line) }
    if size > Self.largest { throw YAMLError(message: "too many values", line: line) }
  }

  /// Nil at the end of a sequence or mapping.
  private mutating func nextInside() throws(YAMLError) -> Event? {
    let event = try next()
    if case .end = event { return nil }
    return event
  }

  private var line: Int { Int(parser.pointee.mark.line) + 1 }

  private mutating func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      let state = parser.pointee
      throw YAMLError(
        message: state.problem.map { String(cString: $0) } ?? "no YAML",
        line: Int(max(state.problem_mark.line, state.context_mark.line)) + 1)
    }
    defer { yaml_event_delete(&event) }
    let line = Int(event.start_mark.line) + 1
    let data = event.data
    switch event.type {
    case YAML_SCALAR_EVENT:
      let bytes = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
      return .scalar(
        String(decoding: bytes, as: UTF8.self),
        isPlain: data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
        anchor: Self.text(data.scalar.anchor), line: line)
    case YAML_SEQUENCE_START_EVENT:
      return .sequence(anchor: Self.text(data.sequence_start.anchor), line: line)
    case YAML_MAPPING_START_EVENT:
      return .mapping(anchor: Self.text(data.mapping_start.anchor), line: line)
    case YAML_ALIAS_EVENT: return .alias(Self.text(data.alias.anchor) ?? "", line: line)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end(line: line)
    case YAML_STREAM_END_EVENT: return .streamEnd
    default: return .other
    }
  }

  private static func text(_ pointer: UnsafePointer<UInt8>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
