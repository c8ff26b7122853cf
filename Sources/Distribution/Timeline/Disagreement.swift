/// What keeps a watch from having settled: something that a channel has otherwise than DNS or the API.
package struct Disagreement: Hashable, Sendable {
  package enum Kind: Hashable, Sendable, CaseIterable {
    /// It is there to be found.
    case notListed
    /// It has ended.
    case stillListed
    /// It is listed, and the policy connects to all that are.
    case notConnected
    /// It is not listed.
    case stillConnected
    /// No list tells of it, behind a virtual IP, and it may hold the connection meanwhile.
    case terminating
  }

  package var kind: Kind
  /// The position of the resolver whose channel it is.
  package var lane: Int
  package var address: String
  /// From outside: escape it before it is shown.
  package var pod: String?
}
