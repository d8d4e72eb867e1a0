// Threads that share the columns of a batch.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tables {

/// A fixed number of threads that run the tasks of one job together with the thread that gives it.
class WorkerTeam {
 public:
  /// - Parameter size: the threads, among them the caller's.
  explicit WorkerTeam(int size) {
    for (int i = 1; i < size; i++) threads_.emplace_back([this] { Work(); });
  }

  ~WorkerTeam() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    wakes_.notify_all();
    for (auto &thread : threads_) thread.join();
  }

  WorkerTeam(const WorkerTeam &) = delete;
  WorkerTeam &operator=(const WorkerTeam &) = delete;

  /// Runs `task(0)` to `task(count - 1)`. Throws the failure of the first task, in their order, that has one.
  void Run(int count, const std::function<void(int)> &task) {
    failures_.assign(static_cast<size_t>(count), nullptr);
    {
      const std::lock_guard lock(mutex_);
      task_ = &task;
      count_ = count;
      next_ = 0;
      busy_ = static_cast<int>(threads_.size());
      job_++;
    }
    wakes_.notify_all();
    RunTasks();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return busy_ == 0; });
    for (const auto &failure : failures_) {
      if (failure != nullptr) std::rethrow_exception(failure);
    }
  }

 private:
  void RunTasks() {
    for (int i = next_++; i < count_; i = next_++) {
      try {
        (*task_)(i);
      } catch (...) {
        failures_[static_cast<size_t>(i)] = std::current_exception();
      }
    }
  }

  void Work() {
    int seen = 0;
    std::unique_lock lock(mutex_);
    while (true) {
      wakes_.wait(lock, [&] { return is_stopping_ || job_ != seen; });
      if (is_stopping_) return;
      seen = job_;
      lock.unlock();
      RunTasks();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::condition_variable done_;
  const std::function<void(int)> *task_ = nullptr;
  int count_ = 0;
  std::atomic<int> next_ = 0;
  int busy_ = 0;
  int job_ = 0;
  bool is_stopping_ = false;
  std::vector<std::exception_ptr> failures_;
};

}  // namespace tables
