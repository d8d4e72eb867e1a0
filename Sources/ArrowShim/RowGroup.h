// Rows on their way to a file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "ArrowShim.h"
#include "ColumnConverter.h"

namespace tables {

/// A column as the file is to have it.
struct OutputColumn {
  std::string name;
  ashim_kind kind;
  ashim_storage storage;

  /// The bytes of a value in memory.
  size_t width() const {
    switch (kind) {
      case ASHIM_NUMBER:
      case ASHIM_INT64: return 8;
      case ASHIM_BOOLEAN: return 1;
      default: return 4;
    }
  }
};

/// The rows that are encoded together: an array a column.
class RowGroup {
 public:
  RowGroup(const std::vector<OutputColumn> &columns, int64_t capacity) : capacity_(capacity) {
    for (const auto &column : columns) {
      widths_.push_back(column.width());
      values_.emplace_back(new uint8_t[column.width() * static_cast<size_t>(capacity)]);
    }
    new_texts_.resize(columns.size());
  }

  int64_t row_count() const { return row_count_; }
  bool is_full() const { return row_count_ == capacity_; }

  /// Copies rows from `first` on, as many as fit of `count`, and gives how many did.
  int64_t Append(const void *const *values, int64_t first, int64_t count) {
    const int64_t taken = std::min(count, capacity_ - row_count_);
    for (size_t i = 0; i < values_.size(); i++) {
      const auto *from = static_cast<const uint8_t *>(values[i]) + static_cast<size_t>(first) * widths_[i];
      std::memcpy(
          values_[i].get() + static_cast<size_t>(row_count_) * widths_[i], from,
          static_cast<size_t>(taken) * widths_[i]);
    }
    row_count_ += taken;
    return taken;
  }

  void Clear() {
    row_count_ = 0;
    for (auto &texts : new_texts_) texts = {};
  }

  template <class Value>
  const Value *values(size_t column) const {
    return reinterpret_cast<const Value *>(values_[column].get());
  }

  /// The texts of a column that its earlier groups did not have.
  TextList &new_texts(size_t column) { return new_texts_[column]; }

 private:
  int64_t capacity_;
  int64_t row_count_ = 0;
  std::vector<size_t> widths_;
  std::vector<std::unique_ptr<uint8_t[]>> values_;
  std::vector<TextList> new_texts_;
};

}  // namespace tables
