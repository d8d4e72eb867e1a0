// Columns whose values are worked out one by one, and may turn out not to be of the kind.
#pragma once

#include <arrow/array.h>

#include <algorithm>
#include <string_view>

#include "ArrayAccess.h"
#include "ColumnConverter.h"
#include "DictionaryLookup.h"

namespace tables {

/// What every converter that parses shares: pieces, dictionaries, texts, nulls, and values that are none.
///
/// `missing`, `unparsable` and `unknown` are three values that no value of the kind has.
template <class Value, Value missing, Value unparsable, Value unknown>
class ParsingConverter : public ColumnConverter {
 public:
  explicit ParsingConverter(const ConversionContext &context) : context_(context) {}

  ConvertedColumn Convert(const arrow::ChunkedArray &column, int64_t first_row) override {
    ConvertedColumn converted;
    auto *values = AllocateValues<Value>(converted, column.length(), context_.pool);
    int64_t row = 0;
    for (const auto &chunk : column.chunks()) {
      const auto stored = Storage(chunk);
      Copy(*stored, values + row);
      CheckParsed(*stored, first_row + row, values + row);
      row += chunk->length();
    }
    converted.missing_count = CountEqual(values, column.length(), missing);
    return converted;
  }

 protected:
  /// The value of a text that is not empty.
  virtual Value ValueOfText(std::string_view text) const = 0;

  /// Copies an array of neither texts nor a dictionary; null rows may get any value.
  virtual void CopyValues(const arrow::Array &array, Value *values) const = 0;

  ConversionContext context_;

 private:
  void Copy(const arrow::Array &array, Value *values) {
    if (array.type_id() == arrow::Type::NA) {
      std::fill_n(values, array.length(), missing);
    } else if (array.type_id() == arrow::Type::DICTIONARY) {
      lookup_.Gather(
          static_cast<const arrow::DictionaryArray &>(array), missing, values,
          [&](const arrow::Array &dictionary, int64_t entry) {
            Value value = unparsable;
            Copy(*dictionary.Slice(entry, 1), &value);
            return value;
          });
    } else if (!VisitTexts(
                   array,
                   [&](int64_t row, std::string_view text) {
                     values[row] = text.empty() ? missing : ValueOfText(text);
                   },
                   [&](int64_t row) { values[row] = missing; })) {
      CopyValues(array, values);
      FillNulls(array, values, missing);
    }
  }

  void CheckParsed(const arrow::Array &array, int64_t first_row, const Value *values) const {
    const auto *end = values + array.length();
    const auto *found = std::find(values, end, unparsable);
    if (found == end) return;
    const int64_t row = found - values;
    throw Failure::UnparsableValue(context_.request, first_row + row + 1, ShownValue(array, row));
  }

  DictionaryLookup<Value> lookup_{unknown};
};

}  // namespace tables
