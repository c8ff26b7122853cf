/// How streams and the connection end.
extension ClientConnection {
  /// The response is complete.
  @inline(__always)
  mutating func finish(_ slot: StreamTable.Slot, _ ending: StreamEnd.Ending) {
    idleFrames = 0
    if slot.pointee.hasUnsentBody {
      // Nobody reads the rest of the request (RFC 9113 §8.1).
      sendReset(slot.pointee.end.stream, .noError)
    }
    guard !slot.pointee.contradictsContentLength else {
      slot.pointee.end.code = ErrorCode.protocolError.rawValue
      end(slot, .protocolError, as: .ended)
      return
    }
    end(slot, ending, as: .ended)
  }

  @inline(__always)
  mutating func end(
    _ slot: StreamTable.Slot, _ ending: StreamEnd.Ending, as state: StreamSlot.State
  ) {
    slot.pointee.end.ending = ending
    events.append(slot.pointee.end)
    close(slot, as: state)
  }

  /// A stream error (RFC 9113 §5.4.2): the stream is over, the connection goes on. Needs no bound
  /// of its own: there is one per stream that we have opened.
  @inline(never)
  mutating func streamError(_ slot: StreamTable.Slot, _ code: ErrorCode) {
    sendReset(slot.pointee.end.stream, code)
    slot.pointee.end.code = code.rawValue
    end(slot, .protocolError, as: .resetByUs)
  }

  /// A connection error (RFC 9113 §5.4.1): GOAWAY, and then nothing is read or written any more.
  mutating func fail(_ error: ConnectionError) {
    sendGoAway(error.code, debug: error.message.utf8)
    events.append(other: .failed(error))
    endConnection { slot in
      slot.pointee.end.code = error.code.rawValue
      return .protocolError
    }
  }

  /// The transport is gone, for whatever reason. Every live stream ends: as `.refused` when its
  /// request never left the output, otherwise as `.connectionLost`.
  package mutating func connectionClosed() {
    guard phase != .over else { return }
    if phase == .awaitingSettings, !partialFrame.isEmpty {
      // Fewer bytes than one frame header: a TLS alert, for one, is shorter.
      let error = partialFrame.withUnsafeBytes {
        Self.notHTTP2(UnsafeRawBufferPointer(rebasing: $0.prefix(FrameHeader.size)))
      }
      events.append(other: .failed(error))
    }
    let firstUnsent = firstUndrained
    endConnection { slot in
      slot.pointee.end.stream >= firstUnsent ? .refused : .connectionLost
    }
  }

  private mutating func endConnection(_ ending: (StreamTable.Slot) -> StreamEnd.Ending) {
    phase = .over
    partialFrame = []
    partialBlock = PartialBlock()
    unsentBodies = []
    for stream in streams.liveStreams() {
      guard let slot = streams.findLive(stream) else { continue }
      slot.pointee.hasUnsentBody = false
      end(slot, ending(slot), as: .resetByUs)
    }
  }
}
