internal import CAres
private import Glibc
import Naming

/// The c-ares channel with its options, and the C functions that lead back to Swift. Belongs to one
/// thread at a time: made by the client, then used by the DNS thread only.
final class AresChannel {
  private(set) var pointer: ares_channel?
  let sockets = AresSockets()

  /// poll(2) events by socket, as c-ares wants them now.
  private(set) var interest: [Int32: Int16] = [:]

  /// Announced with EDNS0 (RFC 6891): passes any path unfragmented (DNS flag day 2020).
  static let payloadSize: Int32 = 1232

  private let functions: UnsafeMutablePointer<ares_socket_functions>

  private static let libraryStatus = ares_library_init(Int32(ARES_LIB_INIT_ALL))

  init(_ configuration: DNSConfiguration) throws(DNSClientError) {
    functions = .allocate(capacity: 1)
    functions.initialize(to: Self.socketFunctions)
    try Self.check(Self.libraryStatus)
    try open(configuration)
    if let servers = configuration.servers { try use(servers) }
  }

  deinit {
    if let pointer { ares_destroy(pointer) }
    functions.deallocate()
  }

  /// Ends every query with ARES_EDESTRUCTION.
  func destroy() {
    if let pointer { ares_destroy(pointer) }
    pointer = nil
  }

  private func open(_ configuration: DNSConfiguration) throws(DNSClientError) {
    var options = ares_options()
    options.flags = ARES_FLAG_EDNS
    options.ednspsz = Self.payloadSize
    let (seconds, attoseconds) = configuration.timeout.components
    options.timeout = Int32(clamping: max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    options.tries = Int32(clamping: configuration.tries)
    options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
    options.sock_state_cb = { data, descriptor, readable, writable in
      guard let data else { return }
      let events = (readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0)
      let channel = Unmanaged<AresChannel>.fromOpaque(data).takeUnretainedValue()
      channel.interest[descriptor] = events == 0 ? nil : Int16(events)
    }
    var mask =
      ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
      | ARES_OPT_SOCK_STATE_CB | ARES_OPT_RESOLVCONF | ARES_OPT_NOROTATE
    lbcheck_ares_without_cache(&options, &mask)
    var path = configuration.resolvConf.utf8CString
    let status = path.withUnsafeMutableBufferPointer {
      options.resolvconf_path = $0.baseAddress
      return ares_init_options(&pointer, &options, mask)
    }
    try Self.check(status)
    ares_set_socket_functions(pointer, functions, Unmanaged.passUnretained(sockets).toOpaque())
  }

  private func use(_ servers: [NameServer]) throws(DNSClientError) {
    for server in servers where IPAddress(server.host) == nil {
      throw .serverIsNoAddress(server.host)
    }
    let list = servers.map(\.description).joined(separator: ",")
    try Self.check(ares_set_servers_ports_csv(pointer, list))
  }

  private static func check(_ status: Int32) throws(DNSClientError) {
    guard status != lbcheck_ares_success else { return }
    throw .library(String(cString: ares_strerror(status)))
  }

  private static func sockets(_ data: UnsafeMutableRawPointer?) -> AresSockets? {
    data.map { Unmanaged<AresSockets>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let socketFunctions = ares_socket_functions(
    asocket: { AresChannel.sockets($3)?.open($0, $1, $2) ?? -1 },
    aclose: { AresChannel.sockets($1)?.closeSocket($0) ?? -1 },
    aconnect: { AresChannel.sockets($3)?.connectSocket($0, $1, $2) ?? -1 },
    arecvfrom: { AresChannel.sockets($6)?.receive($0, $1, $2, $3, $4, $5) ?? -1 },
    asendv: { AresChannel.sockets($3)?.send($0, $1, $2) ?? -1 })
}
