// Walking through the library's arrays whatever their exact type.
#pragma once

#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/scalar.h>
#include <arrow/type_traits.h>
#include <arrow/util/config.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tables {

/// Calls `body(row, text)` for each row with a text and `missing(row)` for each other.
template <class TextArray, class Body, class Missing>
void VisitTextArray(const TextArray &texts, Body &&body, Missing &&missing) {
  if (texts.null_count() == 0) {
    for (int64_t row = 0; row < texts.length(); row++) body(row, std::string_view(texts.GetView(row)));
    return;
  }
  for (int64_t row = 0; row < texts.length(); row++) {
    if (texts.IsValid(row)) {
      body(row, std::string_view(texts.GetView(row)));
    } else {
      missing(row);
    }
  }
}

/// Calls `body(row, text)` for each row with a text and `missing(row)` for each other. False where there are no texts.
template <class Body, class Missing>
bool VisitTexts(const arrow::Array &array, Body &&body, Missing &&missing) {
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      VisitTextArray(static_cast<const arrow::BinaryArray &>(array), body, missing);
      return true;
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      VisitTextArray(static_cast<const arrow::LargeBinaryArray &>(array), body, missing);
      return true;
#if ARROW_VERSION_MAJOR >= 15
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW:
      VisitTextArray(static_cast<const arrow::BinaryViewArray &>(array), body, missing);
      return true;
#endif
    default: return false;
  }
}

/// Calls `body` with the values of an array of integers, as a pointer of their C type. False where it is none.
template <class Body>
bool WithIntegers(const arrow::Array &array, Body &&body) {
  switch (array.type_id()) {
    case arrow::Type::INT8: body(static_cast<const arrow::Int8Array &>(array).raw_values()); return true;
    case arrow::Type::INT16: body(static_cast<const arrow::Int16Array &>(array).raw_values()); return true;
    case arrow::Type::INT32: body(static_cast<const arrow::Int32Array &>(array).raw_values()); return true;
    case arrow::Type::INT64: body(static_cast<const arrow::Int64Array &>(array).raw_values()); return true;
    case arrow::Type::UINT8: body(static_cast<const arrow::UInt8Array &>(array).raw_values()); return true;
    case arrow::Type::UINT16: body(static_cast<const arrow::UInt16Array &>(array).raw_values()); return true;
    case arrow::Type::UINT32: body(static_cast<const arrow::UInt32Array &>(array).raw_values()); return true;
    case arrow::Type::UINT64: body(static_cast<const arrow::UInt64Array &>(array).raw_values()); return true;
    default: return false;
  }
}

/// Overwrites the values of the rows that are null.
template <class Value>
void FillNulls(const arrow::Array &array, Value *values, Value missing) {
  if (array.null_count() == 0) return;
  const uint8_t *bitmap = array.null_bitmap_data();
  if (bitmap == nullptr) {
    // Null without a bitmap: an array of nothing else.
    for (int64_t row = 0; row < array.length(); row++) values[row] = missing;
    return;
  }
  const int64_t offset = array.offset();
  int64_t row = 0;
  // Rows one by one up to a whole byte, then eight at a time where all of them are there.
  while (row < array.length()) {
    const int64_t bit = offset + row;
    if ((bit & 7) == 0 && array.length() - row >= 8 && bitmap[bit >> 3] == 0xFF) {
      row += 8;
      continue;
    }
    if (((bitmap[bit >> 3] >> (bit & 7)) & 1) == 0) values[row] = missing;
    row++;
  }
}

/// What an extension type is stored as; any other array itself.
inline std::shared_ptr<arrow::Array> Storage(const std::shared_ptr<arrow::Array> &array) {
  if (array->type_id() != arrow::Type::EXTENSION) return array;
  return static_cast<const arrow::ExtensionArray &>(*array).storage();
}

/// The text of a value as a message shows it.
inline std::string ShownValue(const arrow::Array &array, int64_t row) {
  std::string shown;
  if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto &coded = static_cast<const arrow::DictionaryArray &>(array);
    return ShownValue(*coded.dictionary(), coded.GetValueIndex(row));
  }
  const bool is_text = VisitTexts(
      *array.Slice(row, 1), [&](int64_t, std::string_view text) { shown = text; }, [](int64_t) {});
  if (is_text) return shown;
  const auto scalar = array.GetScalar(row);
  return scalar.ok() ? (*scalar)->ToString() : "?";
}

}  // namespace tables
