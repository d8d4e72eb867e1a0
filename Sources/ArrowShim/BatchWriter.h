// Encoding behind: rows are gathered into groups, and a thread encodes one group while the next is gathered.
#pragma once

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "OutputFile.h"
#include "RowGroup.h"
#include "TableEncoder.h"

namespace tables {

/// A file being written by one thread and encoded by another.
///
/// Holds two groups of rows at most: the one being gathered and the one being encoded.
class BatchWriter {
 public:
  BatchWriter(const std::string &path, ashim_write_options options, std::vector<OutputColumn> columns);
  ~BatchWriter();

  BatchWriter(const BatchWriter &) = delete;
  BatchWriter &operator=(const BatchWriter &) = delete;

  /// Adds the next texts of an identifier column.
  void AddTexts(int column, std::string_view bytes, const int64_t *ends, int64_t count);

  /// Adds rows. Throws what went wrong with them or with earlier ones.
  void Append(int64_t row_count, const void *const *values);

  /// Ends the file.
  void Close();

 private:
  static int64_t RowsPerGroup(const ashim_write_options &options, const std::vector<OutputColumn> &columns);

  /// Hands the gathered group to the encoding thread once that is free.
  void Submit();
  void EncodeBehind();
  void Stop();

  OutputFile file_;
  std::unique_ptr<TableEncoder> encoder_;
  std::unique_ptr<RowGroup> gathered_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<RowGroup> spare_;
  std::unique_ptr<RowGroup> submitted_;
  std::exception_ptr failure_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace tables
