/// Text from outside as a terminal may show it: ASCII as it is, everything else, and the backslash,
/// as `\xNN`. The result is reversible and cannot move a cursor.
func escaped(_ bytes: some Sequence<UInt8>) -> String {
  var text = ""
  for byte in bytes {
    if 0x20...0x7e ~= byte, byte != 0x5c {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      text += "\\x" + hex(UInt64(byte), digits: 2)
    }
  }
  return text
}

/// Lower-case hexadecimal with leading zeros.
func hex(_ value: UInt64, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
