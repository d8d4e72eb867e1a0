#include "BatchWriter.h"

#include <algorithm>

#include "Failure.h"

namespace tables {

BatchWriter::BatchWriter(const std::string &path, ashim_write_options options, std::vector<OutputColumn> columns)
    : file_(path) {
  const int64_t capacity = RowsPerGroup(options, columns);
  gathered_ = std::make_unique<RowGroup>(columns, capacity);
  spare_ = std::make_unique<RowGroup>(columns, capacity);
  encoder_ = TableEncoder::Make(options, std::move(columns), file_.stream());
  thread_ = std::thread([this] { EncodeBehind(); });
}

BatchWriter::~BatchWriter() { Stop(); }

int64_t BatchWriter::RowsPerGroup(const ashim_write_options &options, const std::vector<OutputColumn> &columns) {
  if (options.rows_per_group > 0) return options.rows_per_group;
  size_t bytes_per_row = 1;
  for (const auto &column : columns) bytes_per_row += column.width();
  constexpr int64_t kBytesPerGroup = 48 << 20;
  // Parquet's readers take a row group at a time; the other formats have nothing to gain from large ones.
  const int64_t most_rows = options.format == ASHIM_PARQUET ? 1 << 20 : 128 << 10;
  return std::clamp<int64_t>(kBytesPerGroup / static_cast<int64_t>(bytes_per_row), 1 << 10, most_rows);
}

void BatchWriter::AddTexts(int column, std::string_view bytes, const int64_t *ends, int64_t count) {
  auto &texts = gathered_->new_texts(static_cast<size_t>(column));
  int64_t begin = 0;
  for (int64_t i = 0; i < count; i++) {
    texts.Append(bytes.substr(static_cast<size_t>(begin), static_cast<size_t>(ends[i] - begin)));
    begin = ends[i];
  }
}

void BatchWriter::Append(int64_t row_count, const void *const *values) {
  int64_t row = 0;
  while (row < row_count) {
    row += gathered_->Append(values, row, row_count - row);
    if (gathered_->is_full()) Submit();
  }
}

void BatchWriter::Submit() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return spare_ != nullptr || failure_ != nullptr; });
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  submitted_ = std::move(gathered_);
  gathered_ = std::move(spare_);
  lock.unlock();
  changed_.notify_all();
}

void BatchWriter::EncodeBehind() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return submitted_ != nullptr || is_stopping_; });
    if (submitted_ == nullptr) return;
    auto group = std::move(submitted_);
    lock.unlock();
    std::exception_ptr failure;
    try {
      encoder_->Write(*group);
      file_.Flush();
    } catch (...) {
      failure = std::current_exception();
    }
    group->Clear();
    lock.lock();
    failure_ = failure;
    spare_ = std::move(group);
    changed_.notify_all();
    if (failure != nullptr) return;
  }
}

void BatchWriter::Stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void BatchWriter::Close() {
  if (gathered_->row_count() > 0) Submit();
  Stop();
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  encoder_->Finish();
  file_.Close();
}

}  // namespace tables
