internal import CCurl

/// Writes a request into an easy handle. The first option that libcurl refuses is remembered.
struct CurlOptions {
  let handle: UnsafeMutableRawPointer
  var failure: CURLcode?
  /// libcurl reads them until the transfer ends.
  private(set) var lists: [UnsafeMutablePointer<curl_slist>?] = []

  init(handle: UnsafeMutableRawPointer, failure: CURLcode?) {
    self.handle = handle
    self.failure = failure
  }

  /// What a request's route is called: a name that nobody else has (RFC 6761 §6.4).
  private static let routeName = "route.invalid"

  /// - Parameter resolves: whether the multi handle has to be told what the route stands for.
  mutating func apply(_ request: CurlRequest, resolves: Bool) {
    check(lbcheck_curl_http_only(handle))
    lbcheck_curl_abandon_lookups(handle)
    // Signals are the process's own business.
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // A peer that vanished without a word is noticed after about a minute.
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_TCP_KEEPIDLE, 20)
    set(CURLOPT_TCP_KEEPINTVL, 5)
    setMethod(request)
    let isHTTP1 = request.version == .http1
    set(CURLOPT_HTTP_VERSION, Int(isHTTP1 ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS))
    setTLS(request.tls)
    if let proxy = request.proxy { set(CURLOPT_PROXY, proxy) }
    var headers = request.headers
    if let name = request.tls.serverName, let hostHeader = setURL(request.url, serverName: name) {
      headers.append(hostHeader)
    } else {
      set(CURLOPT_URL, request.url)
    }
    setList(CURLOPT_HTTPHEADER, headers.map { "\($0.name): \($0.value)" })
    setRoute(request.route, resolves)
    setTimeouts(request)
  }

  /// Connections are kept under the URL's host; whatever it is, the way leads to the route.
  private mutating func setRoute(_ addresses: [CurlAddress], _ resolves: Bool) {
    guard let port = addresses.first?.port else { return }
    setList(CURLOPT_CONNECT_TO, ["::\(Self.routeName):\(port)"])
    if resolves {
      let list = addresses.map(\.bracketed).joined(separator: ",")
      setList(CURLOPT_RESOLVE, ["\(Self.routeName):\(port):\(list)"])
    }
  }

  private mutating func setMethod(_ request: CurlRequest) {
    if let body = request.body {
      // An empty array has no address, and without one there is no body.
      let padded = body + [0]
      check(padded.withUnsafeBytes { lbcheck_curl_set_body(handle, $0.baseAddress, body.count) })
    }
    if request.method == "HEAD" {
      set(CURLOPT_NOBODY, 1)
    } else {
      set(CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  private mutating func setTLS(_ tls: CurlTLS) {
    if let authorities = tls.authorities {
      set(CURLOPT_CAINFO_BLOB, authorities)
      // Else the system's authorities would be trusted as well.
      check(lbcheck_curl_set_text(handle, CURLOPT_CAPATH, nil))
    }
    if let certificate = tls.certificate { set(CURLOPT_SSLCERT_BLOB, certificate) }
    if let key = tls.key { set(CURLOPT_SSLKEY_BLOB, key) }
    if !tls.verifies {
      set(CURLOPT_SSL_VERIFYPEER, 0)
      set(CURLOPT_SSL_VERIFYHOST, 0)
    }
  }

  /// libcurl asks for and verifies the URL's host: that becomes the name, and the way leads to where
  /// the URL said.
  /// - Returns: the `Host` header that the URL would have given; nil for a URL that is none.
  private mutating func setURL(_ text: String, serverName: String) -> CurlHeader? {
    guard let url = curl_url() else { return nil }
    defer { curl_url_cleanup(url) }
    func part(_ part: CURLUPart, _ flags: Int32) -> String? {
      var value: UnsafeMutablePointer<CChar>?
      guard curl_url_get(url, part, &value, UInt32(flags)) == CURLUE_OK, let value else {
        return nil
      }
      defer { curl_free(value) }
      return String(cString: value)
    }
    guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
      let host = part(CURLUPART_HOST, 0), let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT)
    else { return nil }
    let given = part(CURLUPART_PORT, CURLU_NO_DEFAULT_PORT)
    guard curl_url_set(url, CURLUPART_HOST, serverName, 0) == CURLUE_OK,
      let renamed = part(CURLUPART_URL, 0)
    else { return nil }
    set(CURLOPT_URL, renamed)
    setList(CURLOPT_CONNECT_TO, ["\(serverName):\(port):\(host):\(port)"])
    return CurlHeader("Host", given.map { "\(host):\($0)" } ?? host)
  }

  private mutating func setTimeouts(_ request: CurlRequest) {
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.milliseconds))
    if let total = request.totalTimeout { set(CURLOPT_TIMEOUT_MS, max(1, total.milliseconds)) }
    if let idle = request.idleTimeout {
      set(CURLOPT_LOW_SPEED_LIMIT, 1)
      set(CURLOPT_LOW_SPEED_TIME, max(1, Int(idle.components.seconds)))
    }
  }

  private mutating func set(_ option: CURLoption, _ value: Int) {
    check(lbcheck_curl_set_number(handle, option, value))
  }

  private mutating func set(_ option: CURLoption, _ value: String) {
    check(lbcheck_curl_set_text(handle, option, value))
  }

  private mutating func set(_ option: CURLoption, _ value: [UInt8]) {
    check(value.withUnsafeBytes { lbcheck_curl_set_blob(handle, option, $0.baseAddress, $0.count) })
  }

  private mutating func setList(_ option: CURLoption, _ lines: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines { list = curl_slist_append(list, line) }
    lists.append(list)
    check(lbcheck_curl_set_list(handle, option, list))
  }

  private mutating func check(_ code: CURLcode) {
    if code != CURLE_OK, failure == nil { failure = code }
  }
}
