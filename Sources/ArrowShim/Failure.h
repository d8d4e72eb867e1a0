// Failures inside the shim, and the one place where they become values of the C interface.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "ArrowShim.h"

namespace tables {

/// A failure on its way to the caller.
struct Failure : std::exception {
  ashim_error_code code = ASHIM_INTERNAL;
  int system_error = 0;
  int column = -1;
  int64_t row = 0;
  int64_t fields_found = 0;
  int64_t fields_expected = 0;
  std::string found;
  std::string message;

  Failure(ashim_error_code code, std::string message, int system_error = 0)
      : code(code), system_error(system_error), message(std::move(message)) {}

  /// A failure that a status of the library tells of: an error number of the system, else `otherwise`.
  static Failure Of(const arrow::Status &status, ashim_error_code system, ashim_error_code otherwise);

  static Failure WrongType(int column, std::string found);
  static Failure UnparsableValue(int column, int64_t row, std::string found);

  const char *what() const noexcept override { return message.c_str(); }
};

/// Throws what went wrong while reading a file.
inline void CheckRead(const arrow::Status &status) {
  if (!status.ok()) throw Failure::Of(status, ASHIM_READ_FAILED, ASHIM_CORRUPT);
}

/// Throws what went wrong while reading a file, else gives the value.
template <class Value>
Value CheckRead(arrow::Result<Value> result) {
  CheckRead(result.status());
  return std::move(result).ValueUnsafe();
}

/// Throws what went wrong while writing a file.
inline void CheckWrite(const arrow::Status &status) {
  if (!status.ok()) throw Failure::Of(status, ASHIM_WRITE_FAILED, ASHIM_INTERNAL);
}

/// Throws what went wrong while writing a file, else gives the value.
template <class Value>
Value CheckWrite(arrow::Result<Value> result) {
  CheckWrite(result.status());
  return std::move(result).ValueUnsafe();
}

/// Copies the exception being handled into the error of the C interface.
void StoreCurrentException(ashim_error *error) noexcept;

/// Runs what a C function does; whatever it throws ends up in the error.
template <class Body>
bool Guarded(ashim_error *error, Body &&body) noexcept {
  try {
    body();
    return true;
  } catch (...) {
    StoreCurrentException(error);
    return false;
  }
}

}  // namespace tables
