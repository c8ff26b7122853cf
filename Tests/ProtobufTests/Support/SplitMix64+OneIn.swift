import Naming

extension SplitMix64 {
  /// True in one of `n` cases.
  mutating func oneIn(_ n: Int) -> Bool {
    Int.random(in: 0..<n, using: &self) == 0
  }
}
