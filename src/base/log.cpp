#include "base/log.hpp"

#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace buckstop {
namespace {

constexpr std::size_t longest_text = 300;

// A last line of defence behind "don't log secrets".
bool is_secret(std::string_view name) {
    constexpr std::array words{"password", "secret", "token", "cookie", "authorization", "draft_key", "csrf"};
    return std::ranges::any_of(words, [&](std::string_view word) { return name.find(word) != name.npos; });
}

std::string_view level_name(LogLevel level) {
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    return names[static_cast<std::size_t>(level)];
}

// JSON's escapes serve both formats. What isn't UTF-8 is escaped byte by byte.
void append_escaped(std::string& line, std::string_view text) {
    const bool cut = text.size() > longest_text;
    for (const char c : text.substr(0, longest_text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            line.append({'\\', c});
        else if (c == '\n')
            line += "\\n";
        else if (byte < 0x20 || byte >= 0x7f)
            fmt::format_to(std::back_inserter(line), "\\u{:04x}", byte);
        else
            line += c;
    }
    if (cut)
        line += "...";
}

void append_quoted(std::string& line, std::string_view text) {
    line += '"';
    append_escaped(line, text);
    line += '"';
}

// Text that reads well without quotes: names, ids, addresses of pages.
bool is_plain(std::string_view text) {
    return !text.empty() && text.size() <= longest_text && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
    });
}

void append_value(std::string& line, const LogField& field, LogFormat format) {
    if (is_secret(field.name))
        return append_quoted(line, "(left out)");
    if (const auto* flag = std::get_if<bool>(&field.value))
        line += *flag ? "true" : "false";
    else if (const auto* whole = std::get_if<std::int64_t>(&field.value))
        line += std::to_string(*whole);
    else if (const auto* real = std::get_if<double>(&field.value))
        line += std::isfinite(*real) ? fmt::format("{:.6g}", *real) : "null";
    else if (const auto& text = std::get<std::string>(field.value);
             format == LogFormat::text && is_plain(text))
        line += text;
    else
        append_quoted(line, text);
}

void append_field(std::string& line, const LogField& field, LogFormat format) {
    if (format == LogFormat::json) {
        line += ',';
        append_quoted(line, field.name);
        line += ':';
    } else {
        line += ' ';
        append_escaped(line, field.name);
        line += '=';
    }
    append_value(line, field, format);
}

} // namespace

struct Log::Sink {
    LogLevel least;
    LogFormat format;
    std::function<void(const std::string&)> write;
};

Log::Log() : Log(LogLevel::info, LogFormat::text) {}

Log::Log(LogLevel least, LogFormat format) {
    // Not registered by name with spdlog, so that no two parts of the program share one by accident.
    auto logger = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    sink_ = std::make_shared<Sink>(Sink{least, format, [logger](const std::string& line) {
                                            logger->log(spdlog::level::info, spdlog::string_view_t(line));
                                        }});
}

Log::Log(LogLevel least, LogFormat format, std::function<void(const std::string&)> write)
    : sink_(std::make_shared<Sink>(Sink{least, format, std::move(write)})) {}

Log Log::silent() {
    return Log(LogLevel::error, LogFormat::text, nullptr);
}

Log Log::from_config(std::string_view level, std::string_view format) {
    auto least = LogLevel::info;
    for (const auto candidate : {LogLevel::debug, LogLevel::warning, LogLevel::error})
        if (level == level_name(candidate))
            least = candidate;
    return Log(least, format == "json" ? LogFormat::json : LogFormat::text);
}

Log Log::with(LogField field) const {
    Log copy = *this;
    copy.bound_.push_back(std::move(field));
    return copy;
}

void Log::debug(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::debug, event, fields);
}
void Log::info(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::info, event, fields);
}
void Log::warning(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::warning, event, fields);
}
void Log::error(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::error, event, fields);
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const {
    if (level < sink_->least || !sink_->write)
        return;
    std::string line;
    if (sink_->format == LogFormat::json) {
        line = fmt::format(R"({{"at":"{}","level":"{}","event":)", to_text(system_now()), level_name(level));
        append_quoted(line, event);
    } else {
        line = fmt::format("{} {:7} ", to_text(system_now()), level_name(level));
        append_escaped(line, event);
    }
    for (const auto& field : bound_)
        append_field(line, field, sink_->format);
    for (const auto& field : fields)
        append_field(line, field, sink_->format);
    if (sink_->format == LogFormat::json)
        line += '}';
    sink_->write(line);
}

} // namespace buckstop
