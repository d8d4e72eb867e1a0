// A column of doubles in a Parquet file, read without the library's arrays in between.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace parquet {
class ColumnDescriptor;
class ColumnReader;
class ParquetFileReader;
}  // namespace parquet

namespace tables {

/// The values of one column, from page to memory of the caller's.
class DoubleColumn {
 public:
  /// - Parameter leaf: the column, for which `CanRead` holds.
  DoubleColumn(parquet::ParquetFileReader *file, int leaf);
  ~DoubleColumn();

  /// Whether a column holds doubles, one or none a row, that stand for themselves.
  static bool CanRead(const parquet::ColumnDescriptor &column);

  /// Reads the next rows, whatever their row groups, missing ones as NaN; throws where there are fewer.
  void Read(int64_t row_count, double *values);

 private:
  void ReadRows(int64_t row_count, double *values);
  /// Goes on to the row group that has the next row.
  void RequireRows();

  parquet::ParquetFileReader *file_;
  int leaf_;
  bool is_nullable_;
  int next_group_ = 0;
  std::shared_ptr<parquet::ColumnReader> group_;
  /// For each of the rows being read whether it has a value.
  std::vector<int16_t> levels_;
};

}  // namespace tables
