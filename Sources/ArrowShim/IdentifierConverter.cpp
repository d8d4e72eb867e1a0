// Identifiers: texts and whole numbers become codes, in order of first appearance in the file.
#include <arrow/array.h>
#include <arrow/util/utf8.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <string>

#include "ArrayAccess.h"
#include "CodeTable.h"
#include "ColumnConverter.h"
#include "DictionaryLookup.h"

namespace tables {

namespace {

constexpr int32_t kMissing = ASHIM_MISSING_CODE;
constexpr int32_t kUnknown = -2;

ashim_storage StorageOf(const arrow::DataType &type) {
  switch (type.id()) {
    case arrow::Type::INT8: return ASHIM_STORED_INT8;
    case arrow::Type::INT16: return ASHIM_STORED_INT16;
    case arrow::Type::INT32: return ASHIM_STORED_INT32;
    case arrow::Type::INT64: return ASHIM_STORED_INT64;
    case arrow::Type::UINT8: return ASHIM_STORED_UINT8;
    case arrow::Type::UINT16: return ASHIM_STORED_UINT16;
    case arrow::Type::UINT32: return ASHIM_STORED_UINT32;
    case arrow::Type::UINT64: return ASHIM_STORED_UINT64;
    default: return ASHIM_TEXT;
  }
}

class IdentifierConverter : public ColumnConverter {
 public:
  explicit IdentifierConverter(const ConversionContext &context)
      : context_(context), storage_(StorageOf(ValueType(*context.type))) {
    arrow::util::InitializeUTF8();
    const auto &type = ValueType(*context.type);
    if (!IsText(type) && !IsInteger(type) && type.id() != arrow::Type::NA) {
      throw Failure::WrongType(context.request, context.type->ToString());
    }
  }

  ashim_storage storage() const override { return storage_; }

  ConvertedColumn Convert(const arrow::ChunkedArray &column, int64_t first_row) override {
    ConvertedColumn converted;
    auto *codes = AllocateValues<int32_t>(converted, column.length(), context_.pool);
    int64_t row = 0;
    for (const auto &chunk : column.chunks()) {
      const auto stored = Storage(chunk);
      Copy(*stored, codes + row, converted.new_texts);
      CheckTexts(*stored, first_row + row, codes + row);
      row += chunk->length();
    }
    converted.missing_count = CountEqual(codes, column.length(), kMissing);
    return converted;
  }

 private:
  void Copy(const arrow::Array &array, int32_t *codes, TextList &news) {
    if (array.type_id() == arrow::Type::NA) {
      std::fill_n(codes, array.length(), kMissing);
    } else if (array.type_id() == arrow::Type::DICTIONARY) {
      lookup_.Gather(
          static_cast<const arrow::DictionaryArray &>(array), kMissing, codes,
          [&](const arrow::Array &dictionary, int64_t entry) {
            int32_t code = kMissing;
            Copy(*dictionary.Slice(entry, 1), &code, news);
            return code;
          });
    } else if (!VisitTexts(
                   array, [&](int64_t row, std::string_view text) { codes[row] = CodeOfText(text, news); },
                   [&](int64_t row) { codes[row] = kMissing; })) {
      WithIntegers(array, [&](const auto *numbers) {
        for (int64_t row = 0; row < array.length(); row++) {
          codes[row] = array.IsValid(row) ? CodeOfNumber(numbers[row], news) : kMissing;
        }
      });
    }
  }

  int32_t CodeOfText(std::string_view text, TextList &news) {
    if (text.empty() && context_.empty_text_is_missing) return kMissing;
    return texts_.Code(text, [&](std::string_view key) {
      if (!arrow::util::ValidateUTF8(key)) first_invalid_ = std::min(first_invalid_, texts_.count());
      news.Append(key);
      return std::string_view(kept_.emplace_back(key));
    });
  }

  template <class Number>
  int32_t CodeOfNumber(Number number, TextList &news) {
    // Large unsigned numbers take the place of negative ones: a column has one type, so they cannot meet.
    return numbers_.Code(static_cast<int64_t>(number), [&](int64_t key) {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
      news.Append(std::string_view(digits, end - digits));
      return key;
    });
  }

  /// Throws where a text is not UTF-8: it could not be shown, nor written again.
  void CheckTexts(const arrow::Array &array, int64_t first_row, const int32_t *codes) const {
    if (first_invalid_ == kAllValid) return;
    const auto *end = codes + array.length();
    const auto *found = std::find(codes, end, first_invalid_);
    if (found == end) return;
    const int64_t row = found - codes;
    throw Failure::UnparsableValue(context_.request, first_row + row + 1, ShownValue(array, row));
  }

  static constexpr int32_t kAllValid = INT32_MAX;

  ConversionContext context_;
  ashim_storage storage_;
  CodeTable<std::string_view> texts_;
  /// The texts that `texts_` points into.
  std::deque<std::string> kept_;
  CodeTable<int64_t> numbers_;
  DictionaryLookup<int32_t> lookup_{kUnknown};
  int32_t first_invalid_ = kAllValid;
};

}  // namespace

std::unique_ptr<ColumnConverter> MakeIdentifierConverter(const ConversionContext &context) {
  return std::make_unique<IdentifierConverter>(context);
}

}  // namespace tables
