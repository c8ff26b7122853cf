import ArgumentParser
import Lab
import Naming
import Reporting

/// Keeps a lab running for the interop suite: addresses as one line of JSON on standard output; on
/// `counts` on standard input a line with what every pod served; it ends with its input.
struct LabCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab", abstract: "Keep the embedded lab running.", shouldDisplay: false)

  @Option(help: "How many pods.")
  var pods = 5

  @Option(help: "Seed of the virtual IP's and DNS's choices.")
  var seed: UInt64 = 0

  func validate() throws {
    guard (1...1000).contains(pods) else { throw ValidationError("--pods must be from 1 to 1000") }
  }

  func run() async throws {
    var options = LabOptions()
    options.pods = pods
    options.seed = seed
    options.dnsOrder = .shuffled(seed: seed)
    let cluster = try await LabCluster.start(options)
    let lab = try EmbeddedLab(cluster)
    let terminal = Terminal(color: .never)
    let list = cluster.pods.map { #"{"name":"\#($0.name)","address":"\#($0.address)"}"# }
    try terminal.output(
      #"{"dns":"\#(cluster.dnsServer)","target":"\#(lab.headless.given)","#
        + #""cluster_ip_target":"\#(lab.clusterIP.given)","port":\#(cluster.port),"#
        + #""vip":"\#(cluster.virtualIP.address):\#(cluster.port)","#
        + #""pods":[\#(list.joined(separator: ","))]}"# + "\n")
    while let line = readLine() {
      guard line == "counts" else {
        terminal.error("lbcheck lab: unknown command; known: counts\n")
        continue
      }
      let counts = try await cluster.counts()
      let parts = zip(cluster.pods, counts).map { #""\#($0.name)":\#($1.answered)"# }
      try terminal.output("{\(parts.joined(separator: ","))}\n")
    }
    try await cluster.stop()
  }
}
