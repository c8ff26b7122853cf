import Lab
import Naming
import Testing

extension LbcheckTests {
  @Suite("doctor")
  struct DoctorTests {
    static let cases: [([String], Int32)] = [
      (["--lab"], 1), (["--lab", "--policy", "round_robin"], 0),
      (["--lab", "--policy", "round-robin", "--failure-threshold", "info"], 1),
      (["--lab", "-o", "json"], 1), (["--lab", "-o", "short"], 1), (["--lab", "-o", "junit"], 1),
      (["--lab", "-o", "github"], 1), (["dns:///nowhere.invalid:1"], 1),
      (["--lab", "-o", "csv"], 64), (["--lab", "--policy", "random"], 64), (["dns:///a:x"], 64),
      (["--lab", "--failure-threshold", "fatal"], 64),
    ]

    @Test("exit codes follow the threshold, in every format", arguments: cases)
    func codes(arguments: [String], code: Int32) async throws {
      let output = try await Lbcheck.run(["doctor"] + arguments)
      #expect(output.code == code, "\(output.standardError)")
      #expect(output.standardOutput.isEmpty == (code == 64))
    }

    @Test("a name that the search list has to complete")
    func searchList() async throws {
      try await withLab(LabOptions()) { lab in
        let output = try await Lbcheck.run(
          ["doctor", "dns://\(lab.dnsServer)/mygrpc.default:\(lab.port)", "-o", "short"],
          environment: [
            "LOCALDOMAIN": "nowhere.test svc.cluster.local", "RES_OPTIONS": "ndots:5",
          ])
        #expect(output.standardOutput.contains("info LBC0123: "), "\(output.standardOutput)")
        #expect(output.standardOutput.contains("error LBC0102: "))
      }
    }

    @Test("the page has a section for every check, and no other")
    func sections() async throws {
      let output = try await Lbcheck.run("doctor", "--lab", "-o", "json")
      let codes = Set(
        output.standardOutput.split(separator: "\"").filter { $0.hasPrefix("LBC") }.map(String.init)
      )
      let page = try #require(readFile(Page.root + "docs/doctor.md"))
      let sections = Set(
        page.split(separator: "\n").filter { $0.hasPrefix("### LBC") }
          .map { String($0.dropFirst(4).prefix(7)) })
      #expect(sections == codes)
    }
  }
}
