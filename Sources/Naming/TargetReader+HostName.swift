extension TargetReader {
  /// Checks a DNS name (RFC 1035 §2.3.4, RFC 2181 §11): labels of 1 to 63 characters, 253 in all
  /// without the final dot. Underscores are allowed, as resolvers allow them.
  func hostName(_ slice: Substring, example: String) throws(TargetError) -> String {
    let index = slice.unicodeScalars.firstIndex { !isNameCharacter($0) && $0 != "." }
    if let index {
      let scalar = slice.unicodeScalars[index]
      let problem =
        scalar.isASCII
        ? "'\(TargetError.escaped(scalar))' cannot stand in a host name"
        : "a host name is ASCII; an international one is written in its xn-- form"
      throw failure(
        at: index, problem, expected: "a letter, a digit, '-', '_', '.', or ':' and a port",
        example: example)
    }
    let relative = slice.last == "." ? slice.dropLast() : slice
    for label in relative.split(separator: ".", omittingEmptySubsequences: false) {
      if label.isEmpty {
        throw failure(
          at: label.startIndex, "a part of the host name is empty",
          expected: "a letter, a digit, '-' or '_'", example: example)
      }
      try limit(label, to: 63, "a part of the host name", example: example)
    }
    try limit(relative, to: 253, "the host name", example: example)
    return String(slice)
  }

  /// Checks the name of a Kubernetes Service, namespace or port (RFC 1123 label, lower case).
  func kubernetesName(
    _ slice: Substring, _ what: String, example: String
  ) throws(TargetError) -> String {
    guard let first = slice.unicodeScalars.first else {
      throw failure(
        at: slice.startIndex, "the \(what) is missing", expected: "a \(what)", example: example)
    }
    let bad = slice.unicodeScalars.firstIndex { !isLabelCharacter($0) }
    if let index = first == "-" ? slice.startIndex : bad {
      throw failure(
        at: index,
        "'\(TargetError.escaped(slice.unicodeScalars[index]))' cannot stand here in a \(what)",
        expected: "a lower-case letter, a digit or '-'", example: example)
    }
    if slice.last == "-" {
      throw failure(
        at: slice.index(before: slice.endIndex), "a \(what) does not end in '-'",
        expected: "a lower-case letter or a digit", example: example)
    }
    try limit(slice, to: 63, "the \(what)", example: example)
    return String(slice)
  }

  private func limit(
    _ slice: Substring, to length: Int, _ what: String, example: String
  ) throws(TargetError) {
    guard slice.utf8.count > length else { return }
    throw failure(
      at: slice.utf8.index(slice.startIndex, offsetBy: length),
      "\(what) is longer than \(length) characters", expected: "its end", example: example)
  }

  private func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
    isLabelCharacter(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  private func isLabelCharacter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
  }
}
