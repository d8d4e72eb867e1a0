#include "TableEncoder.h"

#include "Failure.h"

namespace tables {

std::unique_ptr<TableEncoder> TableEncoder::Make(
    const ashim_write_options &options, std::vector<OutputColumn> columns,
    std::shared_ptr<arrow::io::OutputStream> stream) {
  switch (options.format) {
    case ASHIM_PARQUET: return MakeParquetEncoder(options, std::move(columns), std::move(stream));
    case ASHIM_CSV: return MakeCSVEncoder(options, std::move(columns), std::move(stream));
    case ASHIM_FEATHER: return MakeFeatherEncoder(options, std::move(columns), std::move(stream));
  }
  throw Failure(ASHIM_INTERNAL, "unknown format");
}

}  // namespace tables
