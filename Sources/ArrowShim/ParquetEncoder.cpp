// Parquet: row groups, with dates and identifiers as dictionaries and numbers as they are.
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include "ArrowEncoder.h"
#include "Failure.h"

namespace tables {

namespace {

class ParquetEncoder : public ArrowEncoder {
 public:
  ParquetEncoder(
      const ashim_write_options &options, std::vector<OutputColumn> columns,
      std::shared_ptr<arrow::io::OutputStream> stream)
      : ArrowEncoder(std::move(columns), std::move(stream)) {
    auto compression = CompressionOf(options.compression);
    if (compression == arrow::Compression::LZ4_FRAME) compression = arrow::Compression::LZ4;
    parquet::WriterProperties::Builder properties;
    properties.compression(compression);
    // Dictionaries of dates and identifiers stay small; numbers hardly ever repeat.
    properties.dictionary_pagesize_limit(8 << 20);
    properties.write_batch_size(64 << 10);
    for (const auto &column : columns_) {
      const auto path = std::make_shared<parquet::schema::ColumnPath>(std::vector<std::string>{column.name});
      if (column.kind == ASHIM_NUMBER) properties.disable_dictionary(path);
      // The least and the greatest text help no reader, and finding them takes longer than all the rest.
      if (column.kind == ASHIM_IDENTIFIER && column.storage == ASHIM_TEXT) properties.disable_statistics(path);
    }
    writer_ = CheckWrite(parquet::arrow::FileWriter::Open(
        *MakeSchema(arrow::dictionary(arrow::int32(), arrow::utf8())), arrow::default_memory_pool(), stream_,
        properties.build()));
  }

  void Encode(const RowGroup &group) override {
    CheckWrite(BeginRowGroup(*writer_, group.row_count()));
    for (size_t i = 0; i < columns_.size(); i++) CheckWrite(writer_->WriteColumnChunk(*Array(group, i)));
  }

  void Finish() override { CheckWrite(writer_->Close()); }

 private:
  /// Older versions of the library want to know the rows beforehand.
  template <class Writer>
  static arrow::Status BeginRowGroup(Writer &writer, int64_t row_count) {
    if constexpr (requires { writer.NewRowGroup(); }) {
      return writer.NewRowGroup();
    } else {
      return writer.NewRowGroup(row_count);
    }
  }

  std::unique_ptr<parquet::arrow::FileWriter> writer_;
};

}  // namespace

std::unique_ptr<TableEncoder> MakeParquetEncoder(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream) {
  return std::make_unique<ParquetEncoder>(options, std::move(columns), std::move(stream));
}

}  // namespace tables
