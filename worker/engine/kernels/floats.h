// Numbers of each channel, for loops.
#pragma once

#include <cstdint>
#include <vector>

namespace foldwise {

// Zeros at first; from the beginning of a cache line, since a sum that lies across two of them
// takes twice as long to read and write.
class Floats {
 public:
  explicit Floats(int64_t size) : lines_((size + 15) / 16) {}

  float *data() { return lines_.data()->values; }
  const float *data() const { return lines_.data()->values; }
  float &operator[](int64_t index) { return data()[index]; }
  float operator[](int64_t index) const { return data()[index]; }

 private:
  struct alignas(64) Line {
    float values[16] = {};
  };

  std::vector<Line> lines_;
};

}  // namespace foldwise
