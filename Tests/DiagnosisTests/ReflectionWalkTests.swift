import Naming
import Protobuf
import Testing

@testable import Diagnosis
@testable import Transport

/// A walk against servers whose answers are made of the reflection service's own messages. What the
/// files hold is none of its business: the Protobuf room and the interop suite test that.
@Suite("What server reflection is asked")
struct ReflectionWalkTests {
  private typealias Failure = ReflectionWalk.Failure

  private func reflection() throws -> MessageType {
    try Schema.builtIn.method(named: "grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
      .output
  }

  private func answer(_ json: String) throws -> ProbeResult {
    .success([try DynamicMessage(reflection(), json: json).encoded()])
  }

  private func files(_ files: [UInt8]...) throws -> ProbeResult {
    let type = try reflection()
    let field = try type.field(named: "file_descriptor_response")
    var list = DynamicMessage(try #require(type.messageType(of: field)))
    try list.set("file_descriptor_proto", to: .list(files.map { .bytes($0) }))
    var message = DynamicMessage(type)
    try message.set(field.name, to: .message(list))
    return .success([message.encoded()])
  }

  private func text(_ field: UInt8, _ text: String) -> [UInt8] {
    [field << 3 | 2, UInt8(text.utf8.count)] + Array(text.utf8)
  }

  /// A FileDescriptorProto of a file that only imports.
  private func file(_ name: String, imports: [String] = []) -> [UInt8] {
    text(1, name) + imports.flatMap { text(3, $0) }
  }

  private func asked(_ step: ReflectionWalk.Step) -> [ReflectionWalk.Question] {
    if case .ask(let questions) = step { questions } else { [] }
  }

  private func failure(
    _ walk: inout ReflectionWalk, _ result: ProbeResult, to question: ReflectionWalk.Question? = nil
  ) -> Failure? {
    do {
      _ = try walk.received([(question ?? walk.first, result)])
      return nil
    } catch {
      return error
    }
  }

  @Test("v1 first, then v1alpha, then no more; a proxy's 404 is no reflection either")
  func versions() throws {
    for missing in [ProbeFailure.status(12), .notGRPC(404)] {
      var walk = ReflectionWalk(path: "/shop.Store/Buy")
      #expect(walk.first == .symbol("shop.Store"))
      #expect(walk.version == .v1)
      #expect(asked(try walk.received([(walk.first, .failure(missing))])) == [walk.first])
      #expect(walk.version == .v1alpha)
      #expect(failure(&walk, .failure(missing)) == .unsupported)
    }
  }

  @Test("imports are asked for by round, each once, until none is missing")
  func imports() throws {
    var walk = ReflectionWalk(path: "/shop.Store/Buy")
    let first = try files(file("a", imports: ["b", "c", "google/protobuf/any.proto"]))
    #expect(asked(try walk.received([(walk.first, first)])) == [.file("b"), .file("c")])
    // One of them is not there; nothing may need it.
    let next = try walk.received([
      (.file("b"), try files(file("b", imports: ["d"]))), (.file("c"), .failure(.status(5))),
    ])
    #expect(asked(next) == [.file("d")])
    #expect(
      failure(&walk, try files(file("d")), to: .file("d"))
        .map { if case .unknown(.unknownService("shop.Store", _)) = $0 { true } else { false } }
        == true)
  }

  @Test("a service that is not there: those that are, are listed")
  func unknownService() throws {
    for missing in [
      try answer(#"{"errorResponse": {"errorCode": 5, "errorMessage": "no"}}"#),
      .failure(.status(5)),
    ] {
      var walk = ReflectionWalk(path: "/shop.Stall/Buy")
      #expect(asked(try walk.received([(walk.first, missing)])) == [.services])
      let list = try answer(#"{"listServicesResponse": {"service": [{"name": "shop.Store"}]}}"#)
      #expect(
        failure(&walk, list, to: .services)
          == .unknown(.unknownService("shop.Stall", known: ["shop.Store"])))
    }
  }

  @Test("imports without end are given up")
  func endless() throws {
    var walk = ReflectionWalk(path: "/shop.Store/Buy")
    var questions = [walk.first]
    var rounds = 0
    var number = 0
    var failure: Failure?
    while failure == nil, rounds < 100 {
      #expect(questions.count <= ReflectionWalk.largestRound)
      rounds += 1
      let answers = try questions.map { question in
        let name = if case .file(let name) = question { name } else { "first" }
        let imports = (0..<3).map { "\(number + $0)" }
        number += 3
        return (question: question, result: try files(file(name, imports: imports)))
      }
      do {
        questions = asked(try walk.received(answers))
      } catch {
        failure = error
      }
    }
    #expect(failure == .implausible("more than 512 files that import each other"))
  }

  @Test("answers that make no sense, and errors, end the walk with their words")
  func nonsense() throws {
    var walk = ReflectionWalk(path: "/shop.Store/Buy")
    #expect(failure(&walk, .success([])) == .failed(.malformed))
    #expect(failure(&walk, .success([[0xFF]])) == .failed(.malformed))
    #expect(failure(&walk, .failure(.deadline)) == .failed(.deadline))
    #expect(
      failure(&walk, try answer(#"{"errorResponse": {"errorCode": 7, "errorMessage": "no"}}"#))
        == .refused(code: 7, message: "no"))
    #expect(
      failure(&walk, try answer(#"{"validHost": "x"}"#))
        == .implausible("an answer without files, services or an error"))
    #expect(
      failure(&walk, try answer(#"{"listServicesResponse": {}}"#))
        == .implausible("an answer to another question"))
    guard case .descriptors? = failure(&walk, try files([0xFF])) else {
      Issue.record("a file that cannot be read was taken")
      return
    }
  }
}
