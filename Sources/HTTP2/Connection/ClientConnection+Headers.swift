/// HEADERS and CONTINUATION.
extension ClientConnection {
  @inline(__always)
  mutating func readHeaders(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    try checkStreamFrame(header)
    var block = payload
    if !header.flags.isDisjoint(with: [.padded, .priority]) {
      block = try withoutPadding(header, payload)
      if header.flags.contains(.priority) {
        guard block.count >= 5 else { throw wrongSize(header) }
        block = UnsafeRawBufferPointer(rebasing: block[5...])
      }
    }
    guard header.flags.contains(.endHeaders) else {
      partialBlock = PartialBlock(
        stream: header.stream, endsStream: header.flags.contains(.endStream), bytes: Array(block))
      return
    }
    try readBlock(block, header, payload, endsStream: header.flags.contains(.endStream))
  }

  /// RFC 9113 §6.10, with a bound on frames and bytes: a block without end must cost nothing.
  mutating func readContinuation(
    _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    guard partialBlock.stream != 0 else {
      throw ConnectionError(
        .protocolError, "CONTINUATION without an open header block (RFC 9113 §6.10)")
    }
    partialBlock.continuations += 1
    guard partialBlock.continuations <= settings.maxContinuationFrames,
      partialBlock.bytes.count + payload.count <= settings.maxHeaderBlockSize
    else {
      throw ConnectionError(
        .enhanceYourCalm,
        "a header block of more than \(settings.maxContinuationFrames) CONTINUATION frames or "
          + "\(settings.maxHeaderBlockSize) bytes (RFC 9113 §10.5.1)")
    }
    partialBlock.bytes.append(contentsOf: payload)
    guard header.flags.contains(.endHeaders) else { return }
    let whole = partialBlock
    partialBlock = PartialBlock()
    try whole.bytes.withUnsafeBufferPointer { bytes throws(ConnectionError) in
      try readBlock(
        UnsafeRawBufferPointer(bytes), header, payload, endsStream: whole.endsStream)
    }
  }

  /// A complete block. What it says of watched fields goes straight into its stream.
  @inline(__always)
  private mutating func readBlock(
    _ block: UnsafeRawBufferPointer, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer,
    endsStream: Bool
  ) throws(ConnectionError) {
    guard let slot = streams.findLive(header.stream) else {
      try readLateBlock(block, header, payload)
      return
    }
    let before = slot.pointee.end.notes
    let fields = try decode(block, header, payload, notes: slot.notes)
    if fields.size > settings.maxHeaderListSize {
      streamError(slot, .enhanceYourCalm)
    } else if fields.isMalformed {
      streamError(slot, .protocolError)
    } else if slot.pointee.end.status < 0 {
      try readResponseHead(slot, fields, endsStream: endsStream)
    } else {
      slot.pointee.end.compareNotes(with: before)
      readTrailers(slot, fields, endsStream: endsStream)
    }
  }

  /// A block for a stream that is over: it is decoded all the same, the dynamic table needs it.
  @inline(never)
  private mutating func readLateBlock(
    _ block: UnsafeRawBufferPointer, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(ConnectionError) {
    var slot = StreamTable.emptySlot
    try withUnsafeMutablePointer(to: &slot) { slot throws(ConnectionError) in
      _ = try decode(block, header, payload, notes: slot.notes)
    }
    try readLate(header)
  }

  @inline(__always)
  private mutating func decode(
    _ block: UnsafeRawBufferPointer, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer,
    notes: UnsafeMutablePointer<UInt32>
  ) throws(ConnectionError) -> FieldSummary {
    var fields = FieldSummary(notes: notes)
    guard observer == nil else {
      try decodeObserved(block, header, payload, &fields)
      return fields
    }
    do throws(CompressionError) {
      try decoder.decode(block, into: &fields)
    } catch {
      throw ConnectionError(.compressionError, error.message)
    }
    return fields
  }

  @inline(never)
  private mutating func decodeObserved(
    _ block: UnsafeRawBufferPointer, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer,
    _ fields: inout FieldSummary
  ) throws(ConnectionError) {
    let collector = FieldCollector(limit: settings.maxHeaderListSize)
    let isFirst = streams.findLive(header.stream).map { $0.pointee.end.status < 0 } ?? false
    var failure: ConnectionError?
    do throws(CompressionError) {
      try decoder.decode(block, into: &fields, collector: collector)
    } catch {
      failure = ConnectionError(.compressionError, error.message)
    }
    observer?.frame(
      ObservedFrame(
        .received, header, payload, fields: collector.fields, isResponseHead: isFirst))
    if let failure { throw failure }
  }

  /// The first block of a response, or an interim one before it (RFC 9113 §8.1).
  @inline(__always)
  private mutating func readResponseHead(
    _ slot: StreamTable.Slot, _ fields: FieldSummary, endsStream: Bool
  ) throws(ConnectionError) {
    guard fields.status >= 200 else {
      // There is no 101 in HTTP/2 (RFC 9113 §8.6), and -1 means that :status is missing.
      guard fields.status >= 100, fields.status != 101, !endsStream else {
        streamError(slot, .protocolError)
        return
      }
      slot.pointee.end.notes = SIMD8(repeating: 0)
      try countIdleFrame()
      return
    }
    idleFrames = 0
    slot.pointee.end.status = fields.status
    if let length = fields.contentLength, length < Int(StreamSlot.unknownLength) {
      slot.pointee.contentLength = UInt32(length)
    }
    guard endsStream else { return }
    slot.pointee.end.trailersOnly = true
    finish(slot, .endStreamHeaders)
  }

  /// A block after the response's head ends the stream and has no pseudo-header fields (§8.1).
  @inline(__always)
  private mutating func readTrailers(
    _ slot: StreamTable.Slot, _ fields: FieldSummary, endsStream: Bool
  ) {
    guard endsStream, fields.status < 0 else {
      streamError(slot, .protocolError)
      return
    }
    slot.pointee.end.sawTrailers = true
    finish(slot, .endStreamHeaders)
  }
}
