import ArgumentParser
import Transport

struct SecurityOptions: ParsableArguments {
  @Flag(help: "Cleartext (the default).")
  var plaintext = false

  @Flag(help: "TLS, with ALPN for the protocol, the server's certificate verified.")
  var tls = false

  @Option(help: "PEM file with the CAs to trust instead of the system's.")
  var cacert: String?

  @Option(help: "PEM file with the client certificate; needs --key.")
  var cert: String?

  @Option(help: "PEM file with the client certificate's key; needs --cert.")
  var key: String?

  @Option(help: "The name to ask for and to verify, instead of the target's host.")
  var servername: String?

  @Flag(help: "Accept any server certificate. For diagnosis only.")
  var insecureSkipVerify = false

  private var hasDetails: Bool {
    cacert != nil || cert != nil || key != nil || servername != nil || insecureSkipVerify
  }

  func validate() throws {
    if plaintext, tls || hasDetails {
      throw ValidationError("--plaintext excludes --tls and its options")
    }
    if (cert == nil) != (key == nil) {
      throw ValidationError("--cert and --key belong together")
    }
  }

  /// Nil for cleartext. An option that only makes sense with TLS asks for TLS.
  var security: ClientSecurity.Options? {
    guard tls || hasDetails else { return nil }
    var options = ClientSecurity.Options()
    options.caFile = cacert
    options.certificateFile = cert
    options.keyFile = key
    options.serverName = servername
    options.skipsVerification = insecureSkipVerify
    return options
  }
}
