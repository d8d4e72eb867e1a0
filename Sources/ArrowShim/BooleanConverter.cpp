// Booleans: booleans, the numbers 0 and 1, and the texts true and false.
#include "ParsingConverter.h"
#include "TextValues.h"

namespace tables {

namespace {

constexpr uint8_t kMissing = ASHIM_MISSING_BOOLEAN;
constexpr uint8_t kUnparsable = 3;
constexpr uint8_t kUnknown = 4;

class BooleanConverter : public ParsingConverter<uint8_t, kMissing, kUnparsable, kUnknown> {
 public:
  explicit BooleanConverter(const ConversionContext &context) : ParsingConverter(context) {
    const auto &type = ValueType(*context.type);
    const bool is_readable = type.id() == arrow::Type::BOOL || type.id() == arrow::Type::NA || IsInteger(type) ||
                             type.id() == arrow::Type::FLOAT || type.id() == arrow::Type::DOUBLE || IsText(type);
    if (!is_readable) throw Failure::WrongType(context.request, context.type->ToString());
  }

 protected:
  uint8_t ValueOfText(std::string_view text) const override {
    if (const auto value = ParseBoolean(text)) return *value ? 1 : 0;
    const auto number = ParseNumber(text);
    return number ? ValueOfNumber(*number) : kUnparsable;
  }

  void CopyValues(const arrow::Array &array, uint8_t *values) const override {
    switch (array.type_id()) {
      case arrow::Type::BOOL: {
        const auto &booleans = static_cast<const arrow::BooleanArray &>(array);
        for (int64_t row = 0; row < array.length(); row++) values[row] = booleans.Value(row) ? 1 : 0;
        break;
      }
      case arrow::Type::FLOAT:
        CopyNumbers(static_cast<const arrow::FloatArray &>(array).raw_values(), array.length(), values);
        break;
      case arrow::Type::DOUBLE:
        CopyNumbers(static_cast<const arrow::DoubleArray &>(array).raw_values(), array.length(), values);
        break;
      default:
        WithIntegers(array, [&](const auto *numbers) { CopyNumbers(numbers, array.length(), values); });
    }
  }

 private:
  template <class Number>
  static uint8_t ValueOfNumber(Number number) {
    if (number == Number{0}) return 0;
    if (number == Number{1}) return 1;
    // A missing number is NaN, as in every other column of numbers.
    return number != number ? kMissing : kUnparsable;
  }

  template <class Number>
  static void CopyNumbers(const Number *numbers, int64_t count, uint8_t *values) {
    for (int64_t row = 0; row < count; row++) values[row] = ValueOfNumber(numbers[row]);
  }
};

}  // namespace

std::unique_ptr<ColumnConverter> MakeBooleanConverter(const ConversionContext &context) {
  return std::make_unique<BooleanConverter>(context);
}

}  // namespace tables
