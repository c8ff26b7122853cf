/// A word as YAML reads it back. Words that begin with a letter are plain; a YAML reader could take
/// others for numbers.
func yamlWord(_ word: String) -> String {
  let letters: ClosedRange<UInt8> = 0x61...0x7A
  let isPlain =
    word.utf8.allSatisfy {
      letters.contains($0) || (0x2D...0x2E).contains($0) || (0x30...0x39).contains($0)
    }
    && word.utf8.first.map(letters.contains) ?? false
  let reserved: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
  return isPlain && !reserved.contains(word) ? word : yamlQuoted(word)
}

/// In quotation marks.
func yamlQuoted(_ word: String) -> String {
  var text: [UInt8] = []
  Escaping.yaml(word, to: &text)
  return String(decoding: text, as: UTF8.self)
}
