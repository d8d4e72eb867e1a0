#include "DoubleColumn.h"

#include <parquet/column_reader.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/schema.h>

#include <algorithm>
#include <limits>

#include "Failure.h"

namespace tables {

namespace {

/// The rows whose levels are held at a time.
constexpr int64_t kMostRows = 16 << 10;

/// Puts values that stand one after the other into the rows that have one.
void Spread(const int16_t *levels, int64_t row_count, int64_t value_count, double *values) {
  for (int64_t row = row_count - 1; row >= 0; row--) {
    values[row] = levels[row] > 0 ? values[--value_count] : std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace

DoubleColumn::DoubleColumn(parquet::ParquetFileReader *file, int leaf)
    : file_(file),
      leaf_(leaf),
      is_nullable_(file->metadata()->schema()->Column(leaf)->max_definition_level() > 0),
      levels_(is_nullable_ ? kMostRows : 0) {}

DoubleColumn::~DoubleColumn() = default;

bool DoubleColumn::CanRead(const parquet::ColumnDescriptor &column) {
  const auto &logical = column.logical_type();
  return column.physical_type() == parquet::Type::DOUBLE && column.max_repetition_level() == 0 &&
         column.max_definition_level() <= 1 && (logical == nullptr || logical->is_none());
}

void DoubleColumn::Read(int64_t row_count, double *values) {
  try {
    ReadRows(row_count, values);
  } catch (const parquet::ParquetStatusException &exception) {
    CheckRead(exception.status());
  }
}

void DoubleColumn::ReadRows(int64_t row_count, double *values) {
  int64_t done = 0;
  while (done < row_count) {
    RequireRows();
    auto &reader = static_cast<parquet::DoubleReader &>(*group_);
    const int64_t wanted = is_nullable_ ? std::min(row_count - done, kMostRows) : row_count - done;
    int64_t value_count = 0;
    const int64_t rows = reader.ReadBatch(
        wanted, is_nullable_ ? levels_.data() : nullptr, nullptr, values + done, &value_count);
    if (rows <= 0 || value_count > rows) throw Failure(ASHIM_CORRUPT, "a page has other values than it says");
    if (value_count < rows) Spread(levels_.data(), rows, value_count, values + done);
    done += rows;
  }
}

void DoubleColumn::RequireRows() {
  while (group_ == nullptr || !group_->HasNext()) {
    if (next_group_ == file_->metadata()->num_row_groups()) {
      throw Failure(ASHIM_CORRUPT, "a column has fewer rows than the file says");
    }
    group_ = file_->RowGroup(next_group_++)->Column(leaf_);
  }
}

}  // namespace tables
