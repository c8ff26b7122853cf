internal import Protobuf
internal import Transport

/// Learns a method's messages from server reflection: the file that declares the service, then what
/// it imports, until nothing is missing. A value: answers go in, questions come out, in rounds.
///
/// The service is asked for and not the method: grpcio knows no symbols of methods. Version v1 is
/// asked first, and v1alpha where there is none (gRFC A15). The number of questions, files and bytes
/// is bounded.
struct ReflectionWalk {
  enum Version: String {
    case v1, v1alpha
  }

  enum Question: Hashable, Sendable {
    case symbol(String)
    case file(String)
    /// Asked where the symbol is not known, to say which services are.
    case services
  }

  enum Step {
    /// All at once; the answers make the next round.
    case ask([Question])
    case found(Method)
  }

  enum Failure: Error, Equatable {
    /// Neither version is there.
    case unsupported
    case failed(ProbeFailure)
    /// The reflection service's own error.
    case refused(code: Int, message: String)
    case implausible(String)
    case unknown(LookupError)
    case descriptors(DescriptorError)
  }

  static let largestRound = 32
  static let largestFileCount = 512

  private let path: MethodPath
  private(set) var version = Version.v1
  private var pool = DescriptorPool()
  private var asked: Set<String> = []

  /// - Parameter path: `/pkg.Service/Method`.
  init(path: String) {
    self.path = MethodPath(path)
  }

  var first: Question { .symbol(path.service) }

  /// Takes the answers to a round.
  mutating func received(
    _ answers: [(question: Question, result: ProbeResult)]
  ) throws(Failure) -> Step {
    for (question, result) in answers {
      switch (question, try ReflectionMessages.answer(result, version)) {
      case (.symbol, .unimplemented):
        guard version == .v1 else { throw .unsupported }
        version = .v1alpha
        return .ask([first])
      case (.symbol, .notFound): return .ask([.services])
      case (.services, .services(let names)):
        throw .unknown(.unknownService(path.service, known: names))
      case (.services, _): throw .unknown(.unknownService(path.service, known: []))
      case (_, .files(let files)): try add(files)
      // No other file may need it.
      case (.file, .notFound): break
      case (_, .unimplemented): throw .failed(.status(12))
      case (_, .services), (_, .notFound):
        throw .implausible("an answer to another question")
      }
    }
    return try next()
  }

  private mutating func add(_ files: [[UInt8]]) throws(Failure) {
    for file in files {
      do {
        try pool.add(file)
      } catch {
        throw .descriptors(error)
      }
    }
  }

  private mutating func next() throws(Failure) -> Step {
    let missing = pool.missing.filter { !asked.contains($0) }.prefix(Self.largestRound)
    guard missing.isEmpty else {
      asked.formUnion(missing)
      guard asked.count <= Self.largestFileCount else {
        throw .implausible("more than \(Self.largestFileCount) files that import each other")
      }
      return .ask(missing.map { .file($0) })
    }
    let schema: Schema
    do {
      schema = try pool.link()
    } catch {
      throw .descriptors(error)
    }
    do {
      return .found(try schema.method(named: "\(path.service)/\(path.method)"))
    } catch {
      throw .unknown(error)
    }
  }
}
