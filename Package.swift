// swift-tools-version: 6.2
import PackageDescription

/// Strict memory safety, explicit public imports and warnings as errors, in every target of ours.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .treatAllWarnings(as: .error),
]

/// `RISKENGINE_TABLES=0` leaves out everything that needs Apache Arrow: the tables and the command line.
let withTables = Context.environment["RISKENGINE_TABLES"] != "0"

let package = Package(
  name: "RiskEngine",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "RiskEngine", targets: ["RiskEngine"]),
    .library(name: "LinAlg", targets: ["LinAlg"]),
  ],
  targets: [
    // MARK: System libraries
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),

    // MARK: Numerics
    .target(name: "CVectorMath"),
    .target(name: "LinAlg", dependencies: ["COpenBLAS", "CLAPACKE", "CVectorMath"], swiftSettings: strict),

    // MARK: The model
    .target(name: "RiskEngine", dependencies: ["LinAlg"], swiftSettings: strict),

    // MARK: What is kept on disk
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    .target(name: "CFileSystem"),
    .target(name: "ModelStore", dependencies: ["RiskEngine", "CFileSystem", "CCrypto"], swiftSettings: strict),

    // MARK: Tests
    .target(name: "TestSupport", dependencies: ["LinAlg", "RiskEngine"], path: "Tests/Support", swiftSettings: strict),
    .testTarget(name: "LinAlgTests", dependencies: ["LinAlg", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "RiskEngineTests", dependencies: ["RiskEngine", "TestSupport"], swiftSettings: strict),
    .target(
      name: "StoreWorkload", dependencies: ["ModelStore", "RiskEngine"], path: "Tests/ModelStoreTests/StoreWorkload",
      swiftSettings: strict),
    .executableTarget(
      name: "StoreProcess", dependencies: ["StoreWorkload"], path: "Tests/ModelStoreTests/StoreProcess",
      swiftSettings: strict),
    .testTarget(
      name: "ModelStoreTests", dependencies: ["ModelStore", "TestSupport", "StoreWorkload", "StoreProcess"],
      exclude: ["StoreWorkload", "StoreProcess"], swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx20
)

if withTables {
  package.products += [
    .library(name: "RiskEngineTables", targets: ["RiskEngineTables"]),
    .executable(name: "riskengine", targets: ["RiskEngineCLI"]),
    .library(name: "RiskEngineC", type: .dynamic, targets: ["RiskEngineC"]),
  ]
  package.dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ]
  package.targets += [
    // MARK: Tables through Apache Arrow
    .systemLibrary(name: "CArrow", pkgConfig: "arrow", providers: [.apt(["libarrow-dev"])]),
    .systemLibrary(name: "CParquet", pkgConfig: "parquet", providers: [.apt(["libparquet-dev"])]),
    .target(name: "CArrowABI"),
    .target(name: "CAllocator"),
    .target(name: "ArrowShim", dependencies: ["CArrow", "CParquet"]),
    .target(name: "CReportAssets", exclude: ["report.css", "report.js"]),
    .target(
      name: "RiskEngineTables", dependencies: ["RiskEngine", "ModelStore", "ArrowShim", "CReportAssets"],
      swiftSettings: strict),

    // MARK: The configuration file
    .target(
      name: "RiskEngineConfiguration", dependencies: ["RiskEngine", "RiskEngineTables", "ModelStore", "Yams"],
      swiftSettings: strict),

    // MARK: The C interface
    .target(
      name: "RiskEngineC",
      dependencies: ["LinAlg", "RiskEngine", "RiskEngineTables", "RiskEngineConfiguration", "ModelStore"],
      exclude: ["riskengine.h"], swiftSettings: strict),

    // MARK: The command line
    .executableTarget(
      name: "RiskEngineCLI",
      dependencies: [
        "RiskEngine", "RiskEngineTables", "RiskEngineConfiguration", "ModelStore", "CAllocator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(
      name: "ArrowFixtures", dependencies: ["CArrow", "CParquet"], path: "Tests/RiskEngineTablesTests/ArrowFixtures"),
    .testTarget(
      name: "RiskEngineTablesTests", dependencies: ["RiskEngineTables", "ArrowFixtures", "TestSupport"],
      exclude: ["ArrowFixtures"], swiftSettings: strict),
  ]
}
