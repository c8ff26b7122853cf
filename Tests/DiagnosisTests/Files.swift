import Glibc
import Lab

/// The lab's certificates as PEM files in a folder of their own.
struct Files {
  let folder: String
  var authority: String { "\(folder)/ca.pem" }
  var certificate: String { "\(folder)/client.pem" }
  var key: String { "\(folder)/client.key" }

  struct Failed: Error { var path: String }

  init() throws {
    var template = Array("/tmp/lbcheck-test-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template) else { throw Failed(path: "/tmp") }
    folder = String(cString: path)
  }

  func write(_ certificates: LabCertificates) throws {
    try Self.write(certificates.authority, to: authority)
    try Self.write(certificates.client.certificate, to: certificate)
    try Self.write(certificates.client.key, to: key)
  }

  func remove() {
    for file in [authority, certificate, key] { unlink(file) }
    rmdir(folder)
  }

  private static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failed(path: path) }
    fputs(text, file)
    fclose(file)
  }
}
