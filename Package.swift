// swift-tools-version: 6.2
import PackageDescription

/// The rooms of lbcheck and the arrows between them; docs/design.md says what each room knows.
/// `--explicit-target-dependency-import-check error` (make lint) holds the sources to this picture.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  // A fifth of the instructions of an RPC; builds for tests keep the run-time checks.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let certificates = Target.Dependency.product(name: "X509", package: "swift-certificates")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "lbcheck",
  products: [.executable(name: "lbcheck", targets: ["lbcheck"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    room("Naming"),
    room("HTTP2"),
    room("Protobuf"),
    .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    room("Curl", ["CCurl"]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    room("Kubernetes", ["Naming", "Curl", "CYAML", subprocess]),
    room("Resolution", ["Naming", "Kubernetes", "CAres"]),
    room("Balancing", ["Naming", "Protobuf"]),
    room(
      "Transport", ["Naming", "Balancing", "HTTP2", "Curl", nioCore, nioPosix, nioTLS, nioSSL]),
    room("Distribution", ["Naming"]),
    room("Reporting", ["Naming", "Distribution"]),
    room(
      "Diagnosis",
      [
        "Naming", "HTTP2", "Kubernetes", "Resolution", "Balancing", "Transport", "Distribution",
        "Reporting", "Protobuf",
      ]),
    room(
      "Lab",
      [
        "Naming", "Protobuf", nioCore, nioPosix, nioTLS, nioSSL, nioHTTP1, nioHTTP2, nioHPACK,
        certificates, crypto, asn1,
      ]),
    .executableTarget(
      name: "lbcheck",
      dependencies: [
        "Naming", "Kubernetes", "Resolution", "Balancing", "Transport", "Distribution", "Diagnosis",
        "Reporting", "Lab", arguments, subprocess,
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "SliceBench", dependencies: ["Naming"], path: "Tests/bench/SliceBench",
      swiftSettings: strict),

    .target(
      name: "Calibration", dependencies: ["Distribution", "Naming"], path: "Tests/Calibration",
      swiftSettings: strict),
    .executableTarget(
      name: "VerdictBench", dependencies: ["Calibration", "Distribution"],
      path: "Tests/bench/VerdictBench", swiftSettings: strict),

    tests("NamingTests", ["Naming"]),
    tests("HTTP2Tests", ["HTTP2", "Naming"]),
    tests("ProtobufTests", ["Protobuf", "Naming"]),
    tests("ResolutionTests", ["Resolution", "Naming", "Lab"]),
    .target(
      name: "ScriptedServer", dependencies: [nioCore, nioPosix, nioSSL],
      path: "Tests/ScriptedServer", swiftSettings: strict),
    tests("CurlTests", ["Curl", "ScriptedServer", "Lab"]),
    tests(
      "KubernetesTests", ["Kubernetes", "Naming", "Curl", "ScriptedServer", "Lab"],
      exclude: ["Fixtures"]),
    tests("BalancingTests", ["Balancing", "Naming"]),
    tests("DistributionTests", ["Distribution", "Calibration", "Naming"]),
    tests("ReportingTests", ["Reporting", "Distribution", "Naming"], exclude: ["Fixtures"]),
    tests(
      "LabTests",
      ["Lab", "Naming", nioCore, nioPosix, nioHTTP1, nioHTTP2, nioHPACK, nioSSL, nioTLS],
      exclude: ["Fixtures"]),
    tests("LbcheckTests", ["Lab", "Naming", "ScriptedServer"]),
    tests("TransportTests", ["Transport", "HTTP2"]),
    tests(
      "DiagnosisTests",
      [
        "Diagnosis", "Kubernetes", "Resolution", "Balancing", "Distribution", "Naming", "Reporting",
        "Transport", "Lab", "ScriptedServer", "Protobuf", nioCore, nioPosix,
      ]),
  ]
)
