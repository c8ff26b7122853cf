import Testing

extension LbcheckTests {
  @Suite("Usage errors")
  struct UsageErrorTests {
    /// Nothing is sent, nothing is on standard output, and the words are in what is said.
    private func refused(
      _ arguments: [String], _ words: String..., environment: [String: String] = [:]
    ) async throws {
      let output = try await Lbcheck.run(arguments, environment: environment)
      #expect(output.code == 64)
      #expect(output.standardOutput.isEmpty)
      for word in words { #expect(output.standardError.contains(word)) }
    }

    @Test("a missing TARGET never passes for success where a script may have lost it")
    func missingTarget() async throws {
      for command in ["distribute", "resolve", "watch"] {
        try await refused([command], "TARGET is missing", "--lab", environment: ["CI": "true"])
      }
      try await refused(["distribute", "--assert", "balanced"], "TARGET is missing", "--lab")
    }

    @Test("an empty TARGET is an error everywhere")
    func emptyTarget() async throws {
      for command in ["distribute", "resolve", "watch"] {
        try await refused([command, ""], "TARGET is empty", "--lab")
        try await refused([command, "", "--lab"], "TARGET")
      }
    }

    @Test("where a TARGET is looked up is not said of the lab, which has its own DNS and cluster")
    func lookUpOfTheLab() async throws {
      for command in ["compare", "distribute", "doctor", "resolve", "watch"] {
        try await refused([command, "--kubeconfig", "/nowhere"], "TARGET", "--kubeconfig")
        try await refused([command, "--lab", "--dns-server", "127.0.0.1"], "--dns-server", "--lab")
        try await refused([command, "-n", "shop"], "TARGET", "--namespace")
      }
    }

    @Test("the lab is there without a TARGET, and in CI when it is asked for")
    func labWithoutTarget() async throws {
      let implicit = try await Lbcheck.run("distribute", "--rpcs", "5")
      let asked = try await Lbcheck.run(
        "distribute", "--lab", "--rpcs", "5", environment: ["CI": "true"])
      #expect(implicit.code == 0)
      #expect(asked.code == 0)
    }

    @Test(
      "what was typed is not printed raw, and a header's value not at all",
      arguments: [
        ["--policy", "\u{1B}[31mX\n::error::Y"], ["--policy=\u{1B}[31mX\n::error::Y"],
        ["--assert", "a\n::error::Y\u{1B}"], ["\u{1B}[2J\n::error::Y"],
        ["-H", "authorization: Bearer SECRET\r"], ["-H", "Bearer SECRET"],
        ["--header=SECRET\n::error::Y"],
      ])
    func escaped(arguments: [String]) async throws {
      let output = try await Lbcheck.run(["distribute", "--lab"] + arguments)
      #expect(output.code == 64)
      let lines = output.standardError.split(separator: "\n")
      #expect(!lines.contains { $0.hasPrefix("::") }, "\(output.standardError)")
      #expect(!output.standardError.contains("\u{1B}"))
      #expect(!output.standardError.contains("SECRET"))
    }

    @Test("--lab and a TARGET exclude each other")
    func labAndTarget() async throws {
      for command in ["distribute", "resolve", "watch"] {
        try await refused([command, "mygrpc:50051", "--lab"], "either a TARGET or --lab")
      }
    }

    @Test(
      "a value that an option cannot take",
      arguments: [
        (["--rpcs", "0"], "--rpcs must be from 1"),
        (["--client", "rust"], "known: go, core, java, swift"),
        (["--service-config", "{"], "no JSON"),
        (["--service-config", "@/nowhere"], "No such file"),
        (["--service-config", "{}", "--policy", "round_robin"], "either --policy or"),
        (["--service-config", "{}", "--client", "swift"], "not known"),
        (["--service-config", "{}", "--protocol", "http1"], "not for --protocol http1"),
        (["--service-config", #"{"loadBalancingConfig":{}}"#], "not a list"),
        (["--keepalive-time", "0s"], "more than zero"),
        (["--keepalive-timeout", "5s"], "need --keepalive-time"),
        (["--keepalive-without-calls"], "need --keepalive-time"),
        (["--protocol", "http1", "--client", "core"], "not for --protocol http1"),
        (["--protocol", "http1", "--keepalive-time", "1m"], "not for --protocol http1"),
        (["--rpcs", "-5"], "--rpcs"),
        (["--rpcs", "many"], "many"),
        (["--rpcs", "5", "-z", "1s"], "either --rpcs or --duration"),
        (["-z", "0s"], "more than zero"),
        (["-z", "soon"], "1m30s"),
        (["--timeout", "5"], "500ms"),
        (["-c", "0"], "--concurrency must be from 1"),
        (["--channels", "0"], "--channels must be from 1"),
        (["--channels", "100001"], "100000"),
        (["--rate", "-1"], "--rate"),
        (["--rate", "nan"], "--rate must be from 0"),
        (["--policy", "nonsense"], "known: pick_first, round_robin, cluster_ip"),
        (["--identity", "guess"], "known: auto, channelz, peer, header:NAME, body:FIELD"),
        (["--identity", "header:"], "header:NAME"),
        (["--identity", "body:"], "body:FIELD"),
        (["-d", ""], "-d is empty"),
        (["-d", "{"], "line 1, column 2"),
        (["-d", "{} {}"], "something follows"),
        (["-d", "@/nowhere/request"], "No such file"),
        (["-d", "{}", "--data-hex", "00"], "either -d or --data-hex"),
        (["--protocol", "http1", "-d", "{}"], "--path"),
        (["--protocol", "http1", "--identity", "body:x"], "header:NAME"),
        (["--protocol", "http1", "--identity", "channelz"], "header:NAME"),
        (["--method", "Check"], "grpc.health.v1.Health/Check"),
        (["--data-hex", ""], "is a variable not set?"),
        (["--data-hex", "0g"], "'g' is not a hexadecimal digit"),
        (["--data-hex", "abc"], "odd"),
        (["--data-hex", "@/nowhere/request"], "No such file"),
        (["-H", "no colon"], "name: value"),
        (["-H", "te: trailers"], "gRPC itself"),
        (["-H", "grpc-timeout: 1S"], "gRPC itself"),
        (["--seed", "-1"], "seed"),
        (["--dns-server", "a b"], "--dns-server"),
        (["--plaintext", "--tls"], "--plaintext excludes"),
        (["--plaintext", "--cacert", "ca.pem"], "--plaintext excludes"),
        (["--cert", "client.pem"], "belong together"),
        (["-o", "xml"], "known: table, wide, json"),
        (["-o", "json="], "names no file"),
        (["-o", "json", "-o", "table"], "only one -o"),
        (["--color", "sometimes"], "auto"),
        (["--protocol", "http2"], "known: h2, http1"),
        (["--protocol", "http1", "--policy", "round_robin"], "keep_alive or cluster_ip"),
        (["--protocol", "http1", "--policy", "pick_first"], "keep_alive or cluster_ip"),
        (["--policy", "keep_alive"], "--protocol h2 takes"),
        (["--path", "/"], "--path needs --protocol http1"),
        (["--protocol", "http1", "--path", "x"], "is not a path"),
        (["--protocol", "http1", "--method", "a.B/C"], "--path"),
        (["--protocol", "http1", "--channels", "1001"], "from 1 to 1000"),
      ])
    func optionValues(options: [String], words: String) async throws {
      try await refused(["distribute", "ipv4:127.0.0.1:50051"] + options, words)
    }

    @Test(
      "an assertion that cannot be read shows the place",
      arguments: [
        ("skew<=x", 6), ("skwe<=1", 0), ("skew", 4), ("skew=1", 4), ("pods==1.5", 6),
        ("p99<=20", 7), ("", 0), ("max-share<=25q", 13),
      ])
    func assertions(text: String, offset: Int) async throws {
      let output = try await Lbcheck.run("distribute", "--lab", "--assert", text)
      #expect(output.code == 64)
      #expect(output.standardOutput.isEmpty)
      #expect(caret(in: output.standardError, under: text) == offset)
    }

    @Test(
      "a target that cannot be read shows the place and a form that works",
      arguments: [
        ("dns:///a..b:1", 9), ("mygrpc:", 7), ("mygrpc:http", 7), ("mygrpc:99999", 7),
        ("mygrpc:80:81", 9), ("dns:///", 7), ("dns://10.96.0.10", 16), ("a b:80", 1),
        ("ipv4:10.0.0.1", 13), ("ipv4:10.0.0.1:80,", 17), ("ipv4:999.0.0.1:80", 5),
        ("ipv6:2001:db8::1", 5), ("ipv6:[::1]", 10), ("[::1", 4), ("unix:", 5),
        ("kubernetes:///My.ns", 14), ("kubernetes://ns:80/svc", 15), ("svc/", 4), ("svc/a.b", 5),
        ("xds:///mygrpc", 0), ("https://mygrpc", 0),
      ])
    func targets(text: String, offset: Int) async throws {
      let output = try await Lbcheck.run("distribute", text)
      #expect(output.code == 64)
      #expect(output.standardOutput.isEmpty)
      #expect(caret(in: output.standardError, under: text) == offset)
      #expect(output.standardError.contains("for example: "))
    }

    @Test("control characters of a target do not reach the terminal")
    func escapes() async throws {
      let output = try await Lbcheck.run("distribute", "mygrpc:80\u{1b}[31m")
      #expect(output.code == 64)
      #expect(!output.standardError.unicodeScalars.contains("\u{1b}"))
      #expect(output.standardError.contains("\\u{1b}"))
    }

    /// The column of the caret below the line that repeats the text; nil where there is none.
    private func caret(in message: String, under text: String) -> Int? {
      let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
      guard
        let line = lines.indices.first(where: {
          lines[$0] == "  \(text)" && $0 + 1 < lines.count && lines[$0 + 1].contains("^ expected ")
        })
      else { return nil }
      return lines[line + 1].prefix { $0 == " " }.count - 2
    }
  }
}
