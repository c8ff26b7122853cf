import ArgumentParser
import Glibc
import Lab
import Naming
import Reporting

/// Keeps a lab running for the interop suite: addresses as one line of JSON on standard output, and
/// one more for every command on standard input; it ends with its input.
struct LabCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab", abstract: "Keep the embedded lab running.", shouldDisplay: false)

  @Option(help: "How many pods.")
  var pods = 5

  @Option(help: "Seed of the virtual IP's and DNS's choices.")
  var seed: UInt64 = 0

  @Option(help: "At most so many endpoints in an EndpointSlice.")
  var sliceSize = 100

  @Option(
    name: .customLong("grant"),
    help: "What the restricted identity may do: VERB:[GROUP/]RESOURCE, repeatable.",
    transform: { text in
      guard let grant = Grant(text) else {
        throw ValidationError("'\(text)' is not VERB:RESOURCE or VERB:GROUP/RESOURCE")
      }
      return grant
    })
  var grants: [Grant] = []

  @OptionGroup(title: "Pods and time") var life: LabLifeOptions

  func validate() throws {
    guard (1...1000).contains(pods) else { throw ValidationError("--pods must be from 1 to 1000") }
    guard sliceSize > 0 else { throw ValidationError("--slice-size must be above 0") }
  }

  func run() async throws {
    var options = LabOptions()
    options.pods = pods
    options.seed = seed
    options.dnsOrder = .shuffled(seed: seed)
    options.kubernetes = KubernetesOptions()
    options.kubernetes?.sliceSize = sliceSize
    options.kubernetes?.grants = grants
    life.apply(to: &options)
    let cluster = try await LabCluster.start(options)
    let (kubeconfig, descriptor) = EmbeddedLab.temporaryFile()
    close(descriptor)
    defer { unlink(kubeconfig) }
    try await cluster.kubernetes?.writeKubeconfig(to: kubeconfig)
    let terminal = Terminal(color: .never)
    let schedule = life.begin(on: cluster, terminal)
    try terminal.output(try facts(cluster, kubeconfig: kubeconfig))
    while let line = readLine() {
      let answer: String
      do throws(LabInput.Failure) {
        answer = try await LabInput.obey(line, cluster)
      } catch {
        terminal.error("lbcheck lab: \(error)\n")
        continue
      }
      try terminal.output(answer + "\n")
    }
    schedule.cancel()
    try await cluster.stop()
  }

  private func facts(_ cluster: LabCluster, kubeconfig: String) throws -> String {
    let lab = try EmbeddedLab(cluster)
    let list = cluster.pods.map { #"{"name":"\#($0.name)","address":"\#($0.address)"}"# }
    return #"{"dns":"\#(cluster.dnsServer)","target":"\#(lab.headless.given)","#
      + #""cluster_ip_target":"\#(lab.clusterIP.given)","#
      + #""proxy_target":"\#(lab.proxy.given)","port":\#(cluster.port),"#
      + #""vip":"\#(cluster.virtualIP.address):\#(cluster.port)","#
      + #""kubernetes":"\#(cluster.kubernetes?.url ?? "")","kubeconfig":"\#(kubeconfig)","#
      + #""pods":[\#(list.joined(separator: ","))]}"# + "\n"
  }
}
