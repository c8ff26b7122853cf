/// A moment as RFC 3339 in UTC with milliseconds, for example `2026-01-31T08:05:09.042Z`.
/// - Parameter unixMilliseconds: since 1970-01-01T00:00:00Z; leap seconds are not counted.
package func timestamp(unixMilliseconds: Int64) -> String {
  let (days, rest) = unixMilliseconds.flooredDivision(by: 86_400_000)
  let (year, month, day) = civilDate(daysSince1970: days)
  func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
  let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60)
  let clock = "\(padded(hours, 2)):\(padded(minutes, 2)):\(padded(rest / 1000 % 60, 2))"
  return "\(date)T\(clock).\(padded(rest % 1000, 3))Z"
}

/// H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`: years start in
/// March, so that the leap day is the last of its year; an era is 400 years of 146,097 days.
private func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let (era, day) = (daysSince1970 + 719_468).flooredDivision(by: 146_097)
  let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
  let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shifted = (5 * dayOfYear + 2) / 153
  let month = shifted < 10 ? shifted + 3 : shifted - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
