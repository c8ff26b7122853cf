/// Which response fields a caller wants to see, by slot. A field seen leaves the `ValuePool` id of
/// its value in that slot of `StreamEnd.notes`, or of its name where only that matters: values
/// that differ in every response would fill the pool.
package struct WatchList: Sendable {
  private struct Name {
    var start: Int
    var count: Int
    var slot: UInt8
  }

  // All names end to end: looking one up follows no references.
  private var texts: [UInt8] = []
  private var names: [Name] = []
  /// Slots whose note is the name.
  private let nameSlots: Set<UInt8>

  /// Slot by slot, at most 8, the field names (lower case) whose values go there. Of several
  /// names that share a slot the one that comes last on the wire wins.
  /// - Parameter named: slots that take the field's name in place of its value.
  package init(_ slots: [[String]], named: Set<UInt8> = []) {
    nameSlots = named
    precondition(slots.count <= 8, "a watch list has at most 8 slots")
    for (slot, names) in slots.enumerated() {
      for name in names {
        self.names.append(
          Name(start: texts.count, count: name.utf8.count, slot: UInt8(slot)))
        texts += name.utf8
      }
    }
  }

  func notesName(_ slot: UInt8) -> Bool { nameSlots.contains(slot) }

  /// The slot of a field name, or `FieldName.unwatched`.
  func slot(of name: UnsafeRawBufferPointer) -> UInt8 {
    texts.withUnsafeBytes { texts in
      for watched in names where watched.count == name.count {
        let text = texts[watched.start..<watched.start + watched.count]
        if name.equals(UnsafeRawBufferPointer(rebasing: text)) { return watched.slot }
      }
      return FieldName.unwatched
    }
  }
}
