/// The entry point that libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTP2(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  FuzzRun(Array(UnsafeBufferPointer(start: start, count: count))).check()
  return 0
}
