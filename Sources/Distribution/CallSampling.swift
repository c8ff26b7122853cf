private import Glibc

/// What N calls, each given to one of n pods by a draw, say about the pods' true shares: intervals
/// that hold for all pods together and at every look, so that a run may stop as soon as it is
/// decided.
///
/// For a pod with x of N calls and true share p, Robbins' mixture ("Statistical Methods Related to
/// the Law of the Iterated Logarithm", 1970)
///
///     M(p) = B(a + x, b + N − x) ÷ (B(a, b) · p^x · (1 − p)^(N − x))
///
/// is a non-negative martingale that starts at 1, so by Ville's inequality it ever reaches 1/α with
/// probability α at most: {p : M(p) < 1/α} is a confidence sequence (S. Howard et al.,
/// "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49, 2021).
/// α is divided by the number of pods (Bonferroni). The mixture Beta(a, b) lies around an equal share
/// and is as wide as the tolerance, which makes the intervals narrowest where they have to decide.
struct CallSampling {
  let pods: Int
  let calls: Int
  let tolerance: Double
  /// Half of it is for the intervals, half for silent pods.
  private let alpha: Double
  private let a: Double
  private let b: Double
  /// ln B(a, b) and ln Γ(a + b + N).
  private let logBetaAB: Double
  private let logGammaSum: Double
  private let threshold: Double

  /// - Parameters:
  ///   - pods: n, 2 or more.
  ///   - confidence: 1 − α, below 1.
  init(pods: Int, calls: Int, tolerance: Double, confidence: Double) {
    self.pods = pods
    self.calls = calls
    self.tolerance = tolerance
    alpha = 1 - confidence
    let n = Double(pods)
    let concentration = Self.concentration(n, tolerance)
    a = concentration / n
    b = concentration - a
    logBetaAB = Self.logGamma(a) + Self.logGamma(b) - Self.logGamma(concentration)
    logGammaSum = Self.logGamma(concentration + Double(calls))
    threshold = log(2 * n / alpha)
  }

  /// a + b: the Beta's standard deviation is then the tolerance times an equal share.
  private static func concentration(_ n: Double, _ tolerance: Double) -> Double {
    (n - 1) / max(tolerance * tolerance, 1e-6)
  }

  var highest: Double { (1 + tolerance) / Double(pods) }
  var lowest: Double { (1 - tolerance) / Double(pods) }

  /// Whether the whole interval of a pod with so many calls lies within the tolerance.
  func isWithin(_ answered: Int) -> Bool {
    let share = Double(answered) / Double(calls)
    return share < highest && share > lowest && excludes(highest, answered)
      && excludes(lowest, answered)
  }

  /// Whether the whole interval lies above the tolerance.
  func isAbove(_ answered: Int) -> Bool {
    Double(answered) / Double(calls) > highest && excludes(highest, answered)
  }

  /// Whether the whole interval lies below the tolerance.
  func isBelow(_ answered: Int) -> Bool {
    Double(answered) / Double(calls) < lowest && excludes(lowest, answered)
  }

  /// Whether a silent pod is silent for a reason: n(1 − 1/n)^N bounds the chance that any pod still
  /// is, at this look or a later one.
  var isEnoughForSilence: Bool { calls >= enoughForSilence }

  private var enoughForSilence: Int {
    let n = Double(pods)
    return Int((log(alpha / (2 * n)) / log1p(-1 / n)).rounded(.up))
  }

  /// The interval of a pod's true share.
  func interval(_ answered: Int) -> ClosedRange<Double> {
    let share = Double(answered) / Double(calls)
    return edge(from: share, to: 0, answered)...edge(from: share, to: 1, answered)
  }

  /// As many calls as let a pod with an equal share be told to be within the tolerance nine times in
  /// ten: its interval, and z of chance beside it, have to fit. Normal approximation.
  var enough: Int {
    let n = Double(pods)
    let z = (2 * log(20 * n)).squareRoot()
    var needed = 1.0
    for _ in 0..<20 {
      let width = (2 * (threshold + log1p(needed / (a + b)) / 2)).squareRoot()
      let ratio = (z + width) / max(tolerance, 1e-3)
      needed = (n - 1) * ratio * ratio
    }
    return max(enoughForSilence, needed < 1e12 ? Int(needed.rounded(.up)) : .max)
  }

  private func excludes(_ share: Double, _ answered: Int) -> Bool {
    guard share > 0, share < 1 else { return answered > 0 || share >= 1 }
    return logMixture(share, answered) >= threshold
  }

  private func logMixture(_ share: Double, _ answered: Int) -> Double {
    let x = Double(answered)
    let rest = Double(calls - answered)
    return Self.logGamma(a + x) + Self.logGamma(b + rest) - logGammaSum - logBetaAB
      - (x > 0 ? x * log(share) : 0) - (rest > 0 ? rest * log1p(-share) : 0)
  }

  /// Where the mixture reaches the threshold, between a share that it does not exclude and the end.
  private func edge(from share: Double, to end: Double, _ answered: Int) -> Double {
    var inside = share
    var outside = end
    for _ in 0..<60 {
      let middle = (inside + outside) / 2
      if middle > 0, middle < 1, logMixture(middle, answered) < threshold {
        inside = middle
      } else {
        outside = middle
      }
    }
    return outside
  }

  private static func logGamma(_ value: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(value, &sign)
  }
}
