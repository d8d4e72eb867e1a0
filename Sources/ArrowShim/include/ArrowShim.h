/// Tables in files, read and written in streams of batches through Apache Arrow.
///
/// Every function that can fail takes an `ashim_error *`, returns whether it succeeded and fills the error where it
/// did not; no C++ exception leaves this interface. Handles belong to the caller, who releases each once. A batch may
/// be used on any thread and outlives the reader it came from; a reader and a writer may be used by one thread at a
/// time.
#ifndef ARROW_SHIM_H
#define ARROW_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the Arrow library in use, such as "12.0.1".
const char *ashim_arrow_version(void);

// MARK: Errors

/// What went wrong.
typedef enum ashim_error_code {
  ASHIM_OK = 0,
  /// There is no such file.
  ASHIM_NOT_FOUND,
  /// The path is a folder.
  ASHIM_IS_DIRECTORY,
  /// The file exists and cannot be opened.
  ASHIM_NOT_READABLE,
  /// The file has no bytes, or a CSV file has no line.
  ASHIM_EMPTY_FILE,
  /// The file is not of the format expected.
  ASHIM_NOT_OF_FORMAT,
  /// The file begins like the format and lacks its end.
  ASHIM_TRUNCATED,
  /// The file is of the format and its contents contradict it.
  ASHIM_CORRUPT,
  /// A column has a type that cannot be read as what was requested: `column`, `found`.
  ASHIM_WRONG_TYPE,
  /// A value cannot be read as what was requested: `column`, `row`, `found`.
  ASHIM_UNPARSABLE_VALUE,
  /// A row has too few or too many fields: `row`, `fields_found`, `fields_expected`.
  ASHIM_RAGGED_ROW,
  /// Reading failed in the system: `system_error`.
  ASHIM_READ_FAILED,
  /// The output cannot be created: `system_error`.
  ASHIM_CANNOT_CREATE,
  /// Writing failed in the system: `system_error`.
  ASHIM_WRITE_FAILED,
  /// A fault of the program.
  ASHIM_INTERNAL,
} ashim_error_code;

/// A failure; the texts end with a NUL and are cut where they are too long.
typedef struct ashim_error {
  ashim_error_code code;
  /// The system's error number, or 0.
  int32_t system_error;
  /// The position of the column among those requested, or -1.
  int32_t column;
  /// The data row, from 1, or 0.
  int64_t row;
  int64_t fields_found;
  int64_t fields_expected;
  /// The text or the type that was found.
  char found[256];
  /// What the library says.
  char message[1024];
} ashim_error;

// MARK: Columns

/// What a column is read or written as, and the values that stand for it.
typedef enum ashim_kind {
  /// `int32_t` days since 1970-01-01; missing is `ASHIM_MISSING_DATE`.
  ASHIM_DATE = 0,
  /// `int32_t` codes of the column's texts; missing is -1.
  ASHIM_IDENTIFIER,
  /// `double`; missing is NaN.
  ASHIM_NUMBER,
  /// `uint8_t`, 0 or 1; missing is 2.
  ASHIM_BOOLEAN,
  /// `int32_t`; cannot be missing. For writing only.
  ASHIM_INT32,
  /// `int64_t`; cannot be missing. For writing only.
  ASHIM_INT64,
} ashim_kind;

enum { ASHIM_MISSING_DATE = INT32_MIN, ASHIM_MISSING_CODE = -1, ASHIM_MISSING_BOOLEAN = 2 };

/// What identifiers are in the file.
typedef enum ashim_storage {
  ASHIM_TEXT = 0,
  ASHIM_STORED_INT8,
  ASHIM_STORED_INT16,
  ASHIM_STORED_INT32,
  ASHIM_STORED_INT64,
  ASHIM_STORED_UINT8,
  ASHIM_STORED_UINT16,
  ASHIM_STORED_UINT32,
  ASHIM_STORED_UINT64,
} ashim_storage;

typedef enum ashim_format { ASHIM_PARQUET = 0, ASHIM_CSV, ASHIM_FEATHER } ashim_format;

typedef enum ashim_compression {
  ASHIM_UNCOMPRESSED = 0,
  ASHIM_SNAPPY,
  ASHIM_ZSTD,
  ASHIM_LZ4,
  ASHIM_GZIP,
} ashim_compression;

// MARK: Reading

/// A file opened to see its columns.
typedef struct ashim_file ashim_file;
/// The batches of some columns of a file, decoded ahead of their use by threads of its own.
typedef struct ashim_reader ashim_reader;
/// Some consecutive rows.
typedef struct ashim_batch ashim_batch;

typedef struct ashim_read_options {
  ashim_format format;
  /// Of the whole file, for CSV: none, gzip or zstd.
  ashim_compression compression;
  /// Between the fields of a CSV file.
  char delimiter;
  /// Whether a text without characters is a missing one, in every format.
  bool empty_text_is_missing;
  /// The threads that decode, at least 1.
  int32_t threads;
  /// The most rows of a batch, or 0 to choose by the number of columns.
  int64_t rows_per_batch;
} ashim_read_options;

typedef struct ashim_request {
  /// The position of the column in the file.
  int32_t column;
  ashim_kind kind;
} ashim_request;

/// One column of a batch. The pointers live as long as the batch.
typedef struct ashim_column {
  /// As many values as the batch has rows, as the kind says.
  const void *values;
  int64_t missing_count;
  /// For numbers, how many are infinite.
  int64_t infinite_count;
  /// For identifiers, the texts first seen in this batch, one after the other; their codes continue those of
  /// earlier batches.
  const char *new_text_bytes;
  /// Where each of the new texts ends.
  const int64_t *new_text_ends;
  int64_t new_text_count;
} ashim_column;

/// Opens a file and reads what it says of its columns.
bool ashim_file_open(const char *path, ashim_read_options options, ashim_file **file, ashim_error *error);
void ashim_file_release(ashim_file *file);
int32_t ashim_file_column_count(const ashim_file *file);
/// The name of a column; lives as long as the file.
const char *ashim_file_column_name(const ashim_file *file, int32_t column);
/// The rows of the file, or -1 where only reading it tells.
int64_t ashim_file_row_count(const ashim_file *file);

/// Begins to read columns of a file, which must outlive the reader.
bool ashim_reader_start(
  ashim_file *file, const ashim_request *requests, int32_t count, ashim_reader **reader, ashim_error *error);
/// Stops reading, wherever it is.
void ashim_reader_release(ashim_reader *reader);
/// What the identifiers of a requested column are in the file.
ashim_storage ashim_reader_storage(const ashim_reader *reader, int32_t request);
/// The next rows, or a null batch after the last; waits for them.
bool ashim_reader_next(ashim_reader *reader, ashim_batch **batch, ashim_error *error);
/// The most bytes that the reader had allocated at one time.
int64_t ashim_reader_peak_bytes(const ashim_reader *reader);

void ashim_batch_release(ashim_batch *batch);
int64_t ashim_batch_row_count(const ashim_batch *batch);
/// The position in the file of the batch's first row, from 0.
int64_t ashim_batch_first_row(const ashim_batch *batch);
ashim_column ashim_batch_column(const ashim_batch *batch, int32_t request);

// MARK: Tables in memory

/// The bytes of a table in memory as an Arrow stream.
typedef struct ashim_memory_bytes ashim_memory_bytes;

/// Takes over an `ArrowArrayStream`, reads it to its end and lets its table be read by a path, as if by a file; nothing
/// is copied. Where this fails, the stream is released, too.
bool ashim_memory_add(const char *path, void *stream, ashim_error *error);
/// Forgets a table; who reads it goes on.
void ashim_memory_remove(const char *path);
/// Whether a path names a table in memory.
bool ashim_memory_has(const char *path);
/// Begins to give the bytes of a table.
bool ashim_memory_bytes_start(const char *path, ashim_memory_bytes **bytes, ashim_error *error);
/// The next bytes, none after the last; valid until the next call.
bool ashim_memory_bytes_next(ashim_memory_bytes *bytes, const void **start, int64_t *count, ashim_error *error);
void ashim_memory_bytes_release(ashim_memory_bytes *bytes);

// MARK: Writing

/// A file being written; encoding runs in a thread of its own.
typedef struct ashim_writer ashim_writer;

typedef struct ashim_output_column {
  const char *name;
  ashim_kind kind;
  /// For identifiers.
  ashim_storage storage;
} ashim_output_column;

typedef struct ashim_write_options {
  ashim_format format;
  /// Within Parquet and Feather, of the whole file for CSV.
  ashim_compression compression;
  /// The rows encoded together, or 0 to choose by the format and the number of columns.
  int64_t rows_per_group;
} ashim_write_options;

/// Creates a file, or empties one that is there.
bool ashim_writer_open(
  const char *path, ashim_write_options options, const ashim_output_column *columns, int32_t count,
  ashim_writer **writer, ashim_error *error);
/// Lets go of a writer; a file that was not closed is removed.
void ashim_writer_release(ashim_writer *writer);
/// Adds the texts of an identifier column whose codes follow those added before.
bool ashim_writer_add_texts(
  ashim_writer *writer, int32_t column, const char *bytes, const int64_t *ends, int64_t count, ashim_error *error);
/// Adds rows: one array a column, copied before the call returns. Waits while encoding is behind.
bool ashim_writer_append(
  ashim_writer *writer, int64_t row_count, const void *const *values, ashim_error *error);
/// Writes what is left and the file's end, has the system put all on disk and closes the file.
bool ashim_writer_close(ashim_writer *writer, ashim_error *error);

#ifdef __cplusplus
}
#endif

#endif
