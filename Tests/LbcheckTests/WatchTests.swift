import Glibc
import Lab
import Testing

extension LbcheckTests {
  @Suite("watch")
  struct WatchTests {
    /// The last of the JSON lines, as far as it is looked at here.
    private struct Summary: Decodable {
      struct Resolver: Decodable {
        var name: String
        var sent: Int
        var errors: Int
      }
      struct Assertion: Decodable {
        var held: Bool?
      }
      var type: String
      var interrupted: Bool
      var settled: Bool?
      var resolvers: [Resolver]
      var assertions: [Assertion]
    }

    private struct Line: Decodable {
      var type: String
    }

    private func summary(_ output: String) throws -> Summary {
      try decode(Summary.self, String(try #require(output.split(separator: "\n").last)))
    }

    @Test(
      "what it cannot take is refused before anything is sent",
      arguments: [
        (["--policy", "cluster_ip"], "pick_first or round_robin"),
        (["--via", "dns,carrier-pigeon"], "known: dns, kubernetes"),
        (["--via", "dns,dns"], "twice"), (["--via", ""], "unknown resolver"),
        (["--via", "dns", "--resolver", "dns"], "either --via or --resolver"),
        (["--rate", "0"], "--rate must be"), (["--time-scale", "0"], "--time-scale must be"),
        (["--during", ""], "is a variable not set?"), (["--settle", "1s"], "--during"),
        (["-z", "soon"], "1m30s"),
        (["--identity", "channelz"], "is for distribute"),
        (["--assert", "balanced"], "known here: "), (["--assert", "skew<=2"], "known here: "),
        (["--assert", "blind-spot<=70"], "a duration"), (["-o", "csv"], "csv"),
        (["--path", "/"], "HTTP/1.1"),
      ])
    func refused(arguments: [String], words: String) async throws {
      let output = try await Lbcheck.run(["watch", "mygrpc:50051"] + arguments)
      #expect(output.code == 64)
      #expect(output.standardOutput.isEmpty)
      #expect(output.standardError.contains(words), "\(output.standardError)")
    }

    @Test("what only a watch measures is not asserted elsewhere")
    func elsewhere() async throws {
      let output = try await Lbcheck.run("distribute", "--lab", "--assert", "blind-spot<=70s")
      #expect(output.code == 64)
      #expect(output.standardError.contains("lbcheck watch asserts it"))
    }

    @Test(
      "assertions and the command decide the exit code",
      arguments: [
        (["-z", "500ms"], 0), (["-z", "500ms", "--assert", "errors==0"], 0),
        (["-z", "500ms", "--assert", "errors>0"], 1),
        // No pod came.
        (["-z", "500ms", "--assert", "blind-spot<=70s"], 2),
        (["--during", "exit 7", "--settle", "100ms"], 3),
        (["--during", "kill -9 $$", "--settle", "100ms"], 3),
        (["--during", "exit 7", "--settle", "100ms", "--assert", "errors>0"], 1),
      ] as [([String], Int32)])
    func exitCodes(arguments: [String], code: Int32) async throws {
      try await withLab { lab in
        let output = try await Lbcheck.run(
          ["watch", lab.headlessTarget, "--policy", "round_robin"] + arguments)
        #expect(output.code == code, "\(output.standardError)")
        #expect(output.standardOutput.contains("first_rpc"))
        #expect(output.standardOutput.contains("BLIND SPOT"))
      }
    }

    @Test("nothing to watch is no measurement")
    func nothing() async throws {
      let output = try await Lbcheck.run("watch", "nowhere.invalid:1", "-z", "500ms")
      #expect(output.code == 3)
      #expect(output.standardError.contains("resolve:"), "\(output.standardError)")
      // Without an end of its own it ends when nothing can be connected, and starts no command.
      let closed = try await Lbcheck.run(
        "watch", "unix:/nowhere/socket", "--during", "echo began >&2")
      #expect(closed.code == 3)
      #expect(closed.standardError.contains("connect:"), "\(closed.standardError)")
      #expect(!closed.standardError.contains("began"))
    }

    @Test("-o json is a start, a line for each event, and a summary that counts what the pods did")
    func jsonLines() async throws {
      try await withLab { lab in
        let output = try await Lbcheck.run(
          "watch", lab.headlessTarget, "--policy", "round_robin", "-z", "1s", "-r", "100", "-o",
          "json")
        #expect(output.code == 0, "\(output.standardError)")
        let types = try output.standardOutput.split(separator: "\n").map {
          try decode(Line.self, String($0)).type
        }
        #expect(types.first == "start" && types.last == "summary")
        #expect(types.count > 7 && types.dropFirst().dropLast().allSatisfy { $0 == "event" })
        let answered = try await lab.answersByPod().values.reduce(0, +)
        #expect(try summary(output.standardOutput).resolvers.map(\.sent) == [answered])
      }
    }

    @Test("Ctrl-C ends it with its report, and ends the command")
    func interrupted() async throws {
      try await withLab { lab in
        let process = try Lbcheck.start([
          "watch", lab.headlessTarget, "-o", "json", "--during", "sleep 600",
        ])
        while try await lab.counts().allSatisfy({ $0.answered < 5 }) {
          try await Task.sleep(for: .milliseconds(5))
        }
        process.signal(SIGINT)
        let output = try await process.output(within: 20)
        #expect(output.code == 130, "\(output.standardError)")
        let summary = try summary(output.standardOutput)
        #expect(summary.interrupted && summary.settled == nil)
        #expect(summary.resolvers.first?.sent ?? 0 >= 5)
      }
    }

    @Test("on a terminal a live view is drawn on standard error and taken away; the table remains")
    func view() async throws {
      try await withLab { lab in
        let output = try await Lbcheck.start(
          ["watch", lab.headlessTarget, "--policy", "round_robin", "-z", "1s"],
          environment: ["TERM": "xterm"], errorIsTerminal: true
        ).output()
        #expect(output.code == 0)
        #expect(output.standardError.contains("watching for"))
        #expect(output.standardError.contains("connection "))
        #expect(output.standardError.hasSuffix("A\u{1b}[J"))
        #expect(!output.standardOutput.contains("first_rpc"))
        #expect(output.standardOutput.contains("BLIND SPOT"))
      }
    }

    @Test("-o html=FILE has the timeline")
    func html() async throws {
      try await withTemporaryDirectory { directory in
        try await withLab { lab in
          let output = try await Lbcheck.run(
            "watch", lab.headlessTarget, "-z", "500ms", "-q", "-o", "html=watch.html", in: directory
          )
          #expect(output.code == 0, "\(output.standardError)")
          let page = try #require(readFile(directory + "/watch.html"))
          #expect(page.contains("Pods over time") && page.contains("mygrpc-"))
          #expect(!page.contains("<script"))
        }
      }
    }
  }
}
