import RiskEngineTables

/// The events with which the log of an estimate or an update ends.
enum ModelEvents {
  /// Tells what a user should know of a model, to programs alone (people read it in the summary), and that it is done.
  static func tell(_ summary: ModelSummary, _ message: String) {
    guard EventLog.isJSON else { return }
    guard !summary.isNothingNew else {
      EventLog.warning("update", "nothing new: the model already has all dates, the last \(summary.lastDate)")
      return EventLog.done(message, counts: EventCounts.of(summary))
    }
    if let convergence = summary.convergence, !convergence.hasConverged {
      EventLog.warning(
        "iterate", "idio variances have not converged",
        counts: ["passes": convergence.iterations, "assets_unsettled": convergence.unsettledCount])
    }
    if summary.isInSample { EventLog.warning("model", "every date uses the future: idio.estimation is iterated") }
    for (outcome, count) in summary.outcomes.sorted(by: { $0.key < $1.key }) where outcome != "estimated" {
      EventLog.warning("model", "\(count) periods \(outcome)", counts: ["periods": count])
    }
    if summary.forecastCount == 0 { EventLog.warning("model", "no forecast of risk: too few periods") }
    EventLog.done(message, counts: EventCounts.of(summary))
  }
}
