/// A mapping of a kubeconfig file, read field by field; what is wrong is an error with its line.
struct KubeconfigEntry {
  let node: YAMLNode
  let file: String

  var place: String { "\(file):\(node.line)" }

  func failure(_ node: YAMLNode, _ message: String) -> KubernetesError {
    KubernetesError(
      .configuration, tried: "to read the kubeconfig", on: "\(file):\(node.line)",
      cameBack: message)
  }

  /// Nil where it is absent, null or empty, which kubectl does not tell apart.
  func text(_ key: String) throws(KubernetesError) -> String? {
    guard let value = node[key], !value.isNull else { return nil }
    guard case .scalar(let text, _) = value.content else {
      throw failure(value, "'\(key)' is no text")
    }
    return text.isEmpty ? nil : text
  }

  func flag(_ key: String) throws(KubernetesError) -> Bool {
    guard let text = try text(key), let value = node[key] else { return false }
    guard let flag = Bool(text) else { throw failure(value, "'\(key)' is neither true nor false") }
    return flag
  }

  func entry(_ key: String) throws(KubernetesError) -> KubeconfigEntry? {
    guard let value = node[key], !value.isNull else { return nil }
    guard case .mapping = value.content else { throw failure(value, "'\(key)' is no mapping") }
    return KubeconfigEntry(node: value, file: file)
  }

  func entries(_ key: String) throws(KubernetesError) -> [KubeconfigEntry] {
    try items(key).map { item throws(KubernetesError) in
      guard case .mapping = item.content else {
        throw failure(item, "an item of '\(key)' is no mapping")
      }
      return KubeconfigEntry(node: item, file: file)
    }
  }

  func texts(_ key: String) throws(KubernetesError) -> [String] {
    try items(key).map { item throws(KubernetesError) in
      guard case .scalar(let text, _) = item.content else {
        throw failure(item, "an item of '\(key)' is no text")
      }
      return text
    }
  }

  /// `KEY-data` in base64, or the file that KEY names.
  func material(_ key: String) throws(KubernetesError) -> Kubeconfig.Material? {
    if let text = try text("\(key)-data"), let value = node["\(key)-data"] {
      guard let bytes = decodedBase64(text) else {
        throw failure(value, "'\(key)-data' is no base64")
      }
      return .data(Secret(String(decoding: bytes, as: UTF8.self)))
    }
    return try text(key).map { .file(path($0)) }
  }

  /// Relative paths start at the file that names them.
  func path(_ text: String) -> String {
    if text.hasPrefix("/") { return text }
    guard let slash = file.lastIndex(of: "/") else { return text }
    return String(file[...slash]) + text
  }

  private func items(_ key: String) throws(KubernetesError) -> [YAMLNode] {
    guard let value = node[key], !value.isNull else { return [] }
    guard case .sequence(let items) = value.content else {
      throw failure(value, "'\(key)' is no list")
    }
    return items
  }
}
