#include "ArrowEncoder.h"

#include <arrow/builder.h>

#include <charconv>
#include <cmath>
#include <cstring>

#include "Failure.h"

namespace tables {

namespace {

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

std::shared_ptr<arrow::DataType> Type(
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

Validity NoneMissing() { return {0, [](int64_t) { return false; }}; }

std::shared_ptr<arrow::Array> Booleans(const uint8_t *values, int64_t count) {
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

}  // namespace

arrow::Compression::type ArrowEncoder::CompressionOf(ashim_compression compression) {
  switch (compression) {
    case ASHIM_UNCOMPRESSED: return arrow::Compression::UNCOMPRESSED;
    case ASHIM_SNAPPY: return arrow::Compression::SNAPPY;
    case ASHIM_ZSTD: return arrow::Compression::ZSTD;
    case ASHIM_LZ4: return arrow::Compression::LZ4_FRAME;
    case ASHIM_GZIP: return arrow::Compression::GZIP;
  }
  return arrow::Compression::UNCOMPRESSED;
}

std::shared_ptr<arrow::Schema> ArrowEncoder::MakeSchema(const std::shared_ptr<arrow::DataType> &text) const {
  arrow::FieldVector fields;
  for (const auto &column : columns_) {
    const bool is_nullable = column.kind != ASHIM_INT32 && column.kind != ASHIM_INT64;
    fields.push_back(arrow::field(column.name, Type(column, text), is_nullable));
  }
  return arrow::schema(fields);
}

std::shared_ptr<arrow::Array> ArrowEncoder::Array(const RowGroup &group, size_t index) const {
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

std::shared_ptr<arrow::Array> ArrowEncoder::Dictionary(
    const int32_t *codes, int64_t count, size_t column) const {
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

template <class Integer>
std::shared_ptr<arrow::Array> ArrowEncoder::IntegersOf(
    const int32_t *codes, int64_t count, size_t column) const {
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

std::shared_ptr<arrow::Array> ArrowEncoder::Integers(const int32_t *codes, int64_t count, size_t column) const {
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

}  // namespace tables
