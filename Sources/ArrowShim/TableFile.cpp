// Opening: what can be told from a path and a file's first and last bytes.
#include "TableFile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "Failure.h"
#include "MemoryTables.h"

namespace tables {

namespace {

/// A descriptor that closes itself.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

std::string ReadAt(int descriptor, int64_t offset, size_t count) {
  std::string bytes(count, '\0');
  const ssize_t got = pread(descriptor, bytes.data(), count, offset);
  if (got < 0) throw Failure(ASHIM_READ_FAILED, "", errno);
  bytes.resize(static_cast<size_t>(got));
  return bytes;
}

}  // namespace

FileEnds InspectEnds(const std::string &path) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number < 0) {
    const bool is_missing = errno == ENOENT || errno == ENOTDIR;
    throw Failure(is_missing ? ASHIM_NOT_FOUND : ASHIM_NOT_READABLE, "", errno);
  }
  struct stat status;
  if (fstat(file.number, &status) != 0) throw Failure(ASHIM_READ_FAILED, "", errno);
  if (S_ISDIR(status.st_mode)) throw Failure(ASHIM_IS_DIRECTORY, "");
  if (!S_ISREG(status.st_mode)) throw Failure(ASHIM_NOT_READABLE, "not a regular file");
  FileEnds ends;
  ends.size = status.st_size;
  if (ends.size == 0) throw Failure(ASHIM_EMPTY_FILE, "");
  ends.first = ReadAt(file.number, 0, 8);
  ends.last = ReadAt(file.number, ends.size > 8 ? ends.size - 8 : 0, 8);
  return ends;
}

std::unique_ptr<TableFile> TableFile::Open(const std::string &path, const ashim_read_options &options) {
  if (auto table = FindMemoryTable(path)) return OpenMemory(path, std::move(table), options);
  switch (options.format) {
    case ASHIM_PARQUET: return OpenParquet(path, options);
    case ASHIM_CSV: return OpenCSV(path, options);
    case ASHIM_FEATHER: return OpenFeather(path, options);
  }
  throw Failure(ASHIM_INTERNAL, "unknown format");
}

}  // namespace tables
