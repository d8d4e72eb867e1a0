// The C interface to writing.
#include <string_view>
#include <vector>

#include "ArrowShim.h"
#include "BatchWriter.h"
#include "Failure.h"

struct ashim_writer {
  tables::BatchWriter writer;
};

bool ashim_writer_open(
    const char *path, ashim_write_options options, const ashim_output_column *columns, int32_t count,
    ashim_writer **writer, ashim_error *error) {
  return tables::Guarded(error, [&] {
    std::vector<tables::OutputColumn> outputs;
    for (int32_t i = 0; i < count; i++) outputs.push_back({columns[i].name, columns[i].kind, columns[i].storage});
    *writer = new ashim_writer{{path, options, std::move(outputs)}};
  });
}

void ashim_writer_release(ashim_writer *writer) { delete writer; }

bool ashim_writer_add_texts(
    ashim_writer *writer, int32_t column, const char *bytes, const int64_t *ends, int64_t count, ashim_error *error) {
  return tables::Guarded(error, [&] {
    const auto length = count == 0 ? 0 : static_cast<size_t>(ends[count - 1]);
    writer->writer.AddTexts(column, std::string_view(bytes, length), ends, count);
  });
}

bool ashim_writer_append(ashim_writer *writer, int64_t row_count, const void *const *values, ashim_error *error) {
  return tables::Guarded(error, [&] { writer->writer.Append(row_count, values); });
}

bool ashim_writer_close(ashim_writer *writer, ashim_error *error) {
  return tables::Guarded(error, [&] { writer->writer.Close(); });
}
