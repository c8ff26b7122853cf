/// A usage error in several lines, with what was typed escaped: it may have lines of its own, which would
/// be commands to a CI system, or move a terminal's cursor.
struct UsageMessage {
  /// Ends in a newline.
  let text: String

  init(_ message: String, arguments: [String]) {
    var message = message
    for argument in arguments.dropFirst() {
      var parts = [argument]
      if argument.hasPrefix("-"), let equals = argument.firstIndex(of: "=") {
        parts.append(String(argument[argument.index(after: equals)...]))
      }
      for part in parts where printable(part) != part {
        message = message.replacing(part, with: printable(part))
      }
    }
    text = message.split(separator: "\n", omittingEmptySubsequences: false)
      .map { printable($0) + "\n" }.joined()
  }
}
