import Glibc
import Synchronization
import Testing

@testable import Kubernetes

/// Files of one test, gone with it.
final class Folder: Sendable {
  let path: String
  private let files = Mutex<Set<String>>([])

  init() throws {
    var template = Array("/tmp/lbcheck-kubernetes.XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    files.withLock { for file in $0 { unlink(file) } }
    rmdir(path)
  }

  /// - Returns: the file's path.
  @discardableResult
  func write(_ name: String, _ text: String, isProgram: Bool = false) throws -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_CREAT | O_WRONLY | O_TRUNC, isProgram ? 0o755 : 0o644)
    try #require(descriptor >= 0)
    let bytes = Array(text.utf8)
    #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    _ = files.withLock { $0.insert(file) }
    return file
  }
}

/// The error of something that must fail.
func kubernetesError(
  location: SourceLocation = #_sourceLocation,
  _ body: () async throws(KubernetesError) -> Void
) async throws -> KubernetesError {
  var caught: KubernetesError?
  do throws(KubernetesError) { try await body() } catch { caught = error }
  return try #require(caught, "no error", sourceLocation: location)
}

func load(
  _ settings: ClusterSettings = ClusterSettings(), _ environment: [String: String] = [:],
  serviceAccountFolder: String = "/nowhere"
) throws(KubernetesError) -> ClusterAccess {
  try ClusterAccess.load(
    settings, environment: { environment[$0] }, serviceAccountFolder: serviceAccountFolder)
}

/// A PEM text as far as its reader looks.
let somePEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
let someKey = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
