public import ArgumentParser
public import RiskEngine
public import RiskEngineTables

extension TableFormat: ExpressibleByArgument {}
extension LoadingColumns.Precision: ExpressibleByArgument {}
extension IteratedEstimation.Mode: ExpressibleByArgument {}
extension SyntheticMode: ExpressibleByArgument {}
extension DateRule: ExpressibleByArgument {}
extension WeightRule: ExpressibleByArgument {}
extension LinkingMethod: ExpressibleByArgument {}
extension OptimizationJob.Objective: ExpressibleByArgument {}
