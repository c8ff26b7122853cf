import Reporting
import Testing

@Suite("The demo's report")
struct DemoReportTests {
  private func claim(_ name: String, held: Bool, timeScale: Double? = nil) -> DemoReport.Claim {
    DemoReport.Claim(
      name: name, claim: "a pod is noticed", expected: "no RPC is lost",
      measured: held ? "0 lost" : "3 lost", held: held, timeScale: timeScale)
  }

  private func report(_ claims: DemoReport.Claim...) -> DemoReport {
    DemoReport(version: "test", seed: 7, duration: 1.25, claims: claims)
  }

  @Test("a claim that failed shows what was expected beside what was measured")
  func failed() {
    let report = report(claim("one", held: true), claim("two", held: false, timeScale: 20))
    #expect(!report.holds)
    #expect(
      render(report, as: .table, style: Style()) == """
        √ a pod is noticed
          0 lost (one)
        × a pod is noticed
          3 lost; 1 s here stands for 20 s (two)
          expected: no RPC is lost

        Result           1 of 2 failed, seed 7: two

        """)
  }

  @Test("all hold")
  func holds() {
    let report = report(claim("one", held: true), claim("two", held: true))
    #expect(report.holds)
    #expect(
      report.summary(style: Style()) == "Result           all 2 hold, in 1.3 s, seed 7\n")
    #expect(render(report, as: .json, style: Style()).contains("\"time_scale\": null"))
  }
}
