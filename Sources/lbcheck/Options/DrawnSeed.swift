/// The seed that was given, or one of the system's. Below 2⁵³, so that every reader of JSON keeps it.
func drawnSeed(_ given: UInt64? = nil) -> UInt64 { given ?? UInt64.random(in: 0..<1 << 53) }
