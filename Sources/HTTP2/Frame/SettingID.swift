/// The parameters of SETTINGS (RFC 9113 §6.5.2; 8 is from RFC 8441). Others are ignored.
struct SettingID: RawRepresentable, Hashable {
  let rawValue: UInt16

  static let headerTableSize = SettingID(rawValue: 1)
  static let enablePush = SettingID(rawValue: 2)
  static let maxConcurrentStreams = SettingID(rawValue: 3)
  static let initialWindowSize = SettingID(rawValue: 4)
  static let maxFrameSize = SettingID(rawValue: 5)
  static let maxHeaderListSize = SettingID(rawValue: 6)
  static let enableConnectProtocol = SettingID(rawValue: 8)

  private static let names: [UInt16: String] = [
    1: "SETTINGS_HEADER_TABLE_SIZE", 2: "SETTINGS_ENABLE_PUSH",
    3: "SETTINGS_MAX_CONCURRENT_STREAMS", 4: "SETTINGS_INITIAL_WINDOW_SIZE",
    5: "SETTINGS_MAX_FRAME_SIZE", 6: "SETTINGS_MAX_HEADER_LIST_SIZE",
    8: "SETTINGS_ENABLE_CONNECT_PROTOCOL", 9: "SETTINGS_NO_RFC7540_PRIORITIES",
  ]

  var name: String { Self.names[rawValue] ?? "UNKNOWN" }
}
