// From rows to the bytes of a file: one implementation a format.
#pragma once

#include <arrow/io/interfaces.h>

#include <memory>
#include <string_view>
#include <vector>

#include "ArrowShim.h"
#include "RowGroup.h"

namespace tables {

/// Writes groups of rows to a stream, one after the other, in one thread.
class TableEncoder {
 public:
  virtual ~TableEncoder() = default;

  /// Writes the rows of a group.
  void Write(RowGroup &group) {
    for (size_t i = 0; i < columns_.size(); i++) texts_[i].Add(group.new_texts(i));
    Encode(group);
  }

  /// Writes what the format has at its end.
  virtual void Finish() = 0;

  static std::unique_ptr<TableEncoder> Make(
      const ashim_write_options &options, std::vector<OutputColumn> columns,
      std::shared_ptr<arrow::io::OutputStream> stream);

 protected:
  /// The texts of an identifier column by their codes.
  class Texts {
   public:
    void Add(const TextList &news) {
      const auto offset = static_cast<int64_t>(all_.bytes.size());
      all_.bytes += news.bytes;
      for (int64_t end : news.ends) all_.ends.push_back(offset + end);
    }

    int32_t count() const { return static_cast<int32_t>(all_.ends.size()); }

    std::string_view operator[](int32_t code) const {
      const int64_t begin = code == 0 ? 0 : all_.ends[static_cast<size_t>(code) - 1];
      return std::string_view(all_.bytes).substr(begin, all_.ends[static_cast<size_t>(code)] - begin);
    }

   private:
    TextList all_;
  };

  TableEncoder(std::vector<OutputColumn> columns, std::shared_ptr<arrow::io::OutputStream> stream)
      : columns_(std::move(columns)), texts_(columns_.size()), stream_(std::move(stream)) {}

  virtual void Encode(const RowGroup &group) = 0;

  std::vector<OutputColumn> columns_;
  std::vector<Texts> texts_;
  std::shared_ptr<arrow::io::OutputStream> stream_;
};

std::unique_ptr<TableEncoder> MakeParquetEncoder(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream);
std::unique_ptr<TableEncoder> MakeFeatherEncoder(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream);
std::unique_ptr<TableEncoder> MakeCSVEncoder(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream);

}  // namespace tables
