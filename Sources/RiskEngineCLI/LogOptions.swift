import ArgumentParser

/// The option of verbs that programs run.
struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What goes to standard error: text for people, or one JSON object a line with time, level, verb, stage, message "
        + "and counts.", valueName: "format"))
  var logFormat: LogFormat = .text
}
