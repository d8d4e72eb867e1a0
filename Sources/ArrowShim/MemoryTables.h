// Tables that are in memory and are read by a path that names no file.
#pragma once

#include <arrow/table.h>

#include <memory>
#include <string>

#include "TableFile.h"

namespace tables {

/// The table that a path names, or null where it names none.
std::shared_ptr<arrow::Table> FindMemoryTable(const std::string &path);

/// A table in memory as a file: its columns are read where they lie.
std::unique_ptr<TableFile> OpenMemory(
    const std::string &path, std::shared_ptr<arrow::Table> table, const ashim_read_options &options);

}  // namespace tables
