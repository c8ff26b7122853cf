import Distribution
import Naming
import Testing

@Suite("χ²")
struct ChiSquareTests {
  /// Computed with mpmath 1.3 at 40 digits: gammainc(df/2, value/2, inf, regularized=True).
  static let reference: [(df: Int, value: Double, tail: Double)] = [
    (1, 0.001, 0.97477287936996039),
    (1, 3.841458820694124, 0.050000000000000057),
    (1, 23.92812697687947, 1.0000000000287559e-6),
    (2, 0.5, 0.77880078307140487),
    (2, 27.63102111592855, 9.999999999999987e-7),
    (3, 1400, 2.9456193610163087e-303),
    (4, 1.0, 0.90979598956895014),
    (4, 9.487729036781154, 0.050000000000000057),
    (4, 33.376842, 9.9999980268349607e-7),
    (7, 1e-06, 1.0),
    (9, 21.665994333461924, 0.010000000000000005),
    (9, 500, 5.7494139030446887e-102),
    (10, 2.0, 0.99634015317265629),
    (19, 19.5, 0.42520893846550023),
    (49, 49, 0.47312829565476522),
    (50, 51.9, 0.39968318915415651),
    (99, 60, 0.99931999704984858),
    (99, 135.8067, 0.0083385833827187916),
    (99, 181.9, 7.6790239469260211e-7),
    (199, 199, 0.48666782597231903),
    (999, 800, 0.99999908977705857),
    (999, 1000, 0.48513148927490147),
    (999, 1250, 9.0199384164342974e-8),
    (9999, 9500, 0.99983105643440305),
    (9999, 10000, 0.4952983945386835),
    (9999, 10800, 1.6536384687395528e-8),
  ]

  @Test("The tail agrees with an arbitrary-precision computation to 1e-9", arguments: reference)
  func tail(df: Int, value: Double, tail: Double) {
    let p = ChiSquare.upperTail(value, df: df)
    #expect(abs(p - tail) <= 1e-9 * tail)
  }

  @Test("For even degrees of freedom the tail is a Poisson sum (Abramowitz and Stegun 26.4.21)")
  func poissonSum() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<2000 {
      let half = Int.random(in: 1...60, using: &random)
      let y = Double.random(in: 0.01...120, using: &random)
      var term = 1.0
      var sum = 1.0
      for k in 1..<max(half, 1) {
        term *= y / Double(k)
        sum += term
      }
      let expected = sum * exponential(-y)
      let p = ChiSquare.upperTail(2 * y, df: 2 * half)
      #expect(abs(p - expected) <= 1e-9 * expected, "df \(2 * half), value \(2 * y)")
    }
  }

  @Test("The tail falls from 1 to 0 as the value grows")
  func monotone() {
    for df in [1, 2, 5, 40, 999] {
      #expect(ChiSquare.upperTail(0, df: df) == 1)
      var last = 1.0
      for step in 1...400 {
        let p = ChiSquare.upperTail(Double(step) * Double(df) / 50, df: df)
        #expect(p <= last && p >= 0)
        last = p
      }
    }
  }

  @Test("The statistic is Σ (x − e)² ÷ e")
  func statistic() throws {
    let test = try #require(ChiSquare(counts: [10, 20, 30, 40], unit: .rpcs))
    #expect(test.value == 20)
    #expect(test.df == 3)
    #expect(test.expected == 25)
    // scipy.stats.chisquare([10, 20, 30, 40])
    #expect(abs(test.p - 0.00016974243555282632) < 1e-12)
    #expect(!test.isSignificant)
  }

  @Test("Nothing to test without two pods and a count")
  func absent() {
    #expect(ChiSquare(counts: [], unit: .rpcs) == nil)
    #expect(ChiSquare(counts: [7], unit: .rpcs) == nil)
    #expect(ChiSquare(counts: [0, 0], unit: .rpcs) == nil)
  }

  @Test("Significant needs p ≤ 1e-6 and five expected per pod")
  func significance() throws {
    let enough = try #require(ChiSquare(counts: [50, 0, 0, 0, 0], unit: .connections))
    #expect(enough.isSignificant)
    let tooFew = try #require(ChiSquare(counts: [24, 0, 0, 0, 0], unit: .connections))
    #expect(tooFew.p < 1e-6 && !tooFew.isSignificant)
  }

  @Test("Fair dice are not accused: p is uniform, so that one in ten is below a tenth")
  func calibration() throws {
    var random = SplitMix64(seed: 7)
    var low = 0
    for _ in 0..<2000 {
      var counts = [Int](repeating: 0, count: 10)
      for _ in 0..<500 { counts[Int.random(in: 0..<10, using: &random)] += 1 }
      let test = try #require(ChiSquare(counts: counts, unit: .rpcs))
      #expect(!test.isSignificant)
      if test.p < 0.1 { low += 1 }
    }
    // 200 expected, standard deviation 13.4.
    #expect((140...260).contains(low))
  }

  /// e^x by its own series, so that the oracle shares nothing with what it checks.
  private func exponential(_ x: Double) -> Double {
    let half = x / 1024
    var term = 1.0
    var sum = 1.0
    for k in 1..<30 {
      term *= half / Double(k)
      sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
  }
}
