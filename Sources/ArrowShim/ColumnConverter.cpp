#include "ColumnConverter.h"

#include <arrow/extension_type.h>
#include <arrow/type_traits.h>
#include <arrow/util/config.h>

namespace tables {

const arrow::DataType &ValueType(const arrow::DataType &type) {
  switch (type.id()) {
    case arrow::Type::DICTIONARY: return ValueType(*static_cast<const arrow::DictionaryType &>(type).value_type());
    case arrow::Type::EXTENSION: return ValueType(*static_cast<const arrow::ExtensionType &>(type).storage_type());
    default: return type;
  }
}

bool IsText(const arrow::DataType &type) {
  switch (type.id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY: return true;
#if ARROW_VERSION_MAJOR >= 15
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW: return true;
#endif
    default: return false;
  }
}

bool IsInteger(const arrow::DataType &type) { return arrow::is_integer(type.id()); }

std::unique_ptr<ColumnConverter> MakeConverter(ashim_kind kind, const ConversionContext &context) {
  switch (kind) {
    case ASHIM_NUMBER: return MakeNumberConverter(context);
    case ASHIM_DATE: return MakeDateConverter(context);
    case ASHIM_BOOLEAN: return MakeBooleanConverter(context);
    case ASHIM_IDENTIFIER: return MakeIdentifierConverter(context);
    default: throw Failure(ASHIM_INTERNAL, "a kind that is only for writing");
  }
}

}  // namespace tables
