// Numbers: every numeric type becomes a double, missing is NaN.
#include <arrow/array.h>
#include <arrow/util/decimal.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "ArrayAccess.h"
#include "ColumnConverter.h"
#include "TextValues.h"

namespace tables {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool IsNumber(const arrow::DataType &type) {
  return IsInteger(type) || arrow::is_floating(type.id()) || arrow::is_decimal(type.id());
}

/// A half-precision number as a double, exactly.
double HalfToDouble(uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int fraction = half & 0x3FF;
  double magnitude;
  if (exponent == 0x1F) {
    magnitude = fraction == 0 ? std::numeric_limits<double>::infinity() : kMissing;
  } else if (exponent == 0) {
    magnitude = std::ldexp(fraction, -24);
  } else {
    magnitude = std::ldexp(fraction + 1024, exponent - 25);
  }
  return half & 0x8000 ? -magnitude : magnitude;
}

/// Decimals as the nearest doubles.
class DecimalScale {
 public:
  explicit DecimalScale(int32_t scale) : scale_(scale) {
    // Powers of ten up to the 22nd are doubles, and so are whole numbers of 53 bits: their quotient is rounded once.
    if (scale >= 0 && scale <= 22) power_ = std::pow(10.0, scale);
  }

  template <class Decimal>
  double Value(const Decimal &decimal) const {
    constexpr int64_t kExact = int64_t{1} << 53;
    // Decimals of 256 bits have no short form to ask for.
    if constexpr (requires { decimal.template ToInteger<int64_t>(); }) {
      const auto small = decimal.template ToInteger<int64_t>();
      if (power_ > 0 && small.ok() && *small > -kExact && *small < kExact) {
        return static_cast<double>(*small) / power_;
      }
    }
    const std::string text = decimal.ToString(scale_);
    double value = kMissing;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

 private:
  int32_t scale_;
  double power_ = 0;
};

template <class Decimal>
void CopyDecimals(const arrow::Array &array, double *values) {
  const auto &decimals = static_cast<const arrow::FixedSizeBinaryArray &>(array);
  const DecimalScale scale(static_cast<const arrow::DecimalType &>(*array.type()).scale());
  for (int64_t row = 0; row < array.length(); row++) {
    if (array.IsValid(row)) values[row] = scale.Value(Decimal(decimals.GetValue(row)));
  }
}

class NumberConverter : public ColumnConverter {
 public:
  explicit NumberConverter(const ConversionContext &context) : context_(context) {
    const auto &type = ValueType(*context.type);
    const bool is_readable =
        IsNumber(type) || type.id() == arrow::Type::NA || (context.parses_numbers && IsText(type));
    if (!is_readable) throw Failure::WrongType(context.request, context.type->ToString());
  }

  ConvertedColumn Convert(const arrow::ChunkedArray &column, int64_t first_row) override {
    ConvertedColumn converted;
    if (column.num_chunks() == 1 && IsDoublesWithoutNulls(*column.chunk(0))) {
      // The file's own memory, as it is.
      converted.values = static_cast<const arrow::DoubleArray &>(*column.chunk(0)).raw_values();
      converted.owner = column.chunk(0);
    } else {
      auto *values = AllocateValues<double>(converted, column.length(), context_.pool);
      int64_t row = 0;
      for (const auto &chunk : column.chunks()) {
        Copy(Storage(chunk), first_row + row, values + row);
        row += chunk->length();
      }
    }
    CountSpecial(static_cast<const double *>(converted.values), column.length(), converted);
    return converted;
  }

 private:
  static bool IsDoublesWithoutNulls(const arrow::Array &array) {
    if (array.type_id() != arrow::Type::DOUBLE || array.null_count() != 0) return false;
    const auto *values = static_cast<const arrow::DoubleArray &>(array).raw_values();
    return reinterpret_cast<uintptr_t>(values) % alignof(double) == 0;
  }

  void Copy(const std::shared_ptr<arrow::Array> &chunk, int64_t first_row, double *values) {
    const arrow::Array &array = *chunk;
    switch (array.type_id()) {
      case arrow::Type::DOUBLE:
        std::memcpy(
            values, static_cast<const arrow::DoubleArray &>(array).raw_values(), array.length() * sizeof(double));
        break;
      case arrow::Type::FLOAT: {
        const auto *floats = static_cast<const arrow::FloatArray &>(array).raw_values();
        for (int64_t row = 0; row < array.length(); row++) values[row] = floats[row];
        break;
      }
      case arrow::Type::HALF_FLOAT: {
        const auto *halves = static_cast<const arrow::HalfFloatArray &>(array).raw_values();
        for (int64_t row = 0; row < array.length(); row++) values[row] = HalfToDouble(halves[row]);
        break;
      }
      case arrow::Type::DECIMAL128: CopyDecimals<arrow::Decimal128>(array, values); break;
      case arrow::Type::DECIMAL256: CopyDecimals<arrow::Decimal256>(array, values); break;
#if ARROW_VERSION_MAJOR >= 19
      case arrow::Type::DECIMAL32: CopyDecimals<arrow::Decimal32>(array, values); break;
      case arrow::Type::DECIMAL64: CopyDecimals<arrow::Decimal64>(array, values); break;
#endif
      case arrow::Type::DICTIONARY:
        CopyDictionary(static_cast<const arrow::DictionaryArray &>(array), first_row, values);
        return;
      case arrow::Type::NA: std::fill_n(values, array.length(), kMissing); return;
      default:
        if (VisitTexts(
                array, [&](int64_t row, std::string_view text) { values[row] = Parse(text, first_row + row); },
                [&](int64_t row) { values[row] = kMissing; })) {
          return;
        }
        WithIntegers(array, [&](const auto *integers) {
          for (int64_t row = 0; row < array.length(); row++) values[row] = static_cast<double>(integers[row]);
        });
    }
    FillNulls(array, values, kMissing);
  }

  double Parse(std::string_view text, int64_t row) const {
    if (text.empty()) return kMissing;
    const auto value = ParseNumber(text);
    if (!value) throw Failure::UnparsableValue(context_.request, row + 1, std::string(text));
    return *value;
  }

  void CopyDictionary(const arrow::DictionaryArray &array, int64_t first_row, double *values) {
    const auto &indices = *array.indices();
    const bool is_text = IsText(*array.dictionary()->type());
    std::vector<double> entries(static_cast<size_t>(is_text ? 0 : array.dictionary()->length()));
    if (!is_text) Copy(Storage(array.dictionary()), 0, entries.data());
    for (int64_t row = 0; row < array.length(); row++) {
      if (indices.IsNull(row)) {
        values[row] = kMissing;
      } else if (const int64_t entry = array.GetValueIndex(row); is_text) {
        values[row] = array.dictionary()->IsNull(entry)
                          ? kMissing
                          : Parse(ShownValue(*array.dictionary(), entry), first_row + row);
      } else {
        values[row] = entries.at(static_cast<size_t>(entry));
      }
    }
  }

  ConversionContext context_;
};

}  // namespace

void CountSpecial(const double *values, int64_t count, ConvertedColumn &column) {
  int64_t missing = 0;
  int64_t infinite = 0;
  for (int64_t i = 0; i < count; i++) {
    missing += values[i] != values[i] ? 1 : 0;
    infinite += std::abs(values[i]) > std::numeric_limits<double>::max() ? 1 : 0;
  }
  column.missing_count = missing;
  column.infinite_count = infinite;
}

std::unique_ptr<ColumnConverter> MakeNumberConverter(const ConversionContext &context) {
  return std::make_unique<NumberConverter>(context);
}

}  // namespace tables
