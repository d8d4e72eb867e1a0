// Dates: date32, date64, timestamps at midnight, texts, and numbers written yyyymmdd become days since 1970-01-01.
#include <arrow/vendored/datetime.h>

#include <cstring>

#include "ParsingConverter.h"
#include "TextValues.h"

namespace tables {

namespace {

constexpr int32_t kMissing = ASHIM_MISSING_DATE;
// Of years that no calendar here has, so that no date is one of them.
constexpr int32_t kUnparsable = ASHIM_MISSING_DATE + 1;
constexpr int32_t kUnknown = ASHIM_MISSING_DATE + 2;

constexpr int64_t kSecondsPerDay = 86400;

int64_t UnitsPerSecond(arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND: return 1;
    case arrow::TimeUnit::MILLI: return 1000;
    case arrow::TimeUnit::MICRO: return 1000000;
    case arrow::TimeUnit::NANO: return 1000000000;
  }
  return 1;
}

/// The clock of a time zone: what to add to universal time.
class ZoneClock {
 public:
  /// - Parameter zone: a name such as `America/New_York`, an offset such as `+05:30`, or nothing.
  explicit ZoneClock(const std::string &zone) {
    if (zone.empty() || zone == "UTC" || zone == "Z" || zone == "GMT" || zone == "Etc/UTC") return;
    if (zone.size() >= 5 && (zone[0] == '+' || zone[0] == '-')) {
      const auto digit = [&](size_t place) { return zone[place] - '0'; };
      const size_t minutes = zone[3] == ':' ? 4 : 3;
      if (zone.size() == minutes + 2) {
        fixed_offset_ = (digit(1) * 10 + digit(2)) * 3600 + (digit(minutes) * 10 + digit(minutes + 1)) * 60;
        if (zone[0] == '-') fixed_offset_ = -fixed_offset_;
        return;
      }
    }
    zone_ = arrow_vendored::date::locate_zone(zone);
  }

  int64_t OffsetSeconds(int64_t seconds_since_epoch) const {
    if (zone_ == nullptr) return fixed_offset_;
    const std::chrono::sys_seconds instant{std::chrono::seconds(seconds_since_epoch)};
    return zone_->get_info(instant).offset.count();
  }

 private:
  int64_t fixed_offset_ = 0;
  const arrow_vendored::date::time_zone *zone_ = nullptr;
};

class DateConverter : public ParsingConverter<int32_t, kMissing, kUnparsable, kUnknown> {
 public:
  explicit DateConverter(const ConversionContext &context) : ParsingConverter(context) {
    const auto &type = ValueType(*context.type);
    switch (type.id()) {
      case arrow::Type::TIMESTAMP: PrepareTimestamps(static_cast<const arrow::TimestampType &>(type)); break;
      case arrow::Type::DATE32:
      case arrow::Type::NA: break;
      case arrow::Type::DATE64: units_per_second_ = 1000; break;
      case arrow::Type::INT32:
      case arrow::Type::INT64:
      case arrow::Type::UINT32:
      case arrow::Type::UINT64: break;
      default:
        if (!IsText(type)) throw Failure::WrongType(context.request, context.type->ToString());
    }
  }

  ConvertedColumn Convert(const arrow::ChunkedArray &column, int64_t first_row) override {
    const bool is_plain = column.num_chunks() == 1 && column.chunk(0)->type_id() == arrow::Type::DATE32 &&
                          column.chunk(0)->null_count() == 0;
    if (!is_plain) return ParsingConverter::Convert(column, first_row);
    ConvertedColumn converted;
    converted.values = static_cast<const arrow::Date32Array &>(*column.chunk(0)).raw_values();
    converted.owner = column.chunk(0);
    return converted;
  }

 protected:
  int32_t ValueOfText(std::string_view text) const override { return ParseDate(text).value_or(kUnparsable); }

  void CopyValues(const arrow::Array &array, int32_t *values) const override {
    switch (array.type_id()) {
      case arrow::Type::DATE32:
        std::memcpy(
            values, static_cast<const arrow::Date32Array &>(array).raw_values(), array.length() * sizeof(int32_t));
        break;
      case arrow::Type::DATE64:
      case arrow::Type::TIMESTAMP: {
        const auto *instants = array.data()->GetValues<int64_t>(1);
        CopyRuns(instants, array.length(), values, [&](int64_t instant) { return DayOfInstant(instant); });
        break;
      }
      default:
        WithIntegers(array, [&](const auto *numbers) {
          CopyRuns(numbers, array.length(), values, [](auto number) {
            const bool is_huge = number > static_cast<decltype(number)>(99991231);
            return is_huge ? kUnparsable : DateOfNumber(static_cast<int64_t>(number)).value_or(kUnparsable);
          });
        });
    }
  }

 private:
  void PrepareTimestamps(const arrow::TimestampType &type) {
    units_per_second_ = UnitsPerSecond(type.unit());
    try {
      clock_ = ZoneClock(type.timezone());
    } catch (const std::exception &) {
      throw Failure::WrongType(context_.request, type.ToString() + " (a time zone unknown to this machine)");
    }
  }

  /// The day that begins at an instant, or that none does.
  int32_t DayOfInstant(int64_t instant) const {
    int64_t seconds = instant / units_per_second_;
    if (seconds * units_per_second_ != instant) return kUnparsable;
    // Beyond the years 0 to 9999 there are no dates, nor time zones to ask about.
    constexpr int64_t kMostDays = 4'000'000;
    if (seconds > kMostDays * kSecondsPerDay || seconds < -kMostDays * kSecondsPerDay) return kUnparsable;
    seconds += clock_.OffsetSeconds(seconds);
    const int64_t day = seconds / kSecondsPerDay;
    if (day * kSecondsPerDay != seconds) return kUnparsable;
    return static_cast<int32_t>(day);
  }

  /// Converts values that come in runs: each is worked out only where it differs from the one before.
  template <class Value, class Convert>
  static void CopyRuns(const Value *from, int64_t count, int32_t *values, Convert &&convert) {
    if (count == 0) return;
    Value last = from[0];
    int32_t day = convert(last);
    for (int64_t row = 0; row < count; row++) {
      if (from[row] != last) {
        last = from[row];
        day = convert(last);
      }
      values[row] = day;
    }
  }

  int64_t units_per_second_ = 1;
  ZoneClock clock_{""};
};

}  // namespace

std::unique_ptr<ColumnConverter> MakeDateConverter(const ConversionContext &context) {
  return std::make_unique<DateConverter>(context);
}

}  // namespace tables
