package import Naming

/// How DNS is asked. Everything that is nil comes from resolv.conf.
package struct DNSConfiguration: Hashable, Sendable {
  /// Asked in this order. Each host must be an IP address.
  package var servers: [NameServer]?

  /// What the name is extended by.
  package var search: SearchList?

  /// How long one server may take for the first try; every further round of all servers doubles it.
  /// c-ares since 1.31 waits less where that server has been quick so far.
  package var timeout: Duration = .seconds(2)

  /// How often each server is asked.
  package var tries = 2

  /// Nil: the hosts file is not looked at.
  package var hostsFile: String? = "/etc/hosts"

  package var resolvConf = "/etc/resolv.conf"

  package init() {}

  package init(servers: [NameServer]) { self.servers = servers }
}
