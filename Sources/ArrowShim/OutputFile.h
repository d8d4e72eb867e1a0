// A file being written, which is whole once it is closed and gone if it never is.
#pragma once

#include <arrow/io/file.h>

#include <memory>
#include <string>

namespace tables {

/// A new file, or an old one emptied.
class OutputFile {
 public:
  explicit OutputFile(std::string path);

  /// Removes the file unless it was closed.
  ~OutputFile();

  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;

  const std::shared_ptr<arrow::io::OutputStream> &stream() const { return stream_; }

  /// Has the system begin to put on disk what was written so far, where it can, so that less is left for the end.
  void Flush();

  /// Has the system put all bytes on disk, and keeps the file.
  void Close();

 private:
  std::string path_;
  int descriptor_ = -1;
  /// Whether the path is a file and not, say, a device, which must not be removed.
  bool is_regular_ = false;
  bool is_closed_ = false;
  std::shared_ptr<arrow::io::OutputStream> stream_;
};

}  // namespace tables
