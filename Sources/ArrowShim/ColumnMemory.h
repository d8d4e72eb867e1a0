// Memory of columns that is used again: fresh pages cost more than what is put into them.
#pragma once

#include <arrow/buffer.h>
#include <arrow/memory_pool.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "Failure.h"

namespace tables {

/// Buffers of one size that come back when nobody holds them any more; may outlive the reader that they are for.
class ColumnMemory : public std::enable_shared_from_this<ColumnMemory> {
 public:
  ColumnMemory(int64_t bytes, arrow::MemoryPool *pool) : bytes_(bytes), pool_(pool) {}

  /// A buffer, which is given back with the last copy of the pointer.
  std::shared_ptr<uint8_t> Take() {
    std::shared_ptr<arrow::Buffer> buffer;
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        buffer = std::move(free_.back());
        free_.pop_back();
      }
    }
    if (buffer == nullptr) buffer = CheckRead(arrow::AllocateBuffer(bytes_, pool_));
    auto *bytes = buffer->mutable_data();
    return {bytes, [self = shared_from_this(), buffer](uint8_t *) mutable { self->Return(std::move(buffer)); }};
  }

 private:
  void Return(std::shared_ptr<arrow::Buffer> buffer) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(buffer));
  }

  int64_t bytes_;
  arrow::MemoryPool *pool_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<arrow::Buffer>> free_;
};

}  // namespace tables
