#include "parallel.h"

#if defined(__linux__)
#include <sched.h>
#endif

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "denormals.h"

namespace foldwise {
namespace {

using Work = std::function<void(int64_t, int64_t)>;

// Parts for each thread: enough that none waits long for the last.
constexpr int64_t kPartsPerThread = 8;
// Less than this takes no longer than to wake a thread.
constexpr int64_t kPartFloats = 16384;

// Those this process may run on, which need not be all.
int ProcessorCount() {
#if defined(__linux__)
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) == 0) return CPU_COUNT(&processors);
#endif
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

int ThreadCount() {
  const char *wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int count = wanted == nullptr ? 0 : std::atoi(wanted);
  return count > 0 ? count : ProcessorCount();
}

class Pool {
 public:
  explicit Pool(int threads) : threads_(threads) {
    for (int i = 1; i < threads; ++i) std::thread([this] { Serve(); }).detach();
  }

  void For(int64_t count, int64_t least, const Work &work) {
    const int64_t part = std::max(least, count / (threads_ * kPartsPerThread));
    // Whoever finds the pool busy has a thread of TensorFlow's to itself, and uses it.
    std::unique_lock<std::mutex> use(use_, std::try_to_lock);
    if (!use.owns_lock() || threads_ == 1 || count <= part) return work(0, count);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      count_ = count;
      part_ = part;
      next_ = 0;
      work_ = &work;
      working_ = threads_ - 1;
      ++round_;
    }
    start_.notify_all();
    TakeParts(work);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return working_ == 0; });
  }

 private:
  void TakeParts(const Work &work) {
    for (int64_t begin; (begin = next_.fetch_add(part_)) < count_;) {
      work(begin, std::min(count_, begin + part_));
    }
  }

  void Serve() {
    const WithoutDenormals without_denormals;
    for (int64_t seen = 0;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      start_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      lock.unlock();
      TakeParts(*work_);
      lock.lock();
      if (--working_ == 0) done_.notify_one();
    }
  }

  const int threads_;
  std::mutex use_, mutex_;
  std::condition_variable start_, done_;
  const Work *work_ = nullptr;
  std::atomic<int64_t> next_{0};
  int64_t count_ = 0, part_ = 1, round_ = 0;
  int working_ = 0;
};

}  // namespace

void ParallelFor(int64_t count, int64_t item_floats, const Work &work) {
  // Never destroyed: its threads may outlive static objects.
  static Pool *pool = new Pool(ThreadCount());
  const WithoutDenormals without_denormals;
  if (count > 0) pool->For(count, 1 + kPartFloats / std::max<int64_t>(1, item_floats), work);
}

}  // namespace foldwise
