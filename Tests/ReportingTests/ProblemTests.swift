import Reporting
import Testing

@Suite("Problems")
struct ProblemTests {
  private let problem = Problem(
    phase: .connect, tried: "to connect for the first RPC", on: "127.0.0.1:50051",
    cameBack: "connection refused", next: "check that a gRPC server listens there")

  @Test("For people: phase, what was tried and where, what came back, what to try")
  func lines() {
    #expect(
      render(problem, as: .table, style: Style()) == """
        lbcheck: connect: tried to connect for the first RPC on 127.0.0.1:50051
          came back: connection refused
          try next:  check that a gRPC server listens there

        """)
  }

  @Test("Where there is nothing to say, there is no line")
  func short() {
    let problem = Problem(phase: .usage, tried: "to read --rpcs 0", cameBack: "not a count")
    #expect(
      render(problem, as: .wide, style: Style()) == """
        lbcheck: usage: tried to read --rpcs 0
          came back: not a count

        """)
  }

  @Test("Long answers are wrapped under their label")
  func wrapping() {
    var problem = problem
    problem.cameBack = "a TLS alert, which a server sends that wants a certificate"
    problem.next = nil
    #expect(
      render(problem, as: .table, style: Style(width: 40)) == """
        lbcheck: connect: tried to connect for the first RPC on 127.0.0.1:50051
          came back: a TLS alert, which a server
                     sends that wants a
                     certificate

        """)
  }

  @Test("For scripts: one object")
  func json() {
    #expect(
      render(problem, as: .json, style: Style()) == """
        {
          "schema": "lbcheck.error/v1",
          "phase": "connect",
          "tried": "to connect for the first RPC",
          "on": "127.0.0.1:50051",
          "came_back": "connection refused",
          "next": "check that a gRPC server listens there"
        }

        """)
  }
}
