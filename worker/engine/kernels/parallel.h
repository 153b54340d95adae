// Work shared among as many threads as TensorFlow may use in this process.
#pragma once

#include <cstdint>
#include <functional>

namespace foldwise {

// Calls work(begin, end) for consecutive parts of [0, count), on several threads at once; returns
// when all is done. Which thread gets which part is left to chance: what a part computes must not
// depend on the others, and sums over parts are for the caller to make in order.
//
// `item_floats`: how many numbers one of `count` goes through; little work is not shared out.
void ParallelFor(int64_t count, int64_t item_floats,
                 const std::function<void(int64_t, int64_t)> &work);

}  // namespace foldwise
