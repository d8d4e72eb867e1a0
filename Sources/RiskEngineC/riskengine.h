/// The C interface of RiskEngine: verbs run in this process, tables in memory come as Arrow C streams.
///
/// A job is made, given tables, run once, asked for its response, and released. The request is a JSON object whose
/// `verb` names what to do and whose other keys are that verb's options; a key that a verb does not know is an error.
/// Where an option is a table, it is a path, or `{"table": "name"}` for a table that the job was given.
///
///     riskengine_job *job = riskengine_job_create(
///       "{\"verb\": \"regress\", \"panel\": {\"table\": \"panel\"}, \"out\": \"results\", \"styles\": [\"beta\"]}");
///     riskengine_job_add_table(job, "panel", &stream);
///     int32_t status = riskengine_job_run(job);
///     puts(riskengine_job_response(job));
///     riskengine_job_release(job);
///
/// Texts are UTF-8 and end with a NUL. Functions that return a status return 0, or the code with which the command
/// line would exit. A job may be cancelled from any thread; everything else is for one thread at a time. Different
/// jobs may run at once.
#ifndef RISKENGINE_H
#define RISKENGINE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct riskengine_job riskengine_job;

/// Told now and then how far a job is: a stage, and how many periods are done of how many, 0 where nobody knows.
/// Called on the thread that runs the job.
typedef void (*riskengine_progress)(void *context, const char *stage, int64_t done, int64_t total);

/// The version, such as "1.0.0"; lives as long as the process.
const char *riskengine_version(void);
/// The version of the Arrow library in use.
const char *riskengine_arrow_version(void);
/// Makes a job of a request in JSON.
riskengine_job *riskengine_job_create(const char *request);
/// Gives a job a table: an `ArrowArrayStream *`, which is taken over and released whatever happens.
int32_t riskengine_job_add_table(riskengine_job *job, const char *name, void *stream);
/// Where the first numbers of a column are as the engine reads them; 0 where it has none. To tell whether they were
/// copied.
uint64_t riskengine_job_table_address(const riskengine_job *job, const char *name, const char *column);
/// Has progress told.
void riskengine_job_set_progress(riskengine_job *job, riskengine_progress progress, void *context);
/// Runs a job to its end; nothing half-written is left where it fails or is cancelled (130).
int32_t riskengine_job_run(riskengine_job *job);
/// Asks a job to stop, which it does at the next block of periods.
void riskengine_job_cancel(riskengine_job *job);
/// What the job came to, in JSON: the verb's result, or `{"error": {"message", "exit_code", "file", "row", "column",
/// "date", "asset"}}`. Lives until the job is run again or released.
const char *riskengine_job_response(const riskengine_job *job);
void riskengine_job_release(riskengine_job *job);

#ifdef __cplusplus
}
#endif

#endif
