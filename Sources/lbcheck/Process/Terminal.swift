import ArgumentParser
import Glibc
import Reporting

enum ColorChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

/// Standard output and standard error, and what they can show.
struct Terminal: Sendable {
  let outputStyle: Style
  let errorStyle: Style
  let errorIsTerminal: Bool

  init(color: ColorChoice) {
    let unicode = Self.localeIsUTF8
    outputStyle = Style(
      color: Self.wantsColor(color, STDOUT_FILENO), unicode: unicode,
      width: Self.width(STDOUT_FILENO))
    errorStyle = Style(
      color: Self.wantsColor(color, STDERR_FILENO), unicode: unicode,
      width: Self.width(STDERR_FILENO))
    errorIsTerminal = isatty(STDERR_FILENO) == 1
  }

  /// The NO_COLOR convention (no-color.org): any value but the empty one.
  private static func wantsColor(_ choice: ColorChoice, _ descriptor: Int32) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .auto:
      isatty(descriptor) == 1 && (environment("NO_COLOR") ?? "").isEmpty
        && environment("TERM") != "dumb"
    }
  }

  private static func width(_ descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }

  /// The first of these that is set decides (POSIX.1-2017 §8.2). Where none is set, as in most
  /// containers, UTF-8 is taken for granted.
  private static var localeIsUTF8: Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = environment(name), !value.isEmpty else { continue }
      let lower = value.lowercased()
      return lower.contains("utf-8") || lower.contains("utf8")
    }
    return true
  }

  /// Throws `FileError`.
  func output(_ text: String) throws {
    do {
      try Self.write(text, to: STDOUT_FILENO)
    } catch {
      throw FileError(file: "standard output", reason: "\(error)")
    }
  }

  /// What cannot be said on standard error cannot be said.
  func error(_ text: String) { try? Self.write(text, to: STDERR_FILENO) }

  struct WriteError: Error, CustomStringConvertible {
    var code: Int32
    var description: String { String(cString: strerror(code)) }
  }

  static func write(_ text: String, to descriptor: Int32) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, -1)
          continue
        }
        throw WriteError(code: errno)
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// An environment variable, nil where it is not set.
func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
