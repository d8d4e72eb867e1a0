/// Files of any Arrow type, to test reading with.
#ifndef ARROW_FIXTURES_H
#define ARROW_FIXTURES_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A column given as texts, row by row.
typedef struct fixture_column {
  const char *name;
  /// Such as `int16`, `decimal128`, `timestamp[ms, UTC]`, `dictionary<int8, string>`.
  const char *type;
  /// A null pointer is a null value.
  const char *const *texts;
} fixture_column;

/// Writes a table; the first letter of `format` is p for Parquet, f for an Arrow file, s for an Arrow stream.
/// Returns null, or what went wrong, until the next call.
const char *fixture_write(
  const char *path, const char *format, const fixture_column *columns, int32_t column_count, int64_t row_count,
  int64_t rows_per_group);

#ifdef __cplusplus
}
#endif

#endif
