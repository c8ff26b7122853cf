import ArgumentParser
import Naming

extension Duration {
  /// A duration of an option, which must be more than zero.
  init(argument text: String) throws {
    guard let duration = Duration(parsing: text) else {
      throw ValidationError(
        "'\(printable(text))' is not a duration; for example: 500ms, 30s, 1m30s")
    }
    guard duration > .zero else {
      throw ValidationError("'\(printable(text))' must be more than zero")
    }
    self = duration
  }
}
