internal import Protobuf
internal import Reporting
internal import Transport

/// The plan once the messages of its method are known, where something depends on them.
struct PreparedCall {
  /// Its request has the message that was given as JSON.
  private(set) var plan: DistributePlan
  /// Where responses name their pod.
  private(set) var body: BodyIdentity?
  /// RPCs of lbcheck's own that it took.
  private(set) var probes = 0

  init(_ plan: DistributePlan, _ backends: Backends) async throws {
    self.plan = plan
    let fields = plan.identityFields
    guard plan.wire == .h2, plan.data != nil || fields != nil else { return }
    let lookup = try await MethodLookup(plan, backends)
    probes = lookup.probes
    let method = lookup.method
    guard !method.clientStreaming, !method.serverStreaming else {
      throw Problem.streaming(method)
    }
    if let data = plan.data {
      self.plan.request.message = try Self.message(data, of: method.input)
    } else if fields != nil, method.path == BodyIdentity.testService, plan.request.message.isEmpty {
      var message = DynamicMessage(method.input)
      try message.set("fill_server_id", to: .bool(true))
      self.plan.request.message = message.encoded()
    }
    if let fields {
      body = try Self.identity(fields, of: method)
      self.plan.request.keptBody = BodyIdentity.largestBody
    }
  }

  private static func message(
    _ data: JSONData, of type: MessageType
  ) throws(Problem) -> [UInt8] {
    do {
      return try DynamicMessage(type, json: data.text).encoded()
    } catch {
      throw Problem(
        phase: .usage, tried: "to make a \(type.fullName) of the JSON data",
        cameBack: Problem.bounded(error.description), next: Problem.bounded(shape(of: type)))
    }
  }

  /// For who does not have the .proto file at hand.
  private static func shape(of type: MessageType) -> String {
    guard !type.fields.isEmpty else { return "\(type.fullName) has no fields: give {}" }
    let fields = type.fields.prefix(20).map { "\($0.name) (\(kind(of: $0)))" }
    let rest = type.fields.count - fields.count
    return "\(type.fullName) has \(fields.joined(separator: ", "))"
      + (rest > 0 ? " and \(rest) more" : "")
  }

  private static func kind(of field: FieldDescriptor) -> String {
    switch field.shape {
    case .singular: field.kind.name
    case .list: "repeated \(field.kind.name)"
    case .map: "map"
    }
  }

  private static func identity(
    _ fields: [String], of method: Method
  ) throws(Problem) -> BodyIdentity {
    do {
      return try BodyIdentity(fields, of: method)
    } catch {
      throw Problem(
        phase: .usage,
        tried: "to find the pod's name in \(fields.joined(separator: ", ")) of a "
          + method.output.fullName,
        cameBack: Problem.bounded(error.description),
        next: "name a field with a single value; dots lead into messages: body:info.pod_name")
    }
  }
}

extension DistributePlan {
  /// The fields of the response that name the pod: the one that was asked for, or those of gRPC's
  /// own test service. Nil for none.
  fileprivate var identityFields: [String]? {
    switch identity {
    case .body(let field): [field]
    case .auto where request.path == BodyIdentity.testService: ["server_id", "hostname"]
    case .auto, .peer, .header, .channelz: nil
    }
  }
}

extension Problem {
  fileprivate static func streaming(_ method: Method) -> Problem {
    let streams =
      switch (method.clientStreaming, method.serverStreaming) {
      case (true, true): "requests and responses"
      case (true, false): "requests"
      default: "responses"
      }
    return Problem(
      phase: .usage, tried: "to call \(method.path)",
      cameBack: "it is no unary method: it streams \(streams)",
      next: "name a unary one with --method; a stream stays on the pod that it was opened to")
  }
}
