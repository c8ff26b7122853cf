private import Glibc

extension Double {
  /// Fixed-point text such as `1.20`, rounded half away from zero, in every locale with a point.
  /// - Parameter places: digits after the point, 0 to 9.
  package func decimal(_ places: Int) -> String {
    let scale = pow(10, Double(places))
    guard isFinite, magnitude * scale < 9e15 else { return description }
    let digits = Int((magnitude * scale).rounded())
    let sign = self < 0 && digits > 0 ? "-" : ""
    guard places > 0 else { return sign + String(digits) }
    let whole = digits / Int(scale)
    let fraction = String(digits % Int(scale))
    return "\(sign)\(whole).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// This value at a fixed number of decimal places, so that reports do not print 0.30000000000004.
  package func rounded(places: Int) -> Double {
    let scale = pow(10, Double(places))
    guard isFinite, magnitude * scale < 9e15 else { return self }
    return (self * scale).rounded() / scale
  }
}
