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
  stream_ = CheckWrite(arrow::io::FileOutputStream::Open(descriptor_));
}

OutputFile::~OutputFile() {
  if (is_closed_) return;
  if (stream_ != nullptr) static_cast<void>(stream_->Close());
  if (is_regular_) unlink(path_.c_str());
}

void OutputFile::Close() {
  // What is no file on a disk cannot be put there and says so.
  if (fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) throw Failure(ASHIM_WRITE_FAILED, "", errno);
  CheckWrite(stream_->Close());
  is_closed_ = true;
}

}  // namespace tables
