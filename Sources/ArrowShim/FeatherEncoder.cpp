// Feather version 2: record batches of the Arrow file format.
#include <arrow/builder.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>

#include "ArrowEncoder.h"
#include "Failure.h"

namespace tables {

namespace {

class FeatherEncoder : public ArrowEncoder {
 public:
  FeatherEncoder(
      const ashim_write_options &options, std::vector<OutputColumn> columns,
      std::shared_ptr<arrow::io::OutputStream> stream)
      : ArrowEncoder(std::move(columns), std::move(stream)), schema_(MakeSchema(arrow::utf8())) {
    auto settings = arrow::ipc::IpcWriteOptions::Defaults();
    settings.use_threads = false;
    if (options.compression != ASHIM_UNCOMPRESSED) {
      settings.codec = CheckWrite(arrow::util::Codec::Create(CompressionOf(options.compression)));
    }
    writer_ = CheckWrite(arrow::ipc::MakeFileWriter(stream_, schema_, settings));
  }

  void Encode(const RowGroup &group) override {
    arrow::ArrayVector arrays;
    for (size_t i = 0; i < columns_.size(); i++) {
      auto array = Array(group, i);
      // Plain texts: a dictionary would come back to pandas as categories.
      if (array->type_id() == arrow::Type::DICTIONARY) array = Texts(static_cast<arrow::DictionaryArray &>(*array));
      arrays.push_back(std::move(array));
    }
    CheckWrite(writer_->WriteRecordBatch(*arrow::RecordBatch::Make(schema_, group.row_count(), arrays)));
  }

  void Finish() override { CheckWrite(writer_->Close()); }

 private:
  static std::shared_ptr<arrow::Array> Texts(const arrow::DictionaryArray &array) {
    const auto &entries = static_cast<const arrow::StringArray &>(*array.dictionary());
    const auto &indices = static_cast<const arrow::Int32Array &>(*array.indices());
    arrow::StringBuilder texts;
    CheckWrite(texts.Reserve(array.length()));
    for (int64_t row = 0; row < array.length(); row++) {
      if (indices.IsNull(row)) {
        CheckWrite(texts.AppendNull());
      } else {
        CheckWrite(texts.Append(entries.GetView(indices.Value(row))));
      }
    }
    return CheckWrite(texts.Finish());
  }

  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

}  // namespace

std::unique_ptr<TableEncoder> MakeFeatherEncoder(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream) {
  return std::make_unique<FeatherEncoder>(options, std::move(columns), std::move(stream));
}

}  // namespace tables
