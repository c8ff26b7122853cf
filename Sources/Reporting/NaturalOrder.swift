/// The order in which people look for names: digits weigh as numbers, so that pod-2 comes before pod-10.
package enum NaturalOrder {
  /// To be compared lexicographically.
  package static func key(_ name: String) -> [Int] {
    var key: [Int] = []
    var number: Int?
    for byte in name.utf8 {
      if (48...57).contains(byte) {
        number = min((number ?? 0), Int.max / 100) * 10 + Int(byte - 48)
      } else {
        if let number { key.append(number) }
        number = nil
        key.append(-256 + Int(byte))
      }
    }
    if let number { key.append(number) }
    return key
  }
}
