#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace foldwise {
namespace {

// Parts for each thread: enough that none waits long for the last.
constexpr int64_t kPartsPerThread = 8;

int ThreadCount() {
  const char *wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
  const int count = wanted == nullptr ? 0 : std::atoi(wanted);
  return count > 0 ? count : std::max(1u, std::thread::hardware_concurrency());
}

class Pool {
 public:
  explicit Pool(int threads) : threads_(threads) {
    for (int i = 1; i < threads; ++i) std::thread([this] { Serve(); }).detach();
  }

  void For(int64_t count, const std::function<void(int64_t, int64_t)> &work) {
    // Whoever finds the pool busy has a thread of TensorFlow's to itself, and uses it.
    std::unique_lock<std::mutex> use(use_, std::try_to_lock);
    if (!use.owns_lock() || threads_ == 1 || count == 1) return work(0, count);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      count_ = count;
      part_ = std::max<int64_t>(1, count / (threads_ * kPartsPerThread));
      next_ = 0;
      work_ = &work;
      working_ = threads_ - 1;
      ++round_;
    }
    start_.notify_all();
    Work(work);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return working_ == 0; });
  }

 private:
  void Work(const std::function<void(int64_t, int64_t)> &work) {
    for (int64_t begin; (begin = next_.fetch_add(part_)) < count_;) {
      work(begin, std::min(count_, begin + part_));
    }
  }

  void Serve() {
    for (int64_t seen = 0;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      start_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      lock.unlock();
      Work(*work_);
      lock.lock();
      if (--working_ == 0) done_.notify_one();
    }
  }

  const int threads_;
  std::mutex use_, mutex_;
  std::condition_variable start_, done_;
  const std::function<void(int64_t, int64_t)> *work_ = nullptr;
  std::atomic<int64_t> next_{0};
  int64_t count_ = 0, part_ = 1, round_ = 0;
  int working_ = 0;
};

}  // namespace

void ParallelFor(int64_t count, const std::function<void(int64_t, int64_t)> &work) {
  // Never destroyed: its threads may outlive static objects.
  static Pool *pool = new Pool(ThreadCount());
  if (count > 0) pool->For(count, work);
}

}  // namespace foldwise
