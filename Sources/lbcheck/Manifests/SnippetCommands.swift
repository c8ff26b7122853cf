import ArgumentParser
import Naming
import Reporting

extension SnippetLanguage: ExpressibleByArgument {}

struct ServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server",
    abstract: "The lines of a gRPC server that end connections after a while (MaxConnectionAge).",
    discussion: """
      Without them, clients that balance over DNS never see pods that come later.

      Example:
        lbcheck manifest server --language go --max-connection-age 1m
      """)

  @Option(help: "Of the server: go, java, python or cpp.")
  var language: SnippetLanguage

  @Option(help: "How long a connection may live.", transform: Duration.init(argument:))
  var maxConnectionAge = Duration.seconds(60)

  @Option(help: "How long RPCs then have to finish.", transform: Duration.init(argument:))
  var grace = Duration.seconds(30)

  func validate() throws {
    for (name, length) in [("--max-connection-age", maxConnectionAge), ("--grace", grace)]
    where length.components.attoseconds != 0 {
      throw ValidationError("\(name) must be whole seconds")
    }
  }

  func run() throws {
    let snippet = ServerSnippet(
      language: language, age: Int(maxConnectionAge.components.seconds),
      grace: Int(grace.components.seconds))
    try printText(snippet.text)
  }
}

struct ClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "The lines of a gRPC client that balances over all addresses of a target.",
    discussion: """
      Example:
        lbcheck manifest client dns:///mygrpc-headless.default:50051 --language python
      """)

  @Argument(
    help: ArgumentHelp(
      "What the client is given: the name of a headless Service, or kubernetes:///… for Go.",
      valueName: "target"))
  var target: String

  @Option(help: "Of the client: go, java, python or cpp.")
  var language: SnippetLanguage

  @Option(help: "pick_first or round_robin.", transform: ClientCommand.policy)
  var policy = "round_robin"

  private var isKubernetes: Bool { target.hasPrefix("kubernetes:") }

  func validate() throws {
    let parsed = try Target(argument: target, namespace: nil)
    if case .kubernetes = parsed.kind, !isKubernetes {
      throw ValidationError(
        "\(printable(target)) is no gRPC name; write kubernetes:///NAME.NAMESPACE:PORT, or the DNS name"
      )
    }
    if isKubernetes, language != .go {
      throw ValidationError(
        "kubernetes:/// needs kuberesolver, which only Go has; give the DNS name of a headless Service"
      )
    }
  }

  func run() throws {
    let snippet = ClientSnippet(
      language: language, target: target, policy: policy, usesKuberesolver: isKubernetes)
    try printText(snippet.text)
  }

  private static func policy(_ text: String) throws -> String {
    let name = text.replacing("-", with: "_")
    guard ["pick_first", "round_robin"].contains(name) else {
      throw ValidationError(
        "unknown policy '\(printable(text))'; every client has pick_first and round_robin")
    }
    return name
  }
}

private func printText(_ text: String) throws {
  let terminal = Terminal(color: .never)
  do {
    try terminal.output(text)
  } catch {
    throw failedOutput(error, terminal)
  }
}
