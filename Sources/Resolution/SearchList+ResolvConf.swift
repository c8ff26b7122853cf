private import Glibc

extension SearchList {
  /// What this machine's resolver would use: the environment (LOCALDOMAIN, RES_OPTIONS) goes before
  /// the file, and without any domain it is that of the host name (resolv.conf(5)).
  init(resolvConf path: String) {
    func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    var hostName = [CChar](repeating: 0, count: 256)
    gethostname(&hostName, hostName.count - 1)
    self.init(
      parsing: textFile(path) ?? "", domains: environment("LOCALDOMAIN"),
      options: environment("RES_OPTIONS"),
      hostName: String(
        decoding: hostName.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  /// - Parameters:
  ///   - domains: LOCALDOMAIN: replaces what the file says.
  ///   - options: RES_OPTIONS: read after those of the file.
  init(parsing text: String, domains: String?, options: String?, hostName: String) {
    var found: [String]?
    var dots = 1
    func read(options: some Sequence<Substring>) {
      for option in options where option.hasPrefix("ndots:") {
        // glibc caps it at 15.
        dots = Int(option.dropFirst(6)).map { min(max($0, 0), 15) } ?? dots
      }
    }
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let words = line.prefix { $0 != ";" }.split { $0 == " " || $0 == "\t" }
      switch words.first {
      // The last of the two counts.
      case "search": found = words.dropFirst().map(String.init)
      case "domain": found = words.dropFirst().prefix(1).map(String.init)
      case "options": read(options: words.dropFirst())
      default: break
      }
    }
    if let domains { found = domains.split(separator: " ").map(String.init) }
    if let options { read(options: options.split(separator: " ")) }
    let own = hostName.firstIndex(of: ".").map { String(hostName[hostName.index(after: $0)...]) }
    self.init(domains: found ?? own.map { [$0] } ?? [], ndots: dots)
  }
}
