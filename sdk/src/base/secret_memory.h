// Memory for keys: locked where the system allows it, between guard pages, left out of core dumps, wiped when freed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace visavis {

class SecretBytes {
 public:
  // Zeros. Throws std::bad_alloc.
  explicit SecretBytes(size_t size);
  static SecretBytes random(size_t size);
  static SecretBytes copy_of(std::span<const uint8_t> bytes);

  uint8_t* data() { return bytes_.get(); }
  const uint8_t* data() const { return bytes_.get(); }
  size_t size() const { return size_; }
  std::span<const uint8_t> span() const { return {data(), size_}; }

 private:
  struct Free {
    void operator()(uint8_t* bytes) const;
  };
  std::unique_ptr<uint8_t[], Free> bytes_;
  size_t size_;
};

// Overwrites a buffer that held something secret; the compiler may not leave it out.
void wipe(std::span<uint8_t> bytes);
// Also the rest of the memory of the text, which a longer text may have used before.
void wipe(std::string& text);
void wipe(std::optional<std::string>& text);
void wipe(std::vector<std::string>& texts);

// For containers whose memory is overwritten before it is freed.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}
  T* allocate(size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* at, size_t count) {
    wipe({reinterpret_cast<uint8_t*>(at), count * sizeof(T)});
    std::allocator<T>().deallocate(at, count);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

// Its destructor wipes what it refers to.
template <class T>
struct WipedAfterwards {
  T& secret;
  ~WipedAfterwards() { wipe(secret); }
};
template <class T>
WipedAfterwards(T&) -> WipedAfterwards<T>;

}  // namespace visavis
