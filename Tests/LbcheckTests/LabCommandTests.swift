import Glibc
import Lab
import Testing

extension LbcheckTests {
  @Suite("lab")
  struct LabCommandTests {
    /// Runs a shell's line in the lab; the folder for its files is the test's own, and empty afterwards.
    private func lab(
      _ options: [String] = [], _ line: String, then check: (Subprocess.Output) throws -> Void
    ) async throws {
      try await withTemporaryDirectory { folder in
        let output = try await Lbcheck.run(
          ["lab"] + options + ["--", "/bin/sh", "-c", line],
          environment: ["TMPDIR": folder, "LBCHECK": Lbcheck.path])
        try check(output)
        #expect(fileNames(in: folder).isEmpty)
      }
    }

    @Test("a client is judged by what the pods counted", arguments: ["pick_first", "round_robin"])
    func client(policy: String) async throws {
      let line = """
        "$LBCHECK" distribute "$LBCHECK_TARGET_DNS" --policy \(policy) --rpcs 500 -r 0 -q -o json >&2
        """
      try await lab(["-q", "-o", "json"], line) { output in
        #expect(output.code == 0)
        let (pods, own) = (try Report(output.standardOutput), try Report(output.standardError))
        #expect(pods.command == "lab")
        #expect(pods.source == "lab")
        #expect(pods.addsUp)
        #expect(
          pods.pods.map { $0.rpcs + $0.warmup }.sorted()
            == own.pods.map { $0.rpcs + $0.warmup }.sorted())
        #expect(pods.verdict.outcome == (policy == "pick_first" ? "pinned" : "balanced"))
      }
    }

    @Test("through the API and through the virtual IP, as through DNS")
    func otherWays() async throws {
      let line = """
        "$LBCHECK" distribute "$LBCHECK_TARGET_KUBERNETES" --policy round_robin --rpcs 100 -r 0 -q &&
        "$LBCHECK" distribute "ipv4:$LBCHECK_VIP" --rpcs 100 -r 0 -q
        """
      try await lab(["-q", "-o", "json=/dev/fd/2"], line) { output in
        #expect(output.code == 0)
        let report = try Report(output.standardError)
        #expect(report.addsUp)
        #expect(report.rpcs.answered + report.rpcs.warmup >= 200)
        #expect(report.connections.count >= 6)
        #expect(output.standardError.contains("endpointslices"))
      }
    }

    @Test("the program finds a service account, as a pod would")
    func serviceAccount() async throws {
      let line = """
        cd "$LBCHECK_SERVICEACCOUNT" && cat namespace && test -s token && grep -c BEGIN ca.crt &&
        stat -c %a "$(dirname "$KUBECONFIG")" && echo "$KUBERNETES_SERVICE_HOST"
        """
      try await lab(["-q", "-o", "json=/dev/null"], line) { output in
        #expect(output.code == 0)
        #expect(output.standardOutput == "default1\n700\n127.0.0.1\n")
      }
    }

    @Test(
      "exit codes: a failed assertion, the program's own, an undecided assertion",
      arguments: [
        (["--assert", "balanced"], "exit 7", 7), ([], "exit 7", 7),
        (["--assert", "pinned"], ":", 2), ([], "kill -9 $$", 137), ([], ":", 0),
        (
          ["--assert", "balanced"],
          #""$LBCHECK" distribute "$LBCHECK_TARGET_DNS" -r 0 -q; exit 7"#, 1
        ),
      ] as [([String], String, Int32)])
    func exitCodes(options: [String], line: String, code: Int32) async throws {
      try await lab(options, line) { output in
        #expect(output.code == code, "\(output.standardError)")
        #expect(output.standardOutput.contains("Verdict"))
      }
    }

    @Test("a program that never connects: 0 connections, and what it asked")
    func neverConnects() async throws {
      let line = #""$LBCHECK" resolve "$LBCHECK_TARGET_DNS" -q >/dev/null"#
      try await lab(["-q"], line) { output in
        #expect(output.code == 0)
        #expect(output.standardOutput.contains("0 connections"))
        #expect(output.standardOutput.contains("A mygrpc.default.svc.cluster.local (1)"))
      }
    }

    @Test("pods that come and go while the program runs, and when it noticed")
    func schedule() async throws {
      let line = #""$LBCHECK" distribute "$LBCHECK_TARGET_DNS" -z 600ms -q >/dev/null"#
      let options = ["-q", "--pods", "2", "--at", "100ms", "scale=3", "200ms", "drain=mygrpc-0"]
      try await lab(options, line) { output in
        #expect(output.code == 0, "\(output.standardError)")
        #expect(output.standardOutput.contains("LBC0184"))
        #expect(output.standardOutput.contains("mygrpc-2 ready at 0.1"))
        #expect(output.standardOutput.contains("mygrpc-0 gone at 0.2"))
        #expect(output.standardOutput.contains("changed 2 times"))
      }
    }

    @Test("a step that cannot be done is said, and the run is not what was asked for")
    func failedStep() async throws {
      let line = #""$LBCHECK" distribute "$LBCHECK_TARGET_DNS" -z 400ms -q >/dev/null"#
      try await lab(["-q", "--at", "100ms", "kill=nobody"], line) { output in
        #expect(output.code == 3)
        #expect(output.standardError.contains("at 0.1 s, kill=nobody: no pod is named 'nobody'"))
        #expect(output.standardOutput.contains("Verdict"))
      }
    }

    @Test(
      "what cannot be run is said, with the shell's exit codes",
      arguments: [("/no/such/program", 127), ("no-such-program", 127), ("/etc/passwd", 126)])
    func cannotRun(program: String, code: Int32) async throws {
      try await withTemporaryDirectory { folder in
        let output = try await Lbcheck.run(
          ["lab", "-q", "--", program], environment: ["TMPDIR": folder])
        #expect(output.code == code)
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.contains("cannot run \(program)"))
        #expect(fileNames(in: folder).isEmpty)
      }
    }

    @Test(
      "usage errors come before anything is started",
      arguments: [
        (["--upstream", "localhost", "--", "true"], "HOST:PORT"),
        (["--upstream", "::1:50051", "--", "true"], "HOST:PORT"),
        (["--assert", "p99<=1ms", "--", "true"], "do not see"), (["--"], "no command"),
        (["--", "", "-x"], "no command"),
        (["--at", "1s", "scal=4", "--", "true"], "word 2: found 'scal=4', expected scale=N"),
        (["--kill-after", "1s"], "after --"), (["--pods", "0", "--", "true"], "--pods"),
        (["true"], "Unexpected argument"),
      ])
    func usage(arguments: [String], words: String) async throws {
      let output = try await Lbcheck.run(["lab"] + arguments)
      #expect(output.code == 64)
      #expect(output.standardError.contains(words), "\(output.standardError)")
    }

    @Test("a server that is not there is found before the program starts")
    func noServer() async throws {
      try await lab(["--upstream", "127.0.0.1:1"], "echo ran") { output in
        #expect(output.code == 3)
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.contains("Connection refused"))
      }
    }

    @Test("a port that is taken is an error that says so")
    func portTaken() async throws {
      let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let port = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          _ = bind(socket, address, length)
          _ = listen(socket, 1)
          _ = getsockname(socket, address, &length)
        }
        return UInt16(bigEndian: pointer.pointee.sin_port)
      }
      try await lab(["--port", "\(port)"], "echo ran") { output in
        #expect(output.code == 3)
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.contains("in use"), "\(output.standardError)")
      }
    }

    @Test(
      "signals go on to the program; its exit code is ours",
      arguments: [(SIGTERM, "TERM"), (SIGINT, "INT"), (SIGHUP, "HUP")] as [(Int32, String)])
    func signals(number: Int32, name: String) async throws {
      let output = try await signalled(
        number, [],
        "trap 'echo got \(name); exit 5' \(name); touch ready; while :; do sleep 0.02; done")
      #expect(output.code == 5)
      #expect(output.standardOutput.hasPrefix("got \(name)\n"))
      #expect(try Report(String(output.standardOutput.dropFirst(5 + name.count))).interrupted)
    }

    @Test("a program that does not heed SIGTERM is killed, with what it started")
    func ignoresSIGTERM() async throws {
      let output = try await signalled(
        SIGTERM, ["--kill-after", "100ms"],
        #"trap "" TERM; sleep 1000 & echo $!; touch ready; while :; do sleep 0.02; done"#)
      #expect(output.code == 137)
      let lines = output.standardOutput.split(separator: "\n", maxSplits: 1)
      let child = try #require(lines.first.flatMap { pid_t($0) })
      // Gone, or waiting for whoever inherited it.
      while let status = readFile("/proc/\(child)/stat"), !status.contains(") Z ") {
        try await Task.sleep(for: .milliseconds(2))
      }
    }

    @Test("in the foreground it says where it is, and reports at the end of its input")
    func foreground() async throws {
      try await withTemporaryDirectory { folder in
        let output = try await Lbcheck.run(
          ["lab", "-o", "json", "--seed", "5"], environment: ["TMPDIR": folder])
        #expect(output.code == 0)
        let parts = output.standardOutput.split(separator: "\n", maxSplits: 1)
        #expect(parts.first?.contains(#""kubeconfig":"\#(folder)"#) == true)
        let report = try Report(String(parts.last ?? ""))
        #expect(report.seed == 5)
        #expect(report.rpcs.sent == 0)
        #expect(fileNames(in: folder).isEmpty)
      }
    }

    @Test("a program gets no descriptor of ours in place of a standard one")
    func closedDescriptors() async throws {
      for (line, code, words) in [
        (#""$LBCHECK" lab -q -o json=/dev/null -- cat <&-"#, 1, "cat: -: Bad file descriptor"),
        (#""$LBCHECK" lab -q -o json -- true >&-"#, 3, "standard output: Bad file descriptor"),
      ] {
        try await lab(["-q", "-o", "json=/dev/null"], line) { output in
          #expect(output.code == code)
          #expect(output.standardError.contains(words), "\(output.standardError)")
          #expect(output.standardOutput.isEmpty)
        }
      }
    }

    @Test("a folder's name is one word for a shell and one string in JSON, whatever is in it")
    func strangeFolder() async throws {
      try await withTemporaryDirectory { parent in
        let folder = #"\#(parent)/it's "here" \#u{1B}"#
        #expect(mkdir(folder, 0o700) == 0)
        for (options, words) in [
          ([], #"export KUBECONFIG='\#(parent)/it'\''s "here" \u{1B}/lbcheck-lab."#),
          (["-o", "json"], #""kubeconfig":"\#(parent)/it's \"here\" \u001b/lbcheck-lab."#),
        ] {
          let output = try await Lbcheck.run(["lab"] + options, environment: ["TMPDIR": folder])
          #expect(output.code == 0)
          #expect(output.standardOutput.contains(words), "\(output.standardOutput)")
          #expect(fileNames(in: folder).isEmpty)
        }
      }
    }

    /// Sends a signal once the line has made the file `ready`.
    private func signalled(
      _ number: Int32, _ options: [String], _ line: String
    ) async throws -> Subprocess.Output {
      try await withTemporaryDirectory { folder in
        let process = try Lbcheck.start(
          ["lab", "-q", "-o", "json"] + options + ["--", "/bin/sh", "-c", line],
          environment: ["TMPDIR": folder], in: folder)
        while !fileNames(in: folder).contains("ready"), process.isRunning {
          try await Task.sleep(for: .milliseconds(2))
        }
        process.signal(number)
        let output = try await process.output(within: 20)
        #expect(fileNames(in: folder) == ["ready"])
        return output
      }
    }
  }
}
