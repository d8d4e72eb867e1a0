#include "Failure.h"

#include <arrow/util/io_util.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace tables {

Failure Failure::Of(const arrow::Status &status, ashim_error_code system, ashim_error_code otherwise) {
  const int number = arrow::internal::ErrnoFromStatus(status);
  if (number != 0) return Failure(system, status.message(), number);
  if (status.IsOutOfMemory()) return Failure(ASHIM_INTERNAL, status.message(), ENOMEM);
  return Failure(otherwise, status.message());
}

Failure Failure::WrongType(int column, std::string found) {
  Failure failure(ASHIM_WRONG_TYPE, "");
  failure.column = column;
  failure.found = std::move(found);
  return failure;
}

Failure Failure::UnparsableValue(int column, int64_t row, std::string found) {
  Failure failure(ASHIM_UNPARSABLE_VALUE, "");
  failure.column = column;
  failure.row = row;
  failure.found = std::move(found);
  return failure;
}

namespace {

/// Copies as much of a text as fits, never part of a character.
template <size_t Capacity>
void StoreText(const std::string &text, char (&target)[Capacity]) noexcept {
  size_t length = std::min(text.size(), Capacity - 1);
  if (length < text.size()) {
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) length--;
  }
  std::memcpy(target, text.data(), length);
  target[length] = 0;
}

void Store(const Failure &failure, ashim_error *error) noexcept {
  error->code = failure.code;
  error->system_error = failure.system_error;
  error->column = failure.column;
  error->row = failure.row;
  error->fields_found = failure.fields_found;
  error->fields_expected = failure.fields_expected;
  StoreText(failure.found, error->found);
  StoreText(failure.message, error->message);
}

}  // namespace

void StoreCurrentException(ashim_error *error) noexcept {
  try {
    throw;
  } catch (const Failure &failure) {
    Store(failure, error);
  } catch (const std::bad_alloc &) {
    *error = {};
    error->code = ASHIM_INTERNAL;
    error->system_error = ENOMEM;
    error->column = -1;
  } catch (const std::exception &exception) {
    // Parquet's own reader throws where a page contradicts the format.
    Store(Failure(ASHIM_CORRUPT, exception.what()), error);
  } catch (...) {
    *error = {};
    error->code = ASHIM_INTERNAL;
    error->column = -1;
  }
}

}  // namespace tables
