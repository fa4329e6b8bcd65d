// Numbers about the program while it runs, cheap enough for every request: atomics, no lock, no memory. And
// the text in which Prometheus reads them (its exposition format, version 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace buckstop::metrics {

// Only goes up. Safe from any thread.
class Counter {
  public:
    void add(std::uint64_t more = 1) { value_.fetch_add(more, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_ = 0;
};

// How many there are just now. Safe from any thread.
class Gauge {
  public:
    void add(std::int64_t more) { value_.fetch_add(more, std::memory_order_relaxed); }
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_ = 0;
};

// How long things take: how many took at most so long, for a few bounds, and the sum. Safe from any thread.
class Histogram {
  public:
    // In seconds; everything longer is counted behind the last.
    static constexpr std::array bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                       0.25,  0.5,    1.0,   2.5,  5.0,   10.0};

    void observe(std::chrono::nanoseconds duration);
    [[nodiscard]] std::uint64_t count() const;

  private:
    friend class Text;
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets_{};
    std::atomic<std::int64_t> sum_ = 0; // nanoseconds
};

// Observes how long it lives.
class Timer {
  public:
    explicit Timer(Histogram& histogram) : histogram_(histogram) {}
    ~Timer() { histogram_.observe(std::chrono::steady_clock::now() - begin_); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

  private:
    Histogram& histogram_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// The text, family by family.
class Text {
  public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    // `type`: counter, gauge or histogram. The samples that follow are of this family.
    void family(std::string_view name, std::string_view type, std::string_view help);
    void sample(Labels labels, double value);
    void sample(double value) { sample({}, value); }
    void sample(Labels labels, const Histogram& histogram);
    void sample(const Histogram& histogram) { sample({}, histogram); }
    [[nodiscard]] std::string take() && { return std::move(text_); }

  private:
    void line(std::string_view suffix, Labels labels, std::string_view bound, double value);

    std::string name_;
    std::string text_;
};

} // namespace buckstop::metrics
