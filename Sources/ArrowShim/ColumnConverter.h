// From the library's arrays, of many types and in pieces, to one flat array of the kind that was requested.
#pragma once

#include <arrow/buffer.h>
#include <arrow/chunked_array.h>
#include <arrow/memory_pool.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ArrowShim.h"
#include "Failure.h"

namespace tables {

/// Texts one after the other.
struct TextList {
  std::string bytes;
  std::vector<int64_t> ends;

  void Append(std::string_view text) {
    bytes.append(text);
    ends.push_back(static_cast<int64_t>(bytes.size()));
  }
};

/// A column of a batch as the caller sees it.
struct ConvertedColumn {
  const void *values = nullptr;
  int64_t missing_count = 0;
  /// Numbers only.
  int64_t infinite_count = 0;
  /// What keeps `values` alive: a buffer of its own, or the array that it is a part of.
  std::shared_ptr<const void> owner;
  /// Identifiers only.
  TextList new_texts;
};

/// Converts one requested column, batch after batch in the order of the file.
class ColumnConverter {
 public:
  virtual ~ColumnConverter() = default;

  /// - Parameter first_row: the position in the file of the column's first row, for messages.
  virtual ConvertedColumn Convert(const arrow::ChunkedArray &column, int64_t first_row) = 0;

  /// What the identifiers are in the file.
  virtual ashim_storage storage() const { return ASHIM_TEXT; }
};

/// What every converter is told.
struct ConversionContext {
  /// The position of the column among those requested.
  int request = 0;
  std::shared_ptr<arrow::DataType> type;
  bool empty_text_is_missing = true;
  /// Whether numbers may be texts: the file has no types.
  bool parses_numbers = false;
  arrow::MemoryPool *pool = nullptr;
};

/// Makes the converter for a type and a kind; throws where the type cannot be read as that.
std::unique_ptr<ColumnConverter> MakeConverter(ashim_kind kind, const ConversionContext &context);

std::unique_ptr<ColumnConverter> MakeNumberConverter(const ConversionContext &context);
std::unique_ptr<ColumnConverter> MakeDateConverter(const ConversionContext &context);
std::unique_ptr<ColumnConverter> MakeBooleanConverter(const ConversionContext &context);
std::unique_ptr<ColumnConverter> MakeIdentifierConverter(const ConversionContext &context);

/// The type of the values: of a dictionary's values where the type is a dictionary, of what an extension is made of.
const arrow::DataType &ValueType(const arrow::DataType &type);

bool IsText(const arrow::DataType &type);
bool IsInteger(const arrow::DataType &type);

/// Counts the numbers of a column that are NaN or infinite.
void CountSpecial(const double *values, int64_t count, ConvertedColumn &column);

/// Gives a column room for its values.
template <class Value>
Value *AllocateValues(ConvertedColumn &column, int64_t count, arrow::MemoryPool *pool) {
  std::shared_ptr<arrow::Buffer> buffer =
      CheckRead(arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(Value)), pool));
  auto *values = reinterpret_cast<Value *>(buffer->mutable_data());
  column.values = values;
  column.owner = std::move(buffer);
  return values;
}

}  // namespace tables
