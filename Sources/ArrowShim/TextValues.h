// What texts say: the spellings of dates, booleans and numbers that are accepted, in every format of file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tables {

/// Days since 1970-01-01 of a day of the Gregorian calendar, or nothing where there is no such day.
std::optional<int32_t> DaysSinceEpoch(int year, int month, int day);

/// A date written `yyyymmdd` as a number.
std::optional<int32_t> DateOfNumber(int64_t yyyymmdd);

/// A date written `yyyy-mm-dd` or `yyyymmdd`, perhaps followed by a time that is midnight.
std::optional<int32_t> ParseDate(std::string_view text);

/// `true`, `false`, in any case, or `1`, `0`.
std::optional<bool> ParseBoolean(std::string_view text);

/// A decimal number; also infinities and NaN, in any case.
std::optional<double> ParseNumber(std::string_view text);

}  // namespace tables
