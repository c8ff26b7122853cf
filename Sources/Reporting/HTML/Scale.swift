private import Glibc

/// Where in a picture a number is, in per cent of its width. Numbers come from files, too: whatever
/// they are, the result is between 0 and 100.
struct Scale {
  private let from: Double
  private let to: Double
  private let isLogarithmic: Bool

  init(from: Double, to: Double) {
    self.from = from
    self.to = to
    isLogarithmic = false
  }

  /// - Parameter from: above zero.
  init(logarithmicFrom from: Double, to: Double) {
    self.from = log(from)
    self.to = log(to)
    isLogarithmic = true
  }

  func percent(_ value: Double) -> Double {
    let value = isLogarithmic ? log(max(value, 1e-9)) : value
    let percent = 100 * (value - from) / (to - from)
    return percent.isFinite ? min(100, max(0, percent)) : 0
  }
}
