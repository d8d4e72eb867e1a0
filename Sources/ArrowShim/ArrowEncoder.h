// What Parquet and Feather have in common: rows as the library's arrays, handed to its writers.
#pragma once

#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/compression.h>

#include <memory>

#include "TableEncoder.h"

namespace tables {

/// Encoders that hand arrays to the library. Arrays point into the group and live as long as one call.
class ArrowEncoder : public TableEncoder {
 protected:
  using TableEncoder::TableEncoder;

  static arrow::Compression::type CompressionOf(ashim_compression compression);

  /// - Parameter text: the type of the columns of texts.
  std::shared_ptr<arrow::Schema> MakeSchema(const std::shared_ptr<arrow::DataType> &text) const;

  /// A column of a group. Texts are a dictionary of those that the group has, each once.
  std::shared_ptr<arrow::Array> Array(const RowGroup &group, size_t index) const;

 private:
  std::shared_ptr<arrow::Array> Dictionary(const int32_t *codes, int64_t count, size_t column) const;
  std::shared_ptr<arrow::Array> Integers(const int32_t *codes, int64_t count, size_t column) const;

  template <class Integer>
  std::shared_ptr<arrow::Array> IntegersOf(const int32_t *codes, int64_t count, size_t column) const;
};

}  // namespace tables
