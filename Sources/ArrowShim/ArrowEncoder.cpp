// Parquet and Feather: rows as the library's arrays, handed to its writers.
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/util/compression.h>
#include <arrow/util/config.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <charconv>
#include <cmath>

#include "Failure.h"
#include "TableEncoder.h"

namespace tables {

namespace {

arrow::Compression::type CompressionOf(ashim_compression compression) {
  switch (compression) {
    case ASHIM_UNCOMPRESSED: return arrow::Compression::UNCOMPRESSED;
    case ASHIM_SNAPPY: return arrow::Compression::SNAPPY;
    case ASHIM_ZSTD: return arrow::Compression::ZSTD;
    case ASHIM_LZ4: return arrow::Compression::LZ4_FRAME;
    case ASHIM_GZIP: return arrow::Compression::GZIP;
  }
  return arrow::Compression::UNCOMPRESSED;
}

std::shared_ptr<arrow::DataType> TypeOf(ashim_storage storage) {
  switch (storage) {
    case ASHIM_TEXT: return arrow::utf8();
    case ASHIM_STORED_INT8: return arrow::int8();
    case ASHIM_STORED_INT16: return arrow::int16();
    case ASHIM_STORED_INT32: return arrow::int32();
    case ASHIM_STORED_INT64: return arrow::int64();
    case ASHIM_STORED_UINT8: return arrow::uint8();
    case ASHIM_STORED_UINT16: return arrow::uint16();
    case ASHIM_STORED_UINT32: return arrow::uint32();
    case ASHIM_STORED_UINT64: return arrow::uint64();
  }
  return arrow::utf8();
}

/// Which rows have a value, as bits, and how many have none.
struct Validity {
  std::shared_ptr<arrow::Buffer> bits;
  int64_t null_count = 0;

  template <class IsMissing>
  Validity(int64_t count, IsMissing &&is_missing) {
    for (int64_t row = 0; row < count; row++) null_count += is_missing(row) ? 1 : 0;
    if (null_count == 0) return;
    bits = CheckWrite(arrow::AllocateBuffer((count + 7) / 8));
    auto *bytes = bits->mutable_data();
    for (int64_t row = 0; row < count; row += 8) {
      unsigned byte = 0;
      for (int64_t bit = 0; bit < std::min<int64_t>(8, count - row); bit++) {
        byte |= is_missing(row + bit) ? 0u : 1u << bit;
      }
      bytes[row / 8] = static_cast<uint8_t>(byte);
    }
  }
};

template <class Value>
std::shared_ptr<arrow::Array> Wrap(
    const std::shared_ptr<arrow::DataType> &type, const Value *values, int64_t count, const Validity &validity) {
  auto buffer = std::make_shared<arrow::Buffer>(
      reinterpret_cast<const uint8_t *>(values), count * static_cast<int64_t>(sizeof(Value)));
  return arrow::MakeArray(
      arrow::ArrayData::Make(type, count, {validity.bits, std::move(buffer)}, validity.null_count));
}

/// Encoders that hand arrays to the library. Arrays point into the group and live as long as one call.
class ArrowEncoder : public TableEncoder {
 protected:
  using TableEncoder::TableEncoder;

  std::shared_ptr<arrow::Schema> MakeSchema(const std::shared_ptr<arrow::DataType> &text) const {
    arrow::FieldVector fields;
    for (const auto &column : columns_) {
      const bool is_nullable = column.kind != ASHIM_INT32 && column.kind != ASHIM_INT64;
      fields.push_back(arrow::field(column.name, Type(column, text), is_nullable));
    }
    return arrow::schema(fields);
  }

  /// A column of a group. Texts are a dictionary of those that the group has, each once.
  std::shared_ptr<arrow::Array> Array(const RowGroup &group, size_t index) {
    const auto &column = columns_[index];
    const int64_t count = group.row_count();
    switch (column.kind) {
      case ASHIM_NUMBER: {
        const auto *values = group.values<double>(index);
        return Wrap(arrow::float64(), values, count, {count, [=](int64_t row) { return std::isnan(values[row]); }});
      }
      case ASHIM_DATE: {
        const auto *values = group.values<int32_t>(index);
        return Wrap(
            arrow::date32(), values, count, {count, [=](int64_t row) { return values[row] == ASHIM_MISSING_DATE; }});
      }
      case ASHIM_INT32: return Wrap(arrow::int32(), group.values<int32_t>(index), count, NoneMissing());
      case ASHIM_INT64: return Wrap(arrow::int64(), group.values<int64_t>(index), count, NoneMissing());
      case ASHIM_BOOLEAN: return Booleans(group.values<uint8_t>(index), count);
      case ASHIM_IDENTIFIER: {
        const auto *codes = group.values<int32_t>(index);
        if (column.storage == ASHIM_TEXT) return Dictionary(codes, count, index);
        return Integers(codes, count, index);
      }
    }
    throw Failure(ASHIM_INTERNAL, "unknown kind");
  }

 private:
  static std::shared_ptr<arrow::DataType> Type(
      const OutputColumn &column, const std::shared_ptr<arrow::DataType> &text) {
    switch (column.kind) {
      case ASHIM_NUMBER: return arrow::float64();
      case ASHIM_DATE: return arrow::date32();
      case ASHIM_INT32: return arrow::int32();
      case ASHIM_INT64: return arrow::int64();
      case ASHIM_BOOLEAN: return arrow::boolean();
      case ASHIM_IDENTIFIER: return column.storage == ASHIM_TEXT ? text : TypeOf(column.storage);
    }
    throw Failure(ASHIM_INTERNAL, "unknown kind");
  }

  static Validity NoneMissing() { return {0, [](int64_t) { return false; }}; }

  static std::shared_ptr<arrow::Array> Booleans(const uint8_t *values, int64_t count) {
    const Validity validity(count, [=](int64_t row) { return values[row] > 1; });
    const Validity falses(count, [=](int64_t row) { return values[row] == 0; });
    // Without a false value there are no bits of it, and all are set.
    auto bits = falses.bits;
    if (bits == nullptr) {
      bits = CheckWrite(arrow::AllocateBuffer((count + 7) / 8));
      std::memset(bits->mutable_data(), 0xFF, static_cast<size_t>(bits->size()));
    }
    return arrow::MakeArray(
        arrow::ArrayData::Make(arrow::boolean(), count, {validity.bits, bits}, validity.null_count));
  }

  std::shared_ptr<arrow::Array> Dictionary(const int32_t *codes, int64_t count, size_t column) {
    const auto &texts = texts_[column];
    std::vector<int32_t> entry_of(static_cast<size_t>(texts.count()), -1);
    const std::shared_ptr<arrow::Buffer> indices =
        CheckWrite(arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(int32_t))));
    auto *index = reinterpret_cast<int32_t *>(indices->mutable_data());
    arrow::StringBuilder entries;
    for (int64_t row = 0; row < count; row++) {
      const int32_t code = codes[row];
      if (code < 0) {
        index[row] = 0;
        continue;
      }
      int32_t &entry = entry_of[static_cast<size_t>(code)];
      if (entry < 0) {
        entry = static_cast<int32_t>(entries.length());
        CheckWrite(entries.Append(texts[code]));
      }
      index[row] = entry;
    }
    if (entries.length() == 0) CheckWrite(entries.Append(""));
    const Validity validity(count, [=](int64_t row) { return codes[row] < 0; });
    const auto array = arrow::MakeArray(
        arrow::ArrayData::Make(arrow::int32(), count, {validity.bits, indices}, validity.null_count));
    return std::make_shared<arrow::DictionaryArray>(
        arrow::dictionary(arrow::int32(), arrow::utf8()), array, CheckWrite(entries.Finish()));
  }

  std::shared_ptr<arrow::Array> Integers(const int32_t *codes, int64_t count, size_t column) {
    switch (columns_[column].storage) {
      case ASHIM_STORED_INT8: return IntegersOf<int8_t>(codes, count, column);
      case ASHIM_STORED_INT16: return IntegersOf<int16_t>(codes, count, column);
      case ASHIM_STORED_INT32: return IntegersOf<int32_t>(codes, count, column);
      case ASHIM_STORED_INT64: return IntegersOf<int64_t>(codes, count, column);
      case ASHIM_STORED_UINT8: return IntegersOf<uint8_t>(codes, count, column);
      case ASHIM_STORED_UINT16: return IntegersOf<uint16_t>(codes, count, column);
      case ASHIM_STORED_UINT32: return IntegersOf<uint32_t>(codes, count, column);
      case ASHIM_STORED_UINT64: return IntegersOf<uint64_t>(codes, count, column);
      case ASHIM_TEXT: break;
    }
    throw Failure(ASHIM_INTERNAL, "identifiers that are no integers");
  }

  template <class Integer>
  std::shared_ptr<arrow::Array> IntegersOf(const int32_t *codes, int64_t count, size_t column) {
    const auto &texts = texts_[column];
    std::vector<Integer> integer_of(static_cast<size_t>(texts.count()));
    for (int32_t code = 0; code < texts.count(); code++) {
      const auto text = texts[code];
      const auto *end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data(), end, integer_of[static_cast<size_t>(code)]);
      if (parsed.ptr != end || parsed.ec != std::errc()) {
        throw Failure(ASHIM_INTERNAL, "identifier '" + std::string(text) + "' is no integer of its column's type");
      }
    }
    const std::shared_ptr<arrow::Buffer> buffer =
        CheckWrite(arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(Integer))));
    auto *values = reinterpret_cast<Integer *>(buffer->mutable_data());
    for (int64_t row = 0; row < count; row++) {
      values[row] = codes[row] < 0 ? Integer{0} : integer_of[static_cast<size_t>(codes[row])];
    }
    const Validity validity(count, [=](int64_t row) { return codes[row] < 0; });
    return arrow::MakeArray(arrow::ArrayData::Make(
        TypeOf(columns_[column].storage), count, {validity.bits, buffer}, validity.null_count));
  }
};

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

std::unique_ptr<TableEncoder> MakeArrowEncoder(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream) {
  if (options.format == ASHIM_PARQUET) {
    return std::make_unique<ParquetEncoder>(options, std::move(columns), std::move(stream));
  }
  return std::make_unique<FeatherEncoder>(options, std::move(columns), std::move(stream));
}

}  // namespace tables
