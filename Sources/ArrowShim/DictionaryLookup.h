// Dictionary-encoded columns: what a value means is worked out once an entry, when a row first has it.
#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <vector>

#include "ArrayAccess.h"
#include "Failure.h"

namespace tables {

/// The meaning of each entry of the dictionary last seen.
///
/// Entries that no row has are never looked at: a category that is declared and unused does not exist.
template <class Value>
class DictionaryLookup {
 public:
  /// - Parameter unknown: a value that no entry means.
  explicit DictionaryLookup(Value unknown) : unknown_(unknown) {}

  /// Gives each row the meaning of its entry. `resolve(dictionary, entry)` works one out.
  template <class Resolve>
  void Gather(const arrow::DictionaryArray &array, Value missing, Value *values, Resolve &&resolve) {
    const auto dictionary = array.dictionary();
    if (dictionary != dictionary_) {
      // The library makes an array of the same dictionary for every batch.
      if (dictionary_ == nullptr || !dictionary->Equals(*dictionary_)) {
        meanings_.assign(static_cast<size_t>(dictionary->length()), unknown_);
      }
      dictionary_ = dictionary;
    }
    const auto &indices = *array.indices();
    const auto meaning = [&](auto index) {
      const auto entry = static_cast<uint64_t>(index);
      if (entry >= meanings_.size()) throw Failure(ASHIM_CORRUPT, "an index beyond its dictionary");
      Value &known = meanings_[entry];
      if (known == unknown_) {
        known = dictionary->IsNull(static_cast<int64_t>(entry)) ? missing
                                                                : resolve(*dictionary, static_cast<int64_t>(entry));
      }
      return known;
    };
    WithIntegers(indices, [&](const auto *index) {
      if (indices.null_count() == 0) {
        for (int64_t row = 0; row < indices.length(); row++) values[row] = meaning(index[row]);
      } else {
        for (int64_t row = 0; row < indices.length(); row++) {
          values[row] = indices.IsValid(row) ? meaning(index[row]) : missing;
        }
      }
    });
  }

 private:
  Value unknown_;
  std::shared_ptr<arrow::Array> dictionary_;
  std::vector<Value> meanings_;
};

/// The number of values equal to one.
template <class Value>
int64_t CountEqual(const Value *values, int64_t count, Value wanted) {
  int64_t equal = 0;
  for (int64_t i = 0; i < count; i++) equal += values[i] == wanted ? 1 : 0;
  return equal;
}

}  // namespace tables
