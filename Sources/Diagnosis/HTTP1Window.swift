/// The measuring window of an `HTTP1Run`.
struct HTTP1Window: MeasuringWindow {
  let run: HTTP1Run
  let reResolve: @Sendable (Int) -> Void

  func send(isFirst: Bool) async { await run.measure(isFirst: isFirst, reResolve: reResolve) }
  func counts() async -> Counts { await run.counts() }
  func endEarly() async -> Bool { await run.endWindow() }
}
