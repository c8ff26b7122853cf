/// The static Huffman code of HPACK (RFC 7541 §5.2 and appendix B).
enum Huffman {
  /// Code and length by symbol.
  private static let codes: [(bits: UInt32, length: Int)] = {
    let symbols = huffmanCodeLengths.indices.sorted {
      (huffmanCodeLengths[$0], $0) < (huffmanCodeLengths[$1], $1)
    }
    var codes = [(bits: UInt32, length: Int)](repeating: (0, 0), count: symbols.count)
    var next: UInt32 = 0
    var length = 0
    for symbol in symbols {
      next <<= UInt32(Int(huffmanCodeLengths[symbol]) - length)
      length = Int(huffmanCodeLengths[symbol])
      codes[symbol] = (next, length)
      next += 1
    }
    return codes
  }()

  private static let eos = 256

  // MARK: Encoding

  static func encodedCount(_ bytes: [UInt8]) -> Int {
    (bytes.reduce(0) { $0 + codes[Int($1)].length } + 7) / 8
  }

  static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
    var pending: UInt64 = 0
    var count = 0
    for byte in bytes {
      let code = codes[Int(byte)]
      pending = pending << UInt64(code.length) | UInt64(code.bits)
      count += code.length
      while count >= 8 {
        count -= 8
        output.append(UInt8(truncatingIfNeeded: pending >> UInt64(count)))
      }
    }
    // The last byte is filled up with the first bits of EOS, which are ones.
    guard count > 0 else { return }
    output.append(UInt8(truncatingIfNeeded: pending << UInt64(8 - count)) | 0xff >> UInt8(count))
  }

  // MARK: Decoding

  /// One step of the decoder for four bits of input: the symbol that they complete, if any, and the
  /// state after them. A state is an inner node of the code's tree, 0 its root.
  private struct Step {
    static let emits: UInt32 = 1 << 16
    /// The input may end here: what is left over is fewer than 8 bits, all ones.
    static let mayEnd: UInt32 = 1 << 17
    /// No code begins like this, except that of EOS, which must not be sent.
    static let fails: UInt32 = 1 << 18

    /// Bits 0–7 the symbol, 8–15 the next state, then the flags.
    var bits: UInt32 = 0
  }

  /// Sixteen steps for each of the 256 states; made once for the process, 16 KiB.
  private static let steps: [Step] = {
    // The tree: children of each inner node. Positive: inner node; negative: −1 − symbol.
    var children = [(Int, Int)](repeating: (0, 0), count: 1)
    for (symbol, code) in codes.enumerated() {
      var node = 0
      for shift in stride(from: code.length - 1, through: 0, by: -1) {
        let isOne = code.bits >> UInt32(shift) & 1 == 1
        var child = isOne ? children[node].1 : children[node].0
        if shift == 0 {
          child = -1 - symbol
        } else if child == 0 {
          child = children.count
          children.append((0, 0))
        }
        if isOne { children[node].1 = child } else { children[node].0 = child }
        node = child
      }
    }
    var mayEnd = Set([0])
    var node = 0
    for _ in 0..<7 {
      node = children[node].1
      mayEnd.insert(node)
    }
    return (0..<children.count * 16).map { index in
      var step = Step()
      var node = index / 16
      for shift in stride(from: 3, through: 0, by: -1) {
        let child = index >> shift & 1 == 1 ? children[node].1 : children[node].0
        if child < 0 {
          let symbol = -1 - child
          guard symbol != eos else { return Step(bits: Step.fails) }
          step.bits |= UInt32(symbol) | Step.emits
          node = 0
        } else {
          node = child
        }
      }
      step.bits |= UInt32(node) << 8 | (mayEnd.contains(node) ? Step.mayEnd : 0)
      return step
    }
  }()

  /// How many bytes of memory `decode` needs: the shortest code has 5 bits, and the decoder may
  /// write one byte past the text.
  static func decodedBound(of count: Int) -> Int {
    count * 8 / 5 + 1
  }

  /// Decodes `source` into `memory`, which must hold `decodedBound(of:)` bytes. Nil for a code that
  /// does not exist, for EOS, and for padding that is too long or not all ones (RFC 7541 §5.2).
  static func decode(
    _ source: UnsafeRawBufferPointer, into memory: UnsafeMutableRawBufferPointer
  ) -> UnsafeRawBufferPointer? {
    guard memory.count >= decodedBound(of: source.count), let text = memory.baseAddress else {
      return nil
    }
    return steps.withUnsafeBufferPointer { steps in
      var count = 0
      var step = Step(bits: Step.mayEnd)
      var failed: UInt32 = 0
      func take(_ nibble: UInt8) {
        step = steps[Int(step.bits >> 8 & 0xff) << 4 | Int(nibble)]
        // The symbol is written in any case and counted only when it is one: no branch.
        text.storeBytes(
          of: UInt8(truncatingIfNeeded: step.bits), toByteOffset: count, as: UInt8.self)
        count += Int(step.bits >> 16 & 1)
        failed |= step.bits & Step.fails
      }
      for byte in source {
        take(byte >> 4)
        take(byte & 15)
      }
      guard failed == 0, step.bits & Step.mayEnd != 0 else { return nil }
      return UnsafeRawBufferPointer(start: text, count: count)
    }
  }
}
