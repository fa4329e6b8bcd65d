#include "base/metrics.hpp"

#include <gmock/gmock.h>
#include <thread>
#include <vector>

namespace buckstop::metrics {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Metrics, are_written_as_prometheus_reads_them) {
    Histogram histogram;
    histogram.observe(1ms); // the bounds belong to their bucket
    histogram.observe(2ms);
    histogram.observe(30s);
    EXPECT_EQ(histogram.count(), 3U);
    Text text;
    text.family("jobs", "gauge", "Jobs.");
    text.sample({{"kind", "mail"}, {"state", "done"}}, 3);
    text.sample(0.5);
    text.family("wait_seconds", "histogram", "Waiting.");
    text.sample({{"kind", "read"}}, histogram);
    const auto written = std::move(text).take();
    EXPECT_THAT(written, testing::StartsWith("# HELP jobs Jobs.\n# TYPE jobs gauge\n"
                                             "jobs{kind=\"mail\",state=\"done\"} 3\njobs 0.5\n"
                                             "# HELP wait_seconds Waiting.\n# TYPE wait_seconds histogram\n"
                                             "wait_seconds_bucket{kind=\"read\",le=\"0.001\"} 1\n"
                                             "wait_seconds_bucket{kind=\"read\",le=\"0.0025\"} 2\n"));
    EXPECT_THAT(written, HasSubstr("wait_seconds_bucket{kind=\"read\",le=\"10\"} 2\n"
                                   "wait_seconds_bucket{kind=\"read\",le=\"+Inf\"} 3\n"
                                   "wait_seconds_sum{kind=\"read\"} 30.003\n"
                                   "wait_seconds_count{kind=\"read\"} 3\n"));
}

TEST(Metrics, a_label_cannot_end_its_line) {
    Text text;
    text.family("x", "counter", "X.");
    text.sample({{"route", "a\"b\\c\nd"}}, 1);
    EXPECT_THAT(std::move(text).take(), HasSubstr("x{route=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(Metrics, count_from_many_threads) {
    Counter counter;
    Histogram histogram;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 10'000; ++n) {
                    counter.add();
                    histogram.observe(1ms);
                }
            });
    }
    EXPECT_EQ(counter.value(), 40'000U);
    EXPECT_EQ(histogram.count(), 40'000U);
}

} // namespace
} // namespace buckstop::metrics
