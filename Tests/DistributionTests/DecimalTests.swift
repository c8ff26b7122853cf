import Distribution
import Testing

@Suite("Decimal text")
struct DecimalTests {
  @Test(
    "Fixed places, rounded",
    arguments: [
      (0.0, 2, "0.00"), (1.0, 0, "1"), (1.005, 1, "1.0"), (0.05, 1, "0.1"), (12.3456, 3, "12.346"),
      (-0.001, 2, "0.00"), (-1.5, 1, "-1.5"), (999.999, 2, "1000.00"), (0.007, 2, "0.01"),
      (1e-7, 6, "0.000000"), (1_234_567.25, 2, "1234567.25"),
    ])
  func fixed(value: Double, places: Int, text: String) {
    #expect(value.decimal(places) == text)
  }

  @Test("Huge and infinite values are shown as they are")
  func huge() {
    #expect(Double.infinity.decimal(2) == "inf")
    #expect(1e300.decimal(2) == "1e+300")
  }

  @Test("Rounded values print short")
  func rounded() {
    #expect((0.1 + 0.2).rounded(places: 6).description == "0.3")
    #expect((1.0 / 3).rounded(places: 6).description == "0.333333")
    #expect(1e300.rounded(places: 6) == 1e300)
  }
}
