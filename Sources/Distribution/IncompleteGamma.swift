private import Glibc

/// The regularised upper incomplete gamma function Q(a, x) = Γ(a, x) ÷ Γ(a), for a > 0 and x ≥ 0.
///
/// Below x = a + 1 the power series of NIST DLMF 8.11.4 gives P = 1 − Q; above it the continued
/// fraction DLMF 8.9.2, evaluated by Lentz's method as modified by Thompson and Barnett (W. Press
/// et al., "Numerical Recipes", §5.2 and §6.2), gives Q itself, so that the far tail keeps its
/// relative accuracy.
func upperIncompleteGamma(_ a: Double, _ x: Double) -> Double {
  guard x > 0 else { return 1 }
  var sign: Int32 = 0
  let logGamma = lgamma_r(a, &sign)  // lgamma would write a global
  let front = exp(a * log(x) - x - logGamma)
  return x < a + 1 ? 1 - front * series(a, x) : front * continuedFraction(a, x)
}

/// Σ_{k≥0} x^k ÷ (a(a+1)…(a+k)). The terms shrink from the start because x < a + 1.
private func series(_ a: Double, _ x: Double) -> Double {
  var term = 1 / a
  var sum = term
  var k = a
  while term > sum * 1e-17 {
    k += 1
    term *= x / k
    sum += term
  }
  return sum
}

/// 1/(x+1−a− 1·(1−a)/(x+3−a− 2·(2−a)/(x+5−a− …))).
private func continuedFraction(_ a: Double, _ x: Double) -> Double {
  let tiny = 1e-300
  var b = x + 1 - a
  var c = 1 / tiny
  var d = 1 / b
  var value = d
  var k = 1.0
  while true {
    let numerator = -k * (k - a)
    b += 2
    d = numerator * d + b
    if abs(d) < tiny { d = tiny }
    c = b + numerator / c
    if abs(c) < tiny { c = tiny }
    d = 1 / d
    let factor = d * c
    value *= factor
    if abs(factor - 1) < 1e-15 || k > 1e6 { return value }
    k += 1
  }
}
