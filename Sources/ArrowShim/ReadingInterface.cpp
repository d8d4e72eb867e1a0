// The C interface to reading.
#include <arrow/util/config.h>

#include <memory>
#include <vector>

#include "ArrowShim.h"
#include "BatchReader.h"
#include "Failure.h"
#include "TableFile.h"

struct ashim_file {
  std::unique_ptr<tables::TableFile> file;
};

struct ashim_reader {
  tables::BatchReader reader;
};

struct ashim_batch {
  std::unique_ptr<tables::Batch> batch;
};

const char *ashim_arrow_version(void) { return ARROW_VERSION_STRING; }

bool ashim_file_open(const char *path, ashim_read_options options, ashim_file **file, ashim_error *error) {
  return tables::Guarded(error, [&] { *file = new ashim_file{tables::TableFile::Open(path, options)}; });
}

void ashim_file_release(ashim_file *file) { delete file; }

int32_t ashim_file_column_count(const ashim_file *file) {
  return static_cast<int32_t>(file->file->column_names().size());
}

const char *ashim_file_column_name(const ashim_file *file, int32_t column) {
  return file->file->column_names()[static_cast<size_t>(column)].c_str();
}

int64_t ashim_file_row_count(const ashim_file *file) { return file->file->row_count(); }

bool ashim_reader_start(
    ashim_file *file, const ashim_request *requests, int32_t count, ashim_reader **reader, ashim_error *error) {
  return tables::Guarded(error, [&] {
    *reader = new ashim_reader{{*file->file, std::vector<ashim_request>(requests, requests + count)}};
  });
}

void ashim_reader_release(ashim_reader *reader) { delete reader; }

ashim_storage ashim_reader_storage(const ashim_reader *reader, int32_t request) {
  return reader->reader.storage(request);
}

bool ashim_reader_next(ashim_reader *reader, ashim_batch **batch, ashim_error *error) {
  return tables::Guarded(error, [&] {
    auto next = reader->reader.Next();
    *batch = next == nullptr ? nullptr : new ashim_batch{std::move(next)};
  });
}

int64_t ashim_reader_peak_bytes(const ashim_reader *reader) { return reader->reader.peak_bytes(); }

void ashim_batch_release(ashim_batch *batch) { delete batch; }

int64_t ashim_batch_row_count(const ashim_batch *batch) { return batch->batch->row_count; }

int64_t ashim_batch_first_row(const ashim_batch *batch) { return batch->batch->first_row; }

ashim_column ashim_batch_column(const ashim_batch *batch, int32_t request) {
  const auto &column = batch->batch->columns[static_cast<size_t>(request)];
  return {
      column.values,
      column.missing_count,
      column.infinite_count,
      column.new_texts.bytes.data(),
      column.new_texts.ends.data(),
      static_cast<int64_t>(column.new_texts.ends.size()),
  };
}
