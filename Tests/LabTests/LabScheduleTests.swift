import Testing

@testable import Lab

@Suite("A lab's schedule")
struct LabScheduleTests {
  @Test("reads times and actions, in one word or many, and sorts them by time")
  func reading() throws {
    let steps = try LabSchedule([
      "20s", "kill=mygrpc-0", "1m30s restart ready=mygrpc-1", "500ms", "scale=8", "20s",
      "blackhole=b",
    ]).steps
    #expect(
      steps.map { "\($0.time) \($0.action)" } == [
        "0.5 seconds scale=8", "20.0 seconds kill=mygrpc-0", "20.0 seconds blackhole=b",
        "90.0 seconds restart", "90.0 seconds ready=mygrpc-1",
      ])
    #expect(try LabSchedule([]) == .none)
  }

  @Test(
    "says which word is wrong",
    arguments: [
      ("scale=8", 1, "scale=8"), ("10s", 2, nil), ("10s 20s", 2, "20s"),
      ("10s scale=x", 2, "scale=x"),
      ("10 scale=8", 1, "10"), ("10s scale=8 5x kill=a", 3, "5x"),
      ("10s restart=1", 2, "restart=1"),
      ("1s kill", 2, "kill"), ("1s kill=", 2, "kill="), ("1s scale=1001", 2, "scale=1001"),
      ("1s fly=a", 2, "fly=a"), ("1s scale=-1", 2, "scale=-1"),
    ])
  func failures(text: String, position: Int, found: String?) {
    #expect {
      try LabSchedule([text])
    } throws: { error in
      guard let failure = error as? LabSchedule.Failure else { return false }
      return failure.position == position && failure.found == found && !failure.expected.isEmpty
    }
  }

  @Test("every action reads back what it writes, with = and with a space")
  func roundTrip() throws {
    let actions: [LabAction] = [
      .scale(0), .scale(1000), .restart, .kill(pod: "a", .fin), .kill(pod: "a", .reset),
      .drain(pod: "a"), .blackHole(pod: "a"), .revive(pod: "a"), .setReady(true, pod: "a"),
      .setReady(false, pod: "a"),
    ]
    for action in actions {
      #expect(try LabAction("\(action)") == action)
      #expect(try LabAction("\(action)".split(separator: "=").joined(separator: " ")) == action)
    }
  }
}
