extension Duration {
  /// `5 s` or `0.25 s`, to the millisecond.
  package var inSeconds: String {
    let milliseconds = Int(self / .milliseconds(1))
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return rest == 0 ? "\(seconds) s" : "\(Double(milliseconds) / 1000) s"
  }
}
