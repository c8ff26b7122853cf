internal import Distribution
internal import Reporting

extension ReportBuilder {
  /// Nil where nothing was measured, or too many rows were counted to follow them.
  /// - Parameter order: positions of the pods in the report.
  func timeline(_ order: [Int]) -> Report.Timeline? {
    guard let began = counts.windowStartedAt, !counts.slices.slices.isEmpty else { return nil }
    var position = [Int](repeating: 0, count: order.count)
    for (new, old) in order.enumerated() { position[old] = new }
    let slices = counts.slices.slices
    var series = [[Int]](
      repeating: [Int](repeating: 0, count: slices.count), count: order.count)
    for (index, slice) in slices.enumerated() {
      for (row, count) in slice.answered.enumerated() {
        series[position[attribution.podOfRow[row]]][index] += count
      }
    }
    return Report.Timeline(
      from: milliseconds(began), step: Double(counts.slices.step) / 1e6, series: series,
      lost: slices.map(\.lost))
  }
}
