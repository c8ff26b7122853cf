import Dispatch
import Glibc

/// A process that was started with nothing on its standard input, and whose output is collected.
final class Subprocess: Sendable {
  private typealias CloseFrom =
    @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

  /// `posix_spawn_file_actions_addclosefrom_np` of glibc 2.34, which the Glibc module does not show.
  private static let closeFrom: CloseFrom? =
    dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
      unsafeBitCast($0, to: CloseFrom.self)
    }

  struct Output: Sendable {
    /// What `exit` was called with; 128 + number where a signal ended the process, as in a shell.
    var code: Int32
    var standardOutput: String
    var standardError: String
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let id: pid_t
  private let command: String
  private let outputEnd: Int32
  private let errorEnd: Int32

  /// Starts the program at a path, with this environment and no other variable.
  /// - Parameter errorIsTerminal: its standard error is then a terminal without a size.
  init(
    _ path: String, _ arguments: [String], environment: [String: String], directory: String,
    errorIsTerminal: Bool = false
  ) throws {
    command = ([path] + arguments).joined(separator: " ")
    let output = try Self.pipe()
    let error = try errorIsTerminal ? Self.terminal() : Self.pipe()
    defer {
      close(output.write)
      close(error.write)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, error.write, STDERR_FILENO)
    // Labs of tests that run at the same time: a listener that a child holds open never closes.
    _ = Self.closeFrom?(&actions, STDERR_FILENO + 1)

    // POSIX's spawn cannot change the directory; the shell does, and then becomes the program.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory, path]
    var id = pid_t()
    let result = Self.withCStrings(shell + arguments) { arguments in
      Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
        posix_spawn(&id, shell[0], &actions, nil, arguments, environment)
      }
    }
    guard result == 0 else {
      close(output.read)
      close(error.read)
      throw Failure(description: "cannot start \(path): \(String(cString: strerror(result)))")
    }
    self.id = id
    outputEnd = output.read
    errorEnd = error.read
  }

  /// Nobody else's process gets it: the number is taken until somebody has waited for it.
  func signal(_ number: Int32) {
    if isRunning { kill(id, number) }
  }

  /// False as soon as it has ended, before and without anybody having waited for it.
  var isRunning: Bool {
    var information = siginfo_t()
    let result = waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
    return result == 0 && information.si_signo == 0
  }

  /// Waits until the process has ended and all of its output has come. Called once. A process that
  /// is still there after so many seconds is killed, and that is a failure.
  func output(within seconds: Int = 40) async throws -> Output {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(with: Result { try self.collect(seconds) })
      }
    }
  }

  private func collect(_ seconds: Int) throws -> Output {
    var texts: [Int32: [UInt8]] = [outputEnd: [], errorEnd: []]
    var open = [outputEnd, errorEnd]
    let deadline = Self.milliseconds + seconds * 1000
    var isLate = false
    while !open.isEmpty, !isLate {
      var polls = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let left = max(0, deadline - Self.milliseconds)
      guard poll(&polls, nfds_t(polls.count), Int32(left)) > 0 else {
        isLate = deadline <= Self.milliseconds
        continue
      }
      for entry in polls where entry.revents != 0 {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(entry.fd, &chunk, chunk.count)
        if count > 0 {
          texts[entry.fd, default: []] += chunk.prefix(count)
        } else {
          open.removeAll { $0 == entry.fd }
        }
      }
    }
    if isLate { kill(id, SIGKILL) }
    close(outputEnd)
    close(errorEnd)
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    let text = { (end: Int32) in String(decoding: texts[end] ?? [], as: UTF8.self) }
    guard !isLate else {
      throw Failure(description: "\(command) ran for \(seconds) s; it said: \(text(errorEnd))")
    }
    // As WIFEXITED and WEXITSTATUS read it.
    let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
    return Output(code: code, standardOutput: text(outputEnd), standardError: text(errorEnd))
  }

  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else {
      throw Failure(description: "no pipe: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// A pseudo-terminal, as pty(7) has it: both ends read and write.
  private static func terminal() throws -> (read: Int32, write: Int32) {
    let main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: UInt32 = 0
    guard main >= 0, ioctl(main, setLock, &locked) == 0, ioctl(main, getNumber, &number) == 0
    else { throw Failure(description: "no terminal: \(String(cString: strerror(errno)))") }
    return (main, open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC))
  }

  /// TIOCSPTLCK and TIOCGPTN of ioctl_tty(2); Swift does not see the macros that build them.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  private static var milliseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// Pointers as `execve` takes them, with a null at the end.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
