internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// An error that ends a verb, with what to tell the user.
public struct Failure: Sendable {
  /// One line: what was found, where, and what was expected.
  public let message: String
  /// The status to exit with, after the convention of `sysexits.h`.
  public let exitCode: Int32
  /// Where it is, as far as the error says.
  public let place: FailurePlace

  /// Recognizes the errors that the engine's libraries throw; others belong to the argument parser.
  public init?(_ error: any Error) {
    place = FailurePlace(error)
    switch error {
    case let error as PanelFileError: (message, exitCode) = (error.description, error.exitCode)
    case let error as TableError: (message, exitCode) = (error.description, error.exitCode)
    case let error as StoreError: (message, exitCode) = (error.description, error.exitCode)
    case let error as ConfigurationError: (message, exitCode) = (error.description, error.exitCode)
    case let error as ConfigurationWriteError:
      (message, exitCode) = ("\(error.path): cannot be created: \(error.reason)", 73)
    case let error as SourceError: (message, exitCode) = (error.description, error.exitCode)
    case let error as MarketError: (message, exitCode) = (error.description, error.exitCode)
    case let error as IngestionError: (message, exitCode) = (error.description, 65)
    case let error as UniverseRulesError: (message, exitCode) = (error.description, 65)
    case let error as LoadingRecipeError: (message, exitCode) = (error.description, 65)
    case let error as DescriptorError: (message, exitCode) = (error.description, 65)
    case let error as PortfolioFileError: (message, exitCode) = (error.description, error.exitCode)
    case let error as PortfolioError: (message, exitCode) = (error.description, 65)
    case let error as ModelError: (message, exitCode) = (error.description, error.isMissingInput ? 66 : 65)
    case let error as ReportError: (message, exitCode) = (error.description, error.exitCode)
    case let error as SpanTableError: (message, exitCode) = (error.description, 65)
    case let error as RiskModelSplitError: (message, exitCode) = (error.description, 65)
    case let error as FeasibleSettingsError: (message, exitCode) = (error.description, 65)
    case let error as IdioRiskSettingsError: (message, exitCode) = ("\(error)", 65)
    case let error as IdioCorrelationSettingsError: (message, exitCode) = ("\(error)", 65)
    case let error as FactorCovarianceError: (message, exitCode) = ("\(error)", 65)
    case let error as RiskModelError: (message, exitCode) = ("\(error)", 65)
    case let error as EvaluationError: (message, exitCode) = ("\(error)", 65)
    case let error as SyntheticConfigurationError: (message, exitCode) = ("\(error)", 64)
    default: return nil
    }
  }
}
