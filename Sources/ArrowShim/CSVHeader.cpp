#include "CSVHeader.h"

#include <arrow/buffer.h>
#include <arrow/io/compressed.h>
#include <arrow/io/file.h>
#include <arrow/util/compression.h>

#include "Failure.h"

namespace tables {

namespace {

constexpr int64_t kBytesRead = 64 << 10;
constexpr size_t kLongestHeader = 16 << 20;

/// One byte after the other of a stream.
class ByteReader {
 public:
  explicit ByteReader(arrow::io::InputStream &stream) : stream_(stream) {}

  /// The next byte, or -1 at the end.
  int Next() {
    if (position_ == block_.size()) {
      const auto buffer = CheckRead(stream_.Read(kBytesRead));
      block_ = buffer->ToString();
      position_ = 0;
      if (block_.empty()) return -1;
    }
    return static_cast<unsigned char>(block_[position_++]);
  }

  /// The next byte again, once `Next` has given it.
  void StepBack() { position_--; }

 private:
  arrow::io::InputStream &stream_;
  std::string block_;
  size_t position_ = 0;
};

/// Goes past the mark that some programs begin a UTF-8 file with.
void SkipByteOrderMark(ByteReader &bytes) {
  const int first = bytes.Next();
  if (first == 0xEF) {
    if (bytes.Next() != 0xBB || bytes.Next() != 0xBF) throw Failure(ASHIM_NOT_OF_FORMAT, "it is not UTF-8");
  } else if (first == 0xFF || first == 0xFE) {
    throw Failure(ASHIM_NOT_OF_FORMAT, "it is not UTF-8");
  } else if (first >= 0) {
    bytes.StepBack();
  }
}

}  // namespace

std::shared_ptr<arrow::io::InputStream> OpenText(
    const std::string &path, const ashim_read_options &options, arrow::MemoryPool *pool) {
  auto file = CheckRead(arrow::io::ReadableFile::Open(path, pool));
  if (options.compression == ASHIM_UNCOMPRESSED) return file;
  const auto kind = options.compression == ASHIM_GZIP ? arrow::Compression::GZIP : arrow::Compression::ZSTD;
  const std::shared_ptr<arrow::util::Codec> codec = CheckRead(arrow::util::Codec::Create(kind));
  // The stream uses the codec as long as it lives.
  auto stream = CheckRead(arrow::io::CompressedInputStream::Make(codec.get(), file, pool));
  auto *raw = stream.get();
  return std::shared_ptr<arrow::io::InputStream>(raw, [stream, codec](auto *) mutable { stream.reset(); });
}

CSVHeader ReadCSVHeader(arrow::io::InputStream &stream, char delimiter) {
  ByteReader bytes(stream);
  SkipByteOrderMark(bytes);
  CSVHeader header;
  std::string field;
  size_t length = 0;
  bool is_quoted = false;
  bool was_quoted = false;
  int byte;
  while ((byte = bytes.Next()) >= 0) {
    if (byte == 0) throw Failure(ASHIM_NOT_OF_FORMAT, "it has a zero byte in its first line");
    if (++length > kLongestHeader) throw Failure(ASHIM_NOT_OF_FORMAT, "its first line does not end");
    if (is_quoted) {
      if (byte != '"') {
        field.push_back(static_cast<char>(byte));
      } else if (const int next = bytes.Next(); next == '"') {
        field.push_back('"');
      } else {
        is_quoted = false;
        if (next >= 0) bytes.StepBack();
      }
    } else if (byte == '"' && field.empty() && !was_quoted) {
      is_quoted = was_quoted = true;
    } else if (byte == delimiter) {
      header.names.push_back(std::move(field));
      field.clear();
      was_quoted = false;
    } else if (byte == '\n' || byte == '\r') {
      // Lines without anything before the first record do not count.
      if (!header.names.empty() || !field.empty() || was_quoted) break;
    } else {
      field.push_back(static_cast<char>(byte));
    }
  }
  if (header.names.empty() && field.empty() && !was_quoted) throw Failure(ASHIM_EMPTY_FILE, "");
  header.names.push_back(std::move(field));
  while ((byte = bytes.Next()) >= 0) {
    if (byte != '\n' && byte != '\r') {
      header.has_rows = true;
      break;
    }
  }
  return header;
}

}  // namespace tables
