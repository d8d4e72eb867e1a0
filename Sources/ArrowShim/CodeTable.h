// Keys and the codes that stand for them, in order of first appearance.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace tables {

/// A hash table from keys to codes 0, 1, 2, ...; a look-up is a few nanoseconds.
///
/// Open addressing with a step of one; at most half of the slots are used. Keys are kept by the table: texts in a
/// storage that never moves them.
template <class Key>
class CodeTable {
 public:
  CodeTable() : slots_(kFirstCapacity, kEmpty) {}

  int32_t count() const { return static_cast<int32_t>(keys_.size()); }

  const Key &key(int32_t code) const { return keys_[code]; }

  /// The code of a key. One that is new is passed through `keep`, which gives the key to store.
  template <class Keep>
  int32_t Code(const Key &key, Keep &&keep) {
    const uint64_t hash = Hash(key);
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != kEmpty) {
      const int32_t code = slots_[slot];
      if (keys_[code] == key) return code;
      slot = (slot + 1) & (slots_.size() - 1);
    }
    const int32_t code = count();
    keys_.push_back(keep(key));
    slots_[slot] = code;
    if (keys_.size() * 2 > slots_.size()) Grow();
    return code;
  }

 private:
  static constexpr size_t kFirstCapacity = 1024;
  static constexpr int32_t kEmpty = -1;

  static uint64_t Hash(const Key &key) {
    // The library's hash of a whole number is the number; its bits have to be spread.
    const uint64_t hash = std::hash<Key>{}(key) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 32);
  }

  void Grow() {
    slots_.assign(slots_.size() * 2, kEmpty);
    for (int32_t code = 0; code < count(); code++) {
      size_t slot = Hash(keys_[code]) & (slots_.size() - 1);
      while (slots_[slot] != kEmpty) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = code;
    }
  }

  std::vector<Key> keys_;
  std::vector<int32_t> slots_;
};

}  // namespace tables
