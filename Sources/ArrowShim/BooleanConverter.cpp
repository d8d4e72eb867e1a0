// Booleans: booleans, the numbers 0 and 1, and the texts true and false.
#include <arrow/array.h>

#include <algorithm>

#include "ArrayAccess.h"
#include "ColumnConverter.h"
#include "DictionaryLookup.h"
#include "TextValues.h"

namespace tables {

namespace {

constexpr uint8_t kMissing = ASHIM_MISSING_BOOLEAN;
constexpr uint8_t kUnparsable = 3;
constexpr uint8_t kUnknown = 4;

class BooleanConverter : public ColumnConverter {
 public:
  explicit BooleanConverter(const ConversionContext &context) : context_(context) {
    const auto &type = ValueType(*context.type);
    const bool is_readable =
        type.id() == arrow::Type::BOOL || type.id() == arrow::Type::NA || IsInteger(type) || IsText(type);
    if (!is_readable) throw Failure::WrongType(context.request, context.type->ToString());
  }

  ConvertedColumn Convert(const arrow::ChunkedArray &column, int64_t first_row) override {
    ConvertedColumn converted;
    auto *values = AllocateValues<uint8_t>(converted, column.length(), context_.pool);
    int64_t row = 0;
    for (const auto &chunk : column.chunks()) {
      const auto stored = Storage(chunk);
      Copy(*stored, values + row);
      CheckParsed(*stored, first_row + row, values + row);
      row += chunk->length();
    }
    converted.missing_count = CountEqual(values, column.length(), kMissing);
    return converted;
  }

 private:
  static uint8_t ValueOfText(std::string_view text) {
    if (text.empty()) return kMissing;
    const auto value = ParseBoolean(text);
    return value ? static_cast<uint8_t>(*value) : kUnparsable;
  }

  void Copy(const arrow::Array &array, uint8_t *values) {
    switch (array.type_id()) {
      case arrow::Type::NA: std::fill_n(values, array.length(), kMissing); return;
      case arrow::Type::BOOL: {
        const auto &booleans = static_cast<const arrow::BooleanArray &>(array);
        for (int64_t row = 0; row < array.length(); row++) values[row] = booleans.Value(row) ? 1 : 0;
        break;
      }
      case arrow::Type::DICTIONARY:
        lookup_.Gather(
            static_cast<const arrow::DictionaryArray &>(array), kMissing, values,
            [&](const arrow::Array &dictionary, int64_t entry) {
              uint8_t value = kUnparsable;
              Copy(*dictionary.Slice(entry, 1), &value);
              return value;
            });
        return;
      default:
        if (VisitTexts(
                array, [&](int64_t row, std::string_view text) { values[row] = ValueOfText(text); },
                [&](int64_t row) { values[row] = kMissing; })) {
          return;
        }
        WithIntegers(array, [&](const auto *numbers) {
          for (int64_t row = 0; row < array.length(); row++) {
            const auto number = numbers[row];
            values[row] = number == 0 ? 0 : number == 1 ? 1 : kUnparsable;
          }
        });
    }
    FillNulls(array, values, kMissing);
  }

  void CheckParsed(const arrow::Array &array, int64_t first_row, const uint8_t *values) const {
    const auto *end = values + array.length();
    const auto *found = std::find(values, end, kUnparsable);
    if (found == end) return;
    const int64_t row = found - values;
    throw Failure::UnparsableValue(context_.request, first_row + row + 1, ShownValue(array, row));
  }

  ConversionContext context_;
  DictionaryLookup<uint8_t> lookup_{kUnknown};
};

}  // namespace

std::unique_ptr<ColumnConverter> MakeBooleanConverter(const ConversionContext &context) {
  return std::make_unique<BooleanConverter>(context);
}

}  // namespace tables
