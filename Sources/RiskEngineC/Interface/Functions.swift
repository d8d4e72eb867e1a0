internal import LinAlg
internal import RiskEngine
internal import RiskEngineTables

// The functions of `riskengine.h`, which says what they do.

/// The job behind a handle.
private func job(_ handle: UnsafeRawPointer?) -> JobHandle {
  guard let handle = unsafe handle else { preconditionFailure("a null job") }
  return unsafe Unmanaged<JobHandle>.fromOpaque(handle).takeUnretainedValue()
}

private func text(_ characters: UnsafePointer<CChar>?) -> String {
  unsafe characters.map { unsafe String(cString: $0) } ?? ""
}

private let version = CText(Version.current)
private let arrow = CText(arrowVersion)

/// The version of the engine.
@c(riskengine_version)
public func riskengineVersion() -> UnsafePointer<CChar>? { unsafe version.pointer }

/// The version of the Arrow library.
@c(riskengine_arrow_version)
public func riskengineArrowVersion() -> UnsafePointer<CChar>? { unsafe arrow.pointer }

/// Makes a job.
@c(riskengine_job_create)
public func riskengineJobCreate(_ request: UnsafePointer<CChar>?) -> UnsafeMutableRawPointer? {
  unsafe Unmanaged.passRetained(JobHandle(request: text(request))).toOpaque()
}

/// Gives a job a table.
@c(riskengine_job_add_table)
public func riskengineJobAddTable(
  _ handle: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?, _ stream: UnsafeMutableRawPointer?
) -> Int32 {
  guard let stream = unsafe stream else { preconditionFailure("a null stream") }
  let name = unsafe text(name)
  return unsafe job(handle).addTable { () throws(TableError) in unsafe try MemoryTable(name: name, stream: stream) }
}

/// Where the first numbers of a table's column are.
@c(riskengine_job_table_address)
public func riskengineJobTableAddress(
  _ handle: UnsafeRawPointer?, _ name: UnsafePointer<CChar>?, _ column: UnsafePointer<CChar>?
) -> UInt64 {
  let table = unsafe job(handle).table(text(name))
  return unsafe UInt64((try? table?.address(ofNumbers: text(column))) ?? 0)
}

/// Has progress told.
@c(riskengine_job_set_progress)
public func riskengineJobSetProgress(
  _ handle: UnsafeMutableRawPointer?,
  _ progress: (@convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Int64, Int64) -> Void)?,
  _ context: UnsafeMutableRawPointer?
) {
  guard let progress = unsafe progress else { return unsafe job(handle).setProgress(nil) }
  unsafe job(handle).setProgress { stage, done, total in
    unsafe stage.withCString { unsafe progress(context, $0, Int64(done), Int64(total)) }
  }
}

/// Runs a job.
@c(riskengine_job_run)
public func riskengineJobRun(_ handle: UnsafeMutableRawPointer?) -> Int32 { unsafe job(handle).run() }

/// Asks a job to stop.
@c(riskengine_job_cancel)
public func riskengineJobCancel(_ handle: UnsafeMutableRawPointer?) { unsafe job(handle).cancellation.cancel() }

/// What a job came to.
@c(riskengine_job_response)
public func riskengineJobResponse(_ handle: UnsafeRawPointer?) -> UnsafePointer<CChar>? {
  unsafe job(handle).response.pointer
}

/// Lets go of a job.
@c(riskengine_job_release)
public func riskengineJobRelease(_ handle: UnsafeMutableRawPointer?) {
  guard let handle = unsafe handle else { return }
  unsafe Unmanaged<JobHandle>.fromOpaque(handle).release()
}
