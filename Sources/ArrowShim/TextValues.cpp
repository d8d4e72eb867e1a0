#include "TextValues.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace tables {

namespace {

bool IsDigit(char character) { return character >= '0' && character <= '9'; }

/// The digits of a text as a number, or -1 where there is anything else.
int Digits(std::string_view text) {
  int value = 0;
  for (char character : text) {
    if (!IsDigit(character)) return -1;
    value = value * 10 + (character - '0');
  }
  return value;
}

/// Whether what follows a date is nothing, or a time of 00:00 with only zeros in it.
bool IsMidnight(std::string_view rest) {
  if (rest.empty()) return true;
  if (rest[0] != 'T' && rest[0] != ' ') return false;
  int zeros = 0;
  for (char character : rest.substr(1)) {
    if (character == '0') {
      zeros++;
    } else if (character != ':' && character != '.' && character != 'Z' && character != '+') {
      return false;
    }
  }
  return zeros >= 2;
}

/// Whether a text equals one in lower case, whatever its own.
bool EqualsFolded(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    const char folded = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] | 0x20) : text[i];
    if (folded != lower[i]) return false;
  }
  return true;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<int32_t> DaysSinceEpoch(int year, int month, int day) {
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (day > kDays[month - 1] + (month == 2 && is_leap ? 1 : 0)) return std::nullopt;
  // Years are counted from March, so that the leap day ends one.
  const int shifted = month > 2 ? year : year - 1;
  const int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const int year_of_era = shifted - era * 400;
  const int day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

std::optional<int32_t> DateOfNumber(int64_t yyyymmdd) {
  if (yyyymmdd < 10000 || yyyymmdd > 99991231) return std::nullopt;
  return DaysSinceEpoch(
      static_cast<int>(yyyymmdd / 10000), static_cast<int>(yyyymmdd / 100 % 100), static_cast<int>(yyyymmdd % 100));
}

std::optional<int32_t> ParseDate(std::string_view text) {
  const bool has_dashes = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  const size_t length = has_dashes ? 10 : 8;
  if (text.size() < length || !IsMidnight(text.substr(length))) return std::nullopt;
  const int year = Digits(text.substr(0, 4));
  const int month = Digits(text.substr(has_dashes ? 5 : 4, 2));
  const int day = Digits(text.substr(has_dashes ? 8 : 6, 2));
  return DaysSinceEpoch(year, month, day);
}

std::optional<bool> ParseBoolean(std::string_view text) {
  if (text == "1" || EqualsFolded(text, "true")) return true;
  if (text == "0" || EqualsFolded(text, "false")) return false;
  return std::nullopt;
}

std::optional<double> ParseNumber(std::string_view text) {
  text = Trimmed(text);
  if (EqualsFolded(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  // Too large or too small a number is an infinity or a zero, as it is everywhere else.
  if (error == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), nullptr);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace tables
