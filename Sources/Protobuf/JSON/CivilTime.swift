/// A moment or a span as google.protobuf.Timestamp and Duration have it, and their JSON texts
/// (protobuf.dev/reference/protobuf/google.protobuf).
struct SecondsAndNanos: Equatable {
  var seconds: Int64
  var nanos: Int32

  /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
  static let timestampRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
  /// ±10,000 years.
  static let durationRange: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

  /// RFC 3339 in UTC; nil for what a Timestamp must not hold.
  var timestampText: String? {
    guard Self.timestampRange.contains(seconds), (0...999_999_999).contains(nanos) else {
      return nil
    }
    let days = seconds.flooredQuotient(by: 86_400)
    let rest = seconds - days * 86_400
    let (year, month, day) = civilDate(daysSince1970: days)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let time = "\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
    return "\(date)T\(time)\(Self.fraction(nanos))Z"
  }

  /// `1.5s`; nil for what a Duration must not hold.
  var durationText: String? {
    guard Self.durationRange.contains(seconds), abs(Int64(nanos)) <= 999_999_999,
      seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0)
    else { return nil }
    let sign = seconds < 0 || nanos < 0 ? "-" : ""
    return "\(sign)\(abs(seconds))\(Self.fraction(abs(nanos)))s"
  }

  /// Nothing, or 3, 6 or 9 digits.
  private static func fraction(_ nanos: Int32) -> String {
    if nanos == 0 { return "" }
    let digits = padded(Int64(nanos), 9)
    if nanos % 1_000_000 == 0 { return "." + digits.prefix(3) }
    return "." + (nanos % 1000 == 0 ? String(digits.prefix(6)) : digits)
  }

  /// RFC 3339 with any offset. Nil for other texts and for moments out of range.
  init?(timestamp text: String) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2),
      scanner.take("-"), let day = scanner.number(2), scanner.take("T"),
      let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2),
      scanner.take(":"), let second = scanner.number(2), let nanos = scanner.fraction(),
      let shift = scanner.offset(), scanner.isAtEnd,
      hour < 24, minute < 60, second < 60
    else { return nil }
    let days = daysSince1970(year: year, month: month, day: day)
    // A day that the month does not have comes back as another one.
    guard civilDate(daysSince1970: days) == (year, month, day) else { return nil }
    seconds = days * 86_400 + hour * 3600 + minute * 60 + second - shift
    self.nanos = nanos
    guard Self.timestampRange.contains(seconds) else { return nil }
  }

  /// Nil for other texts and for spans out of range.
  init?(duration text: String) {
    var scanner = DigitScanner(text)
    let isNegative = scanner.take("-")
    guard let whole = scanner.number(), let nanos = scanner.fraction(), scanner.take("s"),
      scanner.isAtEnd,
      whole < Self.durationRange.upperBound
        || (whole == Self.durationRange.upperBound && nanos == 0)
    else { return nil }
    seconds = isNegative ? -whole : whole
    self.nanos = isNegative ? -nanos : nanos
  }

  init(seconds: Int64, nanos: Int32) {
    self.seconds = seconds
    self.nanos = nanos
  }
}

private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) {
    rest = text[...].utf8
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: byte) else { return false }
    rest.removeFirst()
    return true
  }

  /// Exactly `count` digits, or as many as there are.
  mutating func number(_ count: Int? = nil) -> Int64? {
    let digits = rest.prefix(count ?? 18).prefix {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    guard !digits.isEmpty, count == nil || digits.count == count else { return nil }
    rest.removeFirst(digits.count)
    return Int64(String(Substring(digits)))
  }

  /// Nanoseconds of a fraction with its point; 0 where there is none.
  mutating func fraction() -> Int32? {
    guard take(".") else { return 0 }
    let before = rest.count
    guard let number = number() else { return nil }
    let digits = before - rest.count
    guard digits <= 9 else { return nil }
    return (digits..<9).reduce(Int32(number)) { value, _ in value * 10 }
  }

  /// `Z` or `+01:30`, in seconds.
  mutating func offset() -> Int64? {
    if take("Z") { return 0 }
    let isEast = take("+")
    guard isEast || take("-"), let hours = number(2), take(":"), let minutes = number(2),
      hours < 24, minutes < 60
    else { return nil }
    return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
  }
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`: years start in
/// March, so that the leap day is the last of its year; an era is 400 years of 146,097 days.
private func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let era = (daysSince1970 + 719_468).flooredQuotient(by: 146_097)
  let day = daysSince1970 + 719_468 - era * 146_097
  let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
  let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let shifted = (5 * dayOfYear + 2) / 153
  let month = shifted < 10 ? shifted + 3 : shifted - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
}

/// The same source, `days_from_civil`.
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
  let year = month <= 2 ? year - 1 : year
  let era = year.flooredQuotient(by: 400)
  let yearOfEra = year - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
