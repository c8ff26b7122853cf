/// The names that a resolver asks for in turn (resolv.conf(5)).
package struct SearchList: Hashable, Sendable {
  /// The `search` domains, in order.
  package var domains: [String]

  /// A name with at least this many dots is tried as it is first, else last.
  package var ndots: Int

  package init(domains: [String] = [], ndots: Int = 1) {
    self.domains = domains
    self.ndots = ndots
  }

  /// In the order of ares_search and glibc. A final dot makes a name absolute: it alone is asked.
  /// - Returns: the names without final dot, and which of them is the name as it is.
  func names(for name: String) -> (names: [String], asIs: Int) {
    if name.hasSuffix(".") { return ([String(name.dropLast())], 0) }
    let extended = domains.filter { $0 != "." }.map { "\(name).\($0)" }
    let dots = name.utf8.count { $0 == UInt8(ascii: ".") }
    return dots >= ndots ? ([name] + extended, 0) : (extended + [name], extended.count)
  }
}
