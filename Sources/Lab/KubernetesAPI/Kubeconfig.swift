private import FoundationEssentials
private import Glibc

/// Who can use the lab's API server, by the name of its context in a kubeconfig.
package enum LabIdentity: String, CaseIterable, Hashable, Sendable {
  case administrator = "lbcheck-lab"
  /// The service account.
  case restricted = "lbcheck-lab-restricted"
}

extension KubernetesAPI {
  /// A kubeconfig with a context for each identity, the administrator's being the current one, with
  /// the tokens of now.
  package func kubeconfig() async throws -> String {
    var users = ""
    var contexts = ""
    for identity in LabIdentity.allCases {
      users += """
        - name: \(identity.rawValue)
          user:
            token: \(try await token(identity))

        """
      contexts += """
        - name: \(identity.rawValue)
          context:
            cluster: lbcheck-lab
            namespace: default
            user: \(identity.rawValue)

        """
    }
    return """
      apiVersion: v1
      kind: Config
      current-context: \(LabIdentity.administrator.rawValue)
      clusters:
      - name: lbcheck-lab
        cluster:
          server: \(url)
          certificate-authority-data: \(Data(authority.utf8).base64EncodedString())
      contexts:
      \(contexts)users:
      \(users)
      """
  }

  /// Only the owner may read it. Throws `FileFailure`.
  package func writeKubeconfig(to path: String) async throws {
    try writePrivate(try await kubeconfig(), to: path)
  }

  /// The files `token`, `ca.crt` and `namespace`, as a pod finds them in
  /// `/var/run/secrets/kubernetes.io/serviceaccount`; `token` is that of now. Throws `FileFailure`.
  package func writeServiceAccount(to folder: String) async throws {
    try writePrivate(try await token(.restricted), to: "\(folder)/token")
    try writePrivate(authority, to: "\(folder)/ca.crt")
    try writePrivate("default", to: "\(folder)/namespace")
  }
}

/// A file that could not be written.
package struct FileFailure: Error, CustomStringConvertible {
  package let description: String
}

/// Readers find the old text or the new one, never a part.
private func writePrivate(_ text: String, to path: String) throws {
  let partial = "\(path).\(getpid()).partial"
  let failure = { FileFailure(description: "\(path): \(String(cString: strerror(errno)))") }
  let file = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  guard file >= 0 else { throw failure() }
  let bytes = Array(text.utf8)
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    guard count > 0 else { break }
    written += count
  }
  guard close(file) == 0, written == bytes.count, rename(partial, path) == 0 else {
    unlink(partial)
    throw failure()
  }
}
