private import FoundationEssentials

/// RFC 4648 §4.
func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

/// RFC 4648 §4 or §5, with padding or without (protobuf.dev/programming-guides/json, "bytes"). Nil
/// for anything else.
func bytes(base64 text: String) -> [UInt8]? {
  var standard = text.replacing("-", with: "+").replacing("_", with: "/")
  if !standard.contains("=") {
    standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
  }
  return Data(base64Encoded: standard).map(Array.init)
}
