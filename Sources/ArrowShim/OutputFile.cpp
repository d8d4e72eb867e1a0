#include "OutputFile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "Failure.h"

namespace tables {

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw Failure(ASHIM_CANNOT_CREATE, "", errno);
  struct stat status;
  is_regular_ = fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  // The stream has a descriptor of its own: what compresses into it closes it before all is on disk.
  const int streamed = fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  arrow::Result<std::shared_ptr<arrow::io::FileOutputStream>> stream = arrow::Status::IOError("no descriptor");
  if (streamed >= 0) stream = arrow::io::FileOutputStream::Open(streamed);
  if (!stream.ok()) {
    const int number = errno;
    close(descriptor_);
    throw Failure(ASHIM_CANNOT_CREATE, stream.status().message(), number);
  }
  stream_ = *std::move(stream);
}

OutputFile::~OutputFile() {
  if (!stream_->closed()) static_cast<void>(stream_->Close());
  close(descriptor_);
  if (!is_closed_ && is_regular_) unlink(path_.c_str());
}

void OutputFile::Flush() {
#ifdef __linux__
  // A hint: what goes wrong is told by `Close`.
  sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

void OutputFile::Close() {
  if (!stream_->closed()) CheckWrite(stream_->Close());
  // What is no file on a disk cannot be put there and says so.
  if (fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) throw Failure(ASHIM_WRITE_FAILED, "", errno);
  is_closed_ = true;
}

}  // namespace tables
