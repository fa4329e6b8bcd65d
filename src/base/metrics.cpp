#include "base/metrics.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::metrics {
namespace {

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\' || c == '"')
            result += '\\';
        if (c == '\n')
            result += "\\n";
        else
            result += c;
    }
    return result;
}

} // namespace

void Histogram::observe(std::chrono::nanoseconds duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    const auto place = std::ranges::lower_bound(bounds, seconds) - bounds.begin();
    buckets_[static_cast<std::size_t>(place)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(duration.count(), std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
    std::uint64_t all = 0;
    for (const auto& bucket : buckets_)
        all += bucket.load(std::memory_order_relaxed);
    return all;
}

void Text::family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void Text::line(std::string_view suffix, Labels labels, std::string_view bound, double value) {
    std::string inside;
    for (const auto& [name, text] : labels)
        inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", name, escaped(text));
    if (!bound.empty())
        inside += fmt::format("{}le=\"{}\"", inside.empty() ? "" : ",", bound);
    text_ += name_;
    text_ += suffix;
    if (!inside.empty())
        text_ += '{' + inside + '}';
    text_ += fmt::format(" {}\n", value);
}

void Text::sample(Labels labels, double value) {
    line("", labels, "", value);
}

void Text::sample(Labels labels, const Histogram& histogram) {
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
        so_far += histogram.buckets_[i].load(std::memory_order_relaxed);
        line("_bucket", labels, fmt::format("{}", Histogram::bounds[i]), static_cast<double>(so_far));
    }
    so_far += histogram.buckets_.back().load(std::memory_order_relaxed);
    line("_bucket", labels, "+Inf", static_cast<double>(so_far));
    const auto sum = std::chrono::nanoseconds(histogram.sum_.load(std::memory_order_relaxed));
    line("_sum", labels, "", std::chrono::duration<double>(sum).count());
    line("_count", labels, "", static_cast<double>(so_far));
}

} // namespace buckstop::metrics
