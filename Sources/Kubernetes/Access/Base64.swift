private import FoundationEssentials

/// RFC 4648 §4, with line breaks anywhere, as YAML block scalars have them. Nil for anything else.
func decodedBase64(_ text: String) -> [UInt8]? {
  Data(base64Encoded: String(text.filter { !$0.isWhitespace })).map(Array.init)
}

func encodedBase64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
