// Files of tables and where their batches come from: one implementation a format.
#pragma once

#include <arrow/chunked_array.h>
#include <arrow/memory_pool.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ArrowShim.h"

namespace tables {

/// The requested columns of one file, a batch at a time, as the library's arrays.
class ColumnSource {
 public:
  virtual ~ColumnSource() = default;

  /// The type of a requested column.
  virtual std::shared_ptr<arrow::DataType> Type(int request) const = 0;

  /// Goes on to the next batch and gives its rows, at most `most_rows`; 0 after the last.
  virtual int64_t Advance(int64_t most_rows) = 0;

  /// A requested column of the current batch. Different columns may be asked for by different threads.
  virtual std::shared_ptr<arrow::ChunkedArray> Column(int request) = 0;

  /// Whether a column is requested as numbers and one of doubles that `ReadDoubles` gives in place of `Column`.
  virtual bool HasDoubles(int) const { return false; }

  /// Writes a requested column of the current batch to memory of the caller's, missing values as NaN.
  virtual void ReadDoubles(int, double *) {}
};

/// A file opened to see its columns.
class TableFile {
 public:
  virtual ~TableFile() = default;

  const std::vector<std::string> &column_names() const { return column_names_; }
  const ashim_read_options &options() const { return options_; }

  /// The rows of the file, or -1 where only reading it tells.
  virtual int64_t row_count() const { return -1; }

  /// Begins to read columns. The source allocates from `pool` and lives no longer than this file.
  virtual std::unique_ptr<ColumnSource> Read(
      const std::vector<ashim_request> &requests, arrow::MemoryPool *pool) = 0;

  /// Opens a file of the format that the options name.
  static std::unique_ptr<TableFile> Open(const std::string &path, const ashim_read_options &options);

 protected:
  TableFile(std::string path, const ashim_read_options &options)
      : path_(std::move(path)), options_(options) {}

  std::string path_;
  ashim_read_options options_;
  std::vector<std::string> column_names_;
};

/// The size of a file and its first and last eight bytes, or all where there are fewer.
struct FileEnds {
  int64_t size = 0;
  std::string first;
  std::string last;
};

/// Looks at a file; throws where it is missing, a folder, not readable or empty.
FileEnds InspectEnds(const std::string &path);

std::unique_ptr<TableFile> OpenParquet(const std::string &path, const ashim_read_options &options);
std::unique_ptr<TableFile> OpenCSV(const std::string &path, const ashim_read_options &options);
std::unique_ptr<TableFile> OpenFeather(const std::string &path, const ashim_read_options &options);

}  // namespace tables
