#include "ArrowFixtures.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/config.h>
#include <arrow/util/decimal.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <map>
#include <string>

namespace {

/// The scale of every decimal.
constexpr int32_t kScale = 4;

using TypePointer = std::shared_ptr<arrow::DataType>;

TypePointer SimpleType(const std::string &name) {
  static const std::map<std::string, TypePointer> types = {
      {"null", arrow::null()},
      {"bool", arrow::boolean()},
      {"int8", arrow::int8()},
      {"int16", arrow::int16()},
      {"int32", arrow::int32()},
      {"int64", arrow::int64()},
      {"uint8", arrow::uint8()},
      {"uint16", arrow::uint16()},
      {"uint32", arrow::uint32()},
      {"uint64", arrow::uint64()},
      {"float16", arrow::float16()},
      {"float32", arrow::float32()},
      {"float64", arrow::float64()},
      {"decimal128", arrow::decimal128(20, kScale)},
      {"decimal256", arrow::decimal256(60, kScale)},
      {"string", arrow::utf8()},
      {"large_string", arrow::large_utf8()},
      {"binary", arrow::binary()},
#if ARROW_VERSION_MAJOR >= 16
      {"string_view", arrow::utf8_view()},
#endif
      {"date32", arrow::date32()},
      {"date64", arrow::date64()},
      {"time32", arrow::time32(arrow::TimeUnit::SECOND)},
      {"timestamp[s]", arrow::timestamp(arrow::TimeUnit::SECOND)},
      {"timestamp[ms]", arrow::timestamp(arrow::TimeUnit::MILLI)},
      {"timestamp[us]", arrow::timestamp(arrow::TimeUnit::MICRO)},
      {"timestamp[ns]", arrow::timestamp(arrow::TimeUnit::NANO)},
      {"timestamp[ms, UTC]", arrow::timestamp(arrow::TimeUnit::MILLI, "UTC")},
      {"timestamp[us, +05:30]", arrow::timestamp(arrow::TimeUnit::MICRO, "+05:30")},
      {"timestamp[ns, America/New_York]", arrow::timestamp(arrow::TimeUnit::NANO, "America/New_York")},
      {"timestamp[ns, Asia/Tokyo]", arrow::timestamp(arrow::TimeUnit::NANO, "Asia/Tokyo")},
  };
  const auto entry = types.find(name);
  return entry == types.end() ? nullptr : entry->second;
}

arrow::Result<TypePointer> TypeNamed(const std::string &name) {
  if (const auto simple = SimpleType(name)) return simple;
  if (name == "list") return arrow::list(arrow::int32());
  const std::string prefix = "dictionary<";
  const auto comma = name.find(", ");
  if (name.rfind(prefix, 0) == 0 && comma != std::string::npos) {
    const auto index = SimpleType(name.substr(prefix.size(), comma - prefix.size()));
    const auto value = SimpleType(name.substr(comma + 2, name.size() - comma - 3));
    if (index != nullptr && value != nullptr) return arrow::dictionary(index, value);
  }
  return arrow::Status::NotImplemented("no fixture of type ", name);
}

arrow::Status AppendText(arrow::ArrayBuilder &builder, const arrow::DataType &type, const std::string &text) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY: return static_cast<arrow::BinaryBuilder &>(builder).Append(text);
    case arrow::Type::LARGE_STRING: return static_cast<arrow::LargeBinaryBuilder &>(builder).Append(text);
#if ARROW_VERSION_MAJOR >= 16
    case arrow::Type::STRING_VIEW: return static_cast<arrow::BinaryViewBuilder &>(builder).Append(text);
#endif
    case arrow::Type::HALF_FLOAT:
      // Given as its bits.
      return static_cast<arrow::HalfFloatBuilder &>(builder).Append(
          static_cast<uint16_t>(std::stoul(text, nullptr, 16)));
    case arrow::Type::DECIMAL128: {
      arrow::Decimal128 value;
      int32_t precision, scale;
      ARROW_RETURN_NOT_OK(arrow::Decimal128::FromString(text, &value, &precision, &scale));
      ARROW_ASSIGN_OR_RAISE(value, value.Rescale(scale, kScale));
      return static_cast<arrow::Decimal128Builder &>(builder).Append(value);
    }
    case arrow::Type::DECIMAL256: {
      arrow::Decimal256 value;
      int32_t precision, scale;
      ARROW_RETURN_NOT_OK(arrow::Decimal256::FromString(text, &value, &precision, &scale));
      ARROW_ASSIGN_OR_RAISE(value, value.Rescale(scale, kScale));
      return static_cast<arrow::Decimal256Builder &>(builder).Append(value);
    }
    case arrow::Type::TIMESTAMP: {
      // Given as its number of units.
      return static_cast<arrow::TimestampBuilder &>(builder).Append(std::stoll(text));
    }
    case arrow::Type::LIST: {
      auto &lists = static_cast<arrow::ListBuilder &>(builder);
      ARROW_RETURN_NOT_OK(lists.Append());
      return static_cast<arrow::Int32Builder &>(*lists.value_builder()).Append(std::stoi(text));
    }
    case arrow::Type::DATE64: {
      ARROW_ASSIGN_OR_RAISE(const auto day, arrow::Scalar::Parse(arrow::date32(), text));
      const int64_t value = static_cast<const arrow::Date32Scalar &>(*day).value;
      return static_cast<arrow::Date64Builder &>(builder).Append(value * 86400000);
    }
    default: {
      ARROW_ASSIGN_OR_RAISE(const auto scalar, arrow::Scalar::Parse(type.GetSharedPtr(), text));
      return builder.AppendScalar(*scalar);
    }
  }
}

arrow::Result<std::shared_ptr<arrow::Array>> MakeArray(
    const TypePointer &type, const std::vector<const char *> &texts) {
  if (type->id() == arrow::Type::DICTIONARY) {
    const auto &coded = static_cast<const arrow::DictionaryType &>(*type);
    std::vector<const char *> entries;
    std::map<std::string, std::string> place;
    for (const char *text : texts) {
      if (text != nullptr && place.emplace(text, std::to_string(entries.size())).second) entries.push_back(text);
    }
    std::vector<const char *> indices;
    for (const char *text : texts) indices.push_back(text == nullptr ? nullptr : place[text].c_str());
    // A category that no row has.
    const bool is_text = arrow::is_base_binary_like(coded.value_type()->id());
    if (is_text) entries.push_back("UNUSED");
    ARROW_ASSIGN_OR_RAISE(auto dictionary, MakeArray(coded.value_type(), entries));
    ARROW_ASSIGN_OR_RAISE(auto codes, MakeArray(coded.index_type(), indices));
    return arrow::DictionaryArray::FromArrays(type, codes, dictionary);
  }
  std::unique_ptr<arrow::ArrayBuilder> builder;
  ARROW_RETURN_NOT_OK(arrow::MakeBuilder(arrow::default_memory_pool(), type, &builder));
  for (const char *text : texts) {
    ARROW_RETURN_NOT_OK(text == nullptr ? builder->AppendNull() : AppendText(*builder, *type, text));
  }
  return builder->Finish();
}

arrow::Status Write(
    const std::string &path, char format, const fixture_column *columns, int32_t column_count, int64_t row_count,
    int64_t rows_per_group) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (int32_t i = 0; i < column_count; i++) {
    ARROW_ASSIGN_OR_RAISE(const auto type, TypeNamed(columns[i].type));
    fields.push_back(arrow::field(columns[i].name, type));
    ARROW_ASSIGN_OR_RAISE(
        auto array, MakeArray(type, std::vector<const char *>(columns[i].texts, columns[i].texts + row_count)));
    arrays.push_back(std::move(array));
  }
  const auto schema = arrow::schema(fields);
  const auto table = arrow::Table::Make(schema, arrays, row_count);
  ARROW_ASSIGN_OR_RAISE(const auto file, arrow::io::FileOutputStream::Open(path));
  if (format == 'p') {
    const auto settings = parquet::ArrowWriterProperties::Builder().store_schema()->build();
    ARROW_RETURN_NOT_OK(parquet::arrow::WriteTable(
        *table, arrow::default_memory_pool(), file, rows_per_group, parquet::default_writer_properties(), settings));
  } else {
    ARROW_ASSIGN_OR_RAISE(
        const auto writer,
        format == 'f' ? arrow::ipc::MakeFileWriter(file, schema) : arrow::ipc::MakeStreamWriter(file, schema));
    ARROW_RETURN_NOT_OK(writer->WriteTable(*table, rows_per_group));
    ARROW_RETURN_NOT_OK(writer->Close());
  }
  return file->Close();
}

}  // namespace

const char *fixture_write(
    const char *path, const char *format, const fixture_column *columns, int32_t column_count, int64_t row_count,
    int64_t rows_per_group) {
  thread_local std::string message;
  try {
    const auto status = Write(path, format[0], columns, column_count, row_count, rows_per_group);
    if (status.ok()) return nullptr;
    message = status.ToString();
  } catch (const std::exception &exception) {
    message = exception.what();
  }
  return message.c_str();
}
