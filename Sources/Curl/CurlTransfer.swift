internal import CCurl

/// One easy handle with all that must live as long. Belongs to the curl thread.
final class CurlTransfer {
  let handle: UnsafeMutableRawPointer
  private let pipe: CurlPipe
  private let message: UnsafeMutablePointer<CChar>
  private var lists: [UnsafeMutablePointer<curl_slist>?] = []
  private var lines = CurlHeadLines()
  private(set) var headDeadline: ContinuousClock.Instant?
  private let headTimeout: Duration?

  private let sockets: CurlSockets?

  /// - Parameter resolves: see `CurlOptions.apply`.
  init(
    _ request: CurlRequest, _ pipe: CurlPipe, sockets: CurlSockets?, resolves: Bool
  ) throws(CurlError) {
    guard let handle = curl_easy_init() else { throw CurlError(.other, "curl_easy_init failed") }
    self.handle = handle
    self.pipe = pipe
    self.sockets = sockets
    message = .allocate(capacity: Int(CURL_ERROR_SIZE))
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    headTimeout = request.headTimeout
    headDeadline = headTimeout.map { .now + $0 }
    let context = Unmanaged.passUnretained(self).toOpaque()
    let code = lbcheck_curl_set_receivers(
      handle,
      { bytes, size, count, context in CurlTransfer.at(context)?.header(bytes, size * count) ?? 0 },
      { bytes, size, count, context in CurlTransfer.at(context)?.body(bytes, size * count) ?? 0 },
      context, message)
    let watching = sockets.map {
      $0.watch(handle, { CurlTransfer.willSend($0, $1, $2, $4) }, context)
    }
    let failed = [code, watching ?? CURLE_OK].first { $0 != CURLE_OK }
    var options = CurlOptions(handle: handle, failure: failed)
    options.apply(request, resolves: resolves)
    lists = options.lists
    if let failure = options.failure { throw error(failure) ?? .cancelled }
  }

  deinit {
    curl_easy_cleanup(handle)
    lists.forEach(curl_slist_free_all)
    message.deallocate()
  }

  /// Nil as long as there is time.
  func lateness(_ now: ContinuousClock.Instant) -> CurlError? {
    guard let headDeadline, let headTimeout, headDeadline <= now else { return nil }
    return CurlError(.timeout, "no response within \(headTimeout.milliseconds) milliseconds")
  }

  /// Nil for success.
  func error(_ code: CURLcode) -> CurlError? {
    guard code != CURLE_OK else { return nil }
    let system = lbcheck_curl_number(handle, CURLINFO_OS_ERRNO)
    return CurlError(code: code, message: String(cString: message), system: Int32(system))
  }

  func finish(_ error: CurlError?) { pipe.finish(error) }

  private static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Called before each request, that is again where libcurl sends it once more: a connection that it
  /// had kept has turned out to be gone.
  private static func willSend(
    _ context: UnsafeMutableRawPointer?, _ remoteIP: UnsafePointer<CChar>?,
    _ localIP: UnsafePointer<CChar>?, _ localPort: Int32
  ) -> Int32 {
    if let transfer = at(context), let remoteIP, let localIP,
      let socket = transfer.sockets?.used(
        CurlSocket.Ends(
          local: CurlAddress(ip: String(cString: localIP), port: UInt16(localPort)),
          remoteIP: String(cString: remoteIP)))
    {
      transfer.pipe.use(socket)
    }
    return CURL_PREREQFUNC_OK
  }

  /// Called with one line at a time. What it returns other than the count ends the transfer.
  private func header(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    let line = UnsafeRawBufferPointer(start: bytes, count: count)
    guard lines.append(line) else { return 0 }
    // Interim responses (RFC 9110 §15.2) come before the one that counts.
    if lines.isComplete, !lines.isDelivered {
      let status = lbcheck_curl_number(handle, CURLINFO_RESPONSE_CODE)
      if status >= 200 {
        headDeadline = nil
        lines.isDelivered = true
        pipe.receive(
          CurlResponseHead(
            status: status, headers: lines.headers, connection: CurlConnection(handle)))
      }
    }
    return count
  }

  private func body(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    pipe.receive(UnsafeRawBufferPointer(start: bytes, count: count))
      ? count : Int(CURL_WRITEFUNC_PAUSE)
  }
}

/// Collects the header lines of a response.
private struct CurlHeadLines {
  private static let limit = 256 * 1024

  private(set) var headers: [CurlHeader] = []
  private(set) var isComplete = false
  /// What comes after it is a trailer.
  var isDelivered = false
  private var size = 0

  /// False where the head is larger than any honest one.
  mutating func append(_ line: UnsafeRawBufferPointer) -> Bool {
    size += line.count
    guard size <= Self.limit else { return false }
    if isDelivered { return true }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      (headers, isComplete) = ([], false)
    } else if text == "\r\n" || text == "\n" {
      isComplete = true
    } else if let colon = text.firstIndex(of: ":") {
      headers.append(
        CurlHeader(String(text[..<colon]), text[text.index(after: colon)...].trimmed))
    }
    return true
  }
}

extension Substring {
  /// Without the white space of RFC 9110 §5.5 and the end of the line.
  fileprivate var trimmed: String {
    var rest = self
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}

extension CurlConnection {
  fileprivate init(_ handle: UnsafeMutableRawPointer) {
    func text(_ info: CURLINFO) -> String { lbcheck_curl_text(handle, info).map(String.init) ?? "" }
    func number(_ info: CURLINFO) -> Int { lbcheck_curl_number(handle, info) }
    let versions = [
      Int(CURL_HTTP_VERSION_1_0): "1.0", Int(CURL_HTTP_VERSION_1_1): "1.1",
      Int(CURL_HTTP_VERSION_2_0): "2",
    ]
    self.init(
      remoteAddress: text(CURLINFO_PRIMARY_IP), remotePort: number(CURLINFO_PRIMARY_PORT),
      localAddress: text(CURLINFO_LOCAL_IP), localPort: number(CURLINFO_LOCAL_PORT),
      isReused: number(CURLINFO_NUM_CONNECTS) == 0,
      httpVersion: versions[number(CURLINFO_HTTP_VERSION)] ?? "")
  }
}
