import Naming

/// What the change of one endpoint costs in a Service of 10 slices and in one of 100, each of 100
/// endpoints: microseconds of CPU, on one line.
private func slice(_ index: Int, ready: Bool) -> EndpointSlice {
  EndpointSlice(
    name: "many-\(1000 + index)", addressType: .ipv4,
    ports: [.init(name: "grpc", number: 50051)],
    members: (0..<100).map { number in
      let address = index * 100 + number
      return .init(
        addresses: ["10.0.\(address >> 8).\(address & 255)"], ready: number > 0 || ready,
        pod: "many-\(address)", node: "node-\(number)", zone: "zone-a")
    })
}

private func microsecondsPerChange(slices: Int) -> Double {
  var set = EndpointSliceSet(port: .name("grpc"))
  set.apply(.listed((0..<slices).map { slice($0, ready: true) }))
  let changes = (0..<1000).map { slice($0 * 7 % slices, ready: $0.isMultiple(of: 2)) }
  let start = ContinuousClock.now
  for change in changes { set.apply(.applied(change)) }
  let time = ContinuousClock.now - start
  precondition(set.endpoints.count == slices * 100)
  return time / .microseconds(1) / Double(changes.count)
}

print(microsecondsPerChange(slices: 10), microsecondsPerChange(slices: 100))
