// What the program tells whoever runs it: an event's name and named values, as a line of text or of JSON.
//
//   log.info("request", {{"method", "GET"}, {"status", 200}, {"milliseconds", 1.25}});
//   const Log mine = log.with("request_id", request.id);   // in every line from here on
//
// Not for what people wrote, their names or addresses: ids, counts and durations only. A value whose name
// says that it is a secret is left out, texts are cut at 300 bytes, and control characters are escaped, so
// that no input can forge a line. A Log is a cheap value, safe from any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace buckstop {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

// One named value of a line.
struct LogField {
    using Value = std::variant<bool, std::int64_t, double, std::string>;

    LogField(std::string_view its_name, bool its_value) : name(its_name), value(its_value) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) LogField(std::string_view its_name, T its_value)
        : name(its_name), value(static_cast<std::int64_t>(its_value)) {}
    LogField(std::string_view its_name, double its_value) : name(its_name), value(its_value) {}
    LogField(std::string_view its_name, std::string_view its_value)
        : name(its_name), value(std::string(its_value)) {}
    LogField(std::string_view its_name, const std::string& its_value) : name(its_name), value(its_value) {}
    LogField(std::string_view its_name, const char* its_value)
        : name(its_name), value(std::string(its_value)) {}

    std::string name;
    Value value;
};

class Log {
  public:
    // Lines of text from `info` on, to standard error.
    Log();
    // To standard error, written by a lock-protected sink that several Logs may share.
    Log(LogLevel least, LogFormat format);
    // Each finished line, without its end, to `write`: for tests.
    Log(LogLevel least, LogFormat format, std::function<void(const std::string& line)> write);
    // Says nothing.
    [[nodiscard]] static Log silent();
    // "info" and "json" as the configuration has them; `info` and text where they are something else.
    [[nodiscard]] static Log from_config(std::string_view level, std::string_view format);

    // The same log with a value added to every line.
    [[nodiscard]] Log with(LogField field) const;

    void debug(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void info(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void warning(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void error(std::string_view event, std::initializer_list<LogField> fields = {}) const;

  private:
    struct Sink;
    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const;

    std::shared_ptr<const Sink> sink_;
    std::vector<LogField> bound_;
};

} // namespace buckstop
