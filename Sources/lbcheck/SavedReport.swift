import FoundationEssentials
import Reporting

/// Reports that were written as JSON.
enum SavedReport {
  private struct Head: Decodable {
    var schema: String
  }

  static func schema(_ bytes: [UInt8]) throws(UnreadableInput) -> String {
    try decode(Head.self, bytes).schema
  }

  /// A report of distribute or merge.
  static func run(_ bytes: [UInt8]) throws(UnreadableInput) -> Report {
    let schema = try schema(bytes)
    guard schema == "lbcheck.report/v1" else {
      throw UnreadableInput(
        "its schema is \(schema), and lbcheck.report/v1 is wanted: a report of distribute")
    }
    return try decode(Report.self, bytes)
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8]
  ) throws(UnreadableInput) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw UnreadableInput("it is no report of lbcheck: \(error.words)")
    } catch {
      throw UnreadableInput("it is no report of lbcheck")
    }
  }
}
