/// A message as declared. The messages and enums that its fields use are known by name; together
/// with the schema that has them it is a `MessageType`.
final class MessageDescriptor: Sendable {
  let fullName: String
  /// In the order of the .proto file.
  let fields: [FieldDescriptor]
  let oneofs: [String]
  let requiredFields: [FieldDescriptor]
  private let indexByNumber: [Int: Int]
  private let indexByName: [String: Int]

  /// Field numbers and names are expected to be unique.
  init(fullName: String, fields: [FieldDescriptor], oneofs: [String]) {
    self.fullName = fullName
    self.fields = fields
    self.oneofs = oneofs
    requiredFields = fields.filter(\.isRequired)
    var numbers: [Int: Int] = [:]
    var names: [String: Int] = [:]
    for (index, field) in fields.enumerated() {
      numbers[field.number] = index
      names[field.name] = index
    }
    // JSON names go first where one field's JSON name is another's own name.
    for (index, field) in fields.enumerated() { names[field.jsonName] = index }
    indexByNumber = numbers
    indexByName = names
  }

  func field(_ number: Int) -> FieldDescriptor? { indexByNumber[number].map { fields[$0] } }

  /// In the order of the .proto file.
  func fields(_ numbers: some Sequence<Int>) -> [FieldDescriptor] {
    numbers.compactMap { indexByNumber[$0] }.sorted().map { fields[$0] }
  }

  func field(named name: String) -> FieldDescriptor? { indexByName[name].map { fields[$0] } }
}
