// CSV: numbers in the shortest form that reads back as the same, dates as yyyy-mm-dd, missing values as nothing.
#include <arrow/io/compressed.h>
#include <arrow/util/compression.h>

#include <charconv>
#include <cmath>
#include <string>

#include "Failure.h"
#include "TableEncoder.h"

namespace tables {

namespace {

class CSVEncoder : public TableEncoder {
 public:
  CSVEncoder(
      const ashim_write_options &options, std::vector<OutputColumn> columns,
      std::shared_ptr<arrow::io::OutputStream> stream)
      : TableEncoder(std::move(columns), std::move(stream)), fields_(columns_.size()) {
    if (options.compression == ASHIM_GZIP || options.compression == ASHIM_ZSTD) {
      const auto kind = options.compression == ASHIM_GZIP ? arrow::Compression::GZIP : arrow::Compression::ZSTD;
      codec_ = CheckWrite(arrow::util::Codec::Create(kind));
      compressed_ = CheckWrite(arrow::io::CompressedOutputStream::Make(codec_.get(), stream_));
    } else if (options.compression != ASHIM_UNCOMPRESSED) {
      throw Failure(ASHIM_INTERNAL, "CSV is compressed as gzip or zstd");
    }
    for (size_t i = 0; i < columns_.size(); i++) {
      if (i > 0) line_.push_back(',');
      AppendText(columns_[i].name);
    }
    line_.push_back('\n');
  }

  void Encode(const RowGroup &group) override {
    for (size_t i = 0; i < columns_.size(); i++) PrepareTexts(i);
    for (int64_t row = 0; row < group.row_count(); row++) {
      for (size_t i = 0; i < columns_.size(); i++) {
        if (i > 0) line_.push_back(',');
        AppendValue(group, i, row);
      }
      line_.push_back('\n');
      if (line_.size() > kBytesTogether) Flush();
    }
  }

  void Finish() override {
    Flush();
    if (compressed_ != nullptr) CheckWrite(compressed_->Close());
  }

 private:
  static constexpr size_t kBytesTogether = 1 << 20;

  void Flush() {
    auto &target = compressed_ != nullptr ? static_cast<arrow::io::OutputStream &>(*compressed_) : *stream_;
    CheckWrite(target.Write(line_.data(), static_cast<int64_t>(line_.size())));
    line_.clear();
  }

  /// The fields of new identifiers, quoted where they must be.
  void PrepareTexts(size_t column) {
    auto &fields = fields_[column];
    while (static_cast<int32_t>(fields.size()) < texts_[column].count()) {
      std::string field;
      field.swap(line_);
      AppendText(texts_[column][static_cast<int32_t>(fields.size())]);
      field.swap(line_);
      fields.push_back(std::move(field));
    }
  }

  void AppendValue(const RowGroup &group, size_t column, int64_t row) {
    switch (columns_[column].kind) {
      case ASHIM_NUMBER:
        if (const double number = group.values<double>(column)[row]; !std::isnan(number)) AppendNumber(number);
        break;
      case ASHIM_DATE:
        if (const int32_t day = group.values<int32_t>(column)[row]; day != ASHIM_MISSING_DATE) AppendDate(day);
        break;
      case ASHIM_IDENTIFIER:
        if (const int32_t code = group.values<int32_t>(column)[row]; code >= 0) {
          line_ += fields_[column].at(static_cast<size_t>(code));
        }
        break;
      case ASHIM_BOOLEAN:
        if (const uint8_t value = group.values<uint8_t>(column)[row]; value <= 1) line_ += value ? "true" : "false";
        break;
      case ASHIM_INT32: AppendNumber(group.values<int32_t>(column)[row]); break;
      case ASHIM_INT64: AppendNumber(group.values<int64_t>(column)[row]); break;
    }
  }

  template <class Number>
  void AppendNumber(Number number) {
    char digits[32];
    line_.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
  }

  void AppendDate(int32_t day) {
    if (day != last_day_) {
      last_day_ = day;
      const int shifted = day + 719468;
      const int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
      const int day_of_era = shifted - era * 146097;
      const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
      const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
      const int shifted_month = (5 * day_of_year + 2) / 153;
      const int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
      char text[16];
      const int length = std::snprintf(
          text, sizeof(text), "%04d-%02d-%02d", year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1);
      last_date_.assign(text, static_cast<size_t>(length));
    }
    line_ += last_date_;
  }

  void AppendText(std::string_view text) {
    const bool has_edge_blanks = !text.empty() && (text.front() == ' ' || text.back() == ' ');
    if (!text.empty() && !has_edge_blanks && text.find_first_of(",\"\r\n") == std::string_view::npos) {
      line_ += text;
      return;
    }
    line_.push_back('"');
    for (char character : text) {
      if (character == '"') line_.push_back('"');
      line_.push_back(character);
    }
    line_.push_back('"');
  }

  std::unique_ptr<arrow::util::Codec> codec_;
  std::shared_ptr<arrow::io::CompressedOutputStream> compressed_;
  std::string line_;
  std::vector<std::vector<std::string>> fields_;
  int32_t last_day_ = ASHIM_MISSING_DATE;
  std::string last_date_;
};

}  // namespace

std::unique_ptr<TableEncoder> MakeCSVEncoder(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream) {
  return std::make_unique<CSVEncoder>(options, std::move(columns), std::move(stream));
}

}  // namespace tables
