#include "base/config.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>
#include <toml++/toml.h>
#include <unistd.h>
#include <variant>

namespace buckstop {
namespace {

namespace fs = std::filesystem;

constexpr auto usual_file = "/etc/buckstop/buckstop.toml";

// Nothing where the value is fine, else what should stand there.
using Rule = std::optional<std::string_view> (*)(std::string_view);

struct Text {
    std::string Config::*member;
    Rule rule = nullptr;
};
struct Whole {
    int Config::*member;
    int least;
    int most;
};
struct List {
    std::vector<std::string> Config::*member;
};

// A setting and the member that it fills.
struct Entry {
    Setting setting;
    std::variant<Text, Whole, List> target;
};

std::optional<std::string_view> web_address(std::string_view text) {
    const bool good = (text.starts_with("http://") || text.starts_with("https://")) && !text.ends_with('/');
    return text.empty() || good
               ? std::nullopt
               : std::optional<std::string_view>("an address such as https://buckstop.example.com");
}

std::optional<std::string_view> path_prefix(std::string_view text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    const bool good = text.starts_with('/') && !text.ends_with('/') &&
                      text.find_first_not_of(plain) == text.npos && text.find("//") == text.npos &&
                      text.find("..") == text.npos;
    return text.empty() || good ? std::nullopt : std::optional<std::string_view>("a path such as /buckstop");
}

std::optional<std::string_view> level(std::string_view text) {
    const bool good = text == "debug" || text == "info" || text == "warning" || text == "error";
    return good ? std::nullopt : std::optional<std::string_view>("debug, info, warning or error");
}

std::optional<std::string_view> log_form(std::string_view text) {
    return text == "text" || text == "json" ? std::nullopt : std::optional<std::string_view>("text or json");
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all{
        {{"database",
          "sqlite:PATH or postgresql://USER@HOST/NAME; a password belongs in the file or the environment"},
         Text{&Config::database}},
        {{"listen-address", "the address to listen on"}, Text{&Config::listen_address}},
        {{"listen-port", "the port to listen on; 0 takes any that is free"},
         Whole{&Config::listen_port, 0, 65535}},
        {{"public-url", "how people reach the service, for links in mails"},
         Text{&Config::public_url, web_address}},
        {{"base-path", "the path below which a proxy serves it, such as /buckstop"},
         Text{&Config::base_path, path_prefix}},
        {{"trusted-proxies", "addresses or networks whose X-Forwarded-For counts", Setting::For::serving},
         List{&Config::trusted_proxies}},
        {{"worker-threads", "how many requests are worked on at once", Setting::For::serving},
         Whole{&Config::worker_threads, 1, 256}},
        {{"queue-length", "how many requests wait before further ones are put off", Setting::For::serving},
         Whole{&Config::queue_length, 1, 65536}},
        {{"job-threads", "how many background jobs run at once; 0: none in this process",
          Setting::For::serving},
         Whole{&Config::job_threads, 0, 64}},
        {{"web-root", "serve the page from this folder instead of the built-in one", Setting::For::serving},
         Text{&Config::web_root}},
        {{"log-level", "debug, info, warning or error"}, Text{&Config::log_level, level}},
        {{"log-format", "text or json"}, Text{&Config::log_format, log_form}},
        {{"mail-server", "smtp://HOST:587 or smtps://HOST; empty: no mail is sent", Setting::For::serving},
         Text{&Config::mail_server}},
        {{"mail-user", "the name to sign in with at the mail server", Setting::For::serving},
         Text{&Config::mail_user}},
        {{"mail-password", "the password for the mail server", Setting::For::serving, true},
         Text{&Config::mail_password}},
        {{"mail-from", "the sender of mails", Setting::For::serving}, Text{&Config::mail_from}},
        {{"metrics-address", "the address to serve /metrics on", Setting::For::serving},
         Text{&Config::metrics_address}},
        {{"metrics-port", "the port to serve /metrics on; 0: no metrics", Setting::For::serving},
         Whole{&Config::metrics_port, 0, 65535}},
        {{"data-directory", "uploads in progress and refused rows"}, Text{&Config::data_directory}},
    };
    return all;
}

const Entry* entry_named(std::string_view name) {
    const auto found =
        std::ranges::find(entries(), name, [](const Entry& entry) { return entry.setting.name; });
    return found == entries().end() ? nullptr : &*found;
}

// "listen-port" as a key of the file, and back.
std::string with(std::string_view name, char from, char to) {
    std::string text(name);
    std::ranges::replace(text, from, to);
    return text;
}

// Collects the mistakes of all sources, so that they can be put right in one go.
class Loader {
  public:
    void read_file(const fs::path& file);
    void read_texts(const std::map<std::string, std::string>& texts,
                    const std::function<std::string(const std::string&)>& place);
    Result<LoadedConfig> finish() &&;

  private:
    void refuse(std::string place, std::string rule, std::string message) {
        errors_.push_back({std::move(place), std::move(rule), std::move(message)});
    }
    void refuse_unknown(std::string place) {
        refuse(std::move(place), "unknown", "There is no such setting.");
    }
    void set(const Text& target, std::string text, const std::string& place);
    void set(const Whole& target, std::int64_t value, const std::string& place);
    void set_from_text(const Entry& entry, const std::string& text, const std::string& place);
    void set_from_node(const Entry& entry, const toml::node& node, const std::string& place);

    LoadedConfig loaded_;
    std::map<std::string_view, std::string> places_; // of the settings that somebody set
    std::vector<FieldError> errors_;
};

void Loader::set(const Text& target, std::string text, const std::string& place) {
    if (const auto wanted = target.rule ? target.rule(text) : std::nullopt)
        refuse(place, "not_a_choice", fmt::format("Here belongs {}.", *wanted));
    else
        loaded_.config.*target.member = std::move(text);
}

void Loader::set(const Whole& target, std::int64_t value, const std::string& place) {
    if (value < target.least || value > target.most)
        refuse(place, "out_of_range",
               fmt::format("A whole number from {} to {} belongs here.", target.least, target.most));
    else
        loaded_.config.*target.member = static_cast<int>(value);
}

void Loader::set_from_text(const Entry& entry, const std::string& text, const std::string& place) {
    places_[entry.setting.name] = place;
    if (const auto* target = std::get_if<Text>(&entry.target))
        return set(*target, text, place);
    if (const auto* target = std::get_if<Whole>(&entry.target)) {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size())
            return refuse(place, "not_an_integer", "A whole number belongs here.");
        return set(*target, value, place);
    }
    auto& list = loaded_.config.*std::get<List>(entry.target).member;
    list.clear();
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of(", ", at), text.size());
        if (end > at)
            list.push_back(text.substr(at, end - at));
        at = end + 1;
    }
}

void Loader::set_from_node(const Entry& entry, const toml::node& node, const std::string& place) {
    if (const auto* text = std::get_if<Text>(&entry.target)) {
        if (const auto value = node.value_exact<std::string>())
            return set(*text, *value, place);
        return refuse(place, "not_a_text", "A text in quotes belongs here.");
    }
    if (const auto* whole = std::get_if<Whole>(&entry.target)) {
        if (const auto value = node.value_exact<std::int64_t>())
            return set(*whole, *value, place);
        return refuse(place, "not_an_integer", "A whole number belongs here.");
    }
    const auto* array = node.as_array();
    if (array == nullptr || !(array->empty() || array->is_homogeneous<std::string>()))
        return refuse(place, "not_a_list", "A list of texts belongs here.");
    auto& list = loaded_.config.*std::get<List>(entry.target).member;
    list.clear();
    for (const auto& element : *array)
        list.push_back(*element.value_exact<std::string>());
}

void Loader::read_file(const fs::path& file) {
    if (access(file.c_str(), F_OK) == 0 && access(file.c_str(), R_OK) != 0)
        return refuse(file.string(), "unreadable",
                      "You may not read this file. Its owner may, such as the service's user: sudo -u "
                      "buckstop buckstop …");
    try {
        const auto table = toml::parse_file(file.string());
        for (const auto& [key, node] : table) {
            const auto place =
                fmt::format("{}, line {}: {}", file.string(), node.source().begin.line, key.str());
            const auto* entry = key.str().find('-') == std::string_view::npos
                                    ? entry_named(with(key.str(), '_', '-'))
                                    : nullptr;
            if (entry == nullptr)
                refuse_unknown(place);
            else
                set_from_node(*entry, node, place);
            if (entry != nullptr)
                places_[entry->setting.name] =
                    fmt::format("{}, line {}", file.string(), node.source().begin.line);
        }
        loaded_.file = file;
    } catch (const toml::parse_error& error) {
        refuse(fmt::format("{}, line {}", file.string(), error.source().begin.line), "not_toml",
               fmt::format("The file can't be read: {}.", error.description()));
    }
}

void Loader::read_texts(const std::map<std::string, std::string>& texts,
                        const std::function<std::string(const std::string&)>& place) {
    for (const auto& [name, text] : texts)
        if (const auto* entry = entry_named(name))
            set_from_text(*entry, text, place(name));
        else
            refuse_unknown(place(name));
}

// What a setting is, for people; of a secret only whether it is set.
std::string value_text(const Entry& entry, const Config& config) {
    struct Show {
        const Config& config;
        std::string operator()(const Text& text) const { return config.*text.member; }
        std::string operator()(const Whole& whole) const { return std::to_string(config.*whole.member); }
        std::string operator()(const List& list) const {
            return fmt::format("{}", fmt::join(config.*list.member, ", "));
        }
    };
    auto text = std::visit(Show{config}, entry.target);
    return entry.setting.secret && !text.empty() ? "(set)" : text;
}

Result<LoadedConfig> Loader::finish() && {
    if (errors_.empty()) {
        for (const auto& entry : entries()) {
            const auto place = places_.find(entry.setting.name);
            loaded_.origins.push_back({.name = entry.setting.name,
                                       .value = value_text(entry, loaded_.config),
                                       .from = place == places_.end() ? "unless set" : place->second});
        }
        return std::move(loaded_);
    }
    std::vector<std::string> lines;
    for (const auto& error : errors_)
        lines.push_back(error.field + ": " + error.message);
    return fail({.code = ErrorCode::invalid,
                 .message = fmt::format("The configuration can't be used. {}", fmt::join(lines, " ")),
                 .fields = std::move(errors_)});
}

// The value that a setting has, as the file has it.
std::string as_toml(const Config& config, const Entry& entry) {
    std::ostringstream text;
    if (const auto* target = std::get_if<Text>(&entry.target))
        text << toml::value<std::string>(config.*target->member);
    else if (const auto* whole = std::get_if<Whole>(&entry.target))
        text << config.*whole->member;
    else {
        toml::array list;
        for (const std::string& element : config.*std::get<List>(entry.target).member)
            list.push_back(element);
        text << list;
    }
    return text.str();
}

} // namespace

std::string setting_key(std::string_view name) {
    return with(name, '-', '_');
}

std::string setting_variable(std::string_view name) {
    std::string text = "BUCKSTOP_" + setting_key(name);
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

const std::vector<Setting>& settings() {
    static const std::vector<Setting> all = [] {
        std::vector<Setting> list;
        for (const auto& entry : entries())
            list.push_back(entry.setting);
        return list;
    }();
    return all;
}

Result<LoadedConfig> load_config_with_origins(const std::optional<fs::path>& file,
                                              const std::map<std::string, std::string>& environment,
                                              const std::map<std::string, std::string>& flags) {
    Loader loader;
    std::error_code ignored;
    if (file || fs::exists(usual_file, ignored))
        loader.read_file(file.value_or(usual_file));
    loader.read_texts(environment, setting_variable);
    loader.read_texts(flags, [](const std::string& name) { return "--" + name; });
    return std::move(loader).finish();
}

Result<std::string> example_configuration(const std::map<std::string, std::string>& given) {
    Loader loader;
    loader.read_texts(given, [](const std::string& name) { return "--" + name; });
    const auto config = std::move(loader).finish();
    if (!config)
        return fail(config.error());
    std::string text =
        "# Buckstop's settings. What stands behind a \"#\" is the value that holds unless it is set.\n"
        "# The environment (BUCKSTOP_LISTEN_PORT=8600) and flags (--listen-port 8600) win over this file.\n"
        "# A file that holds a password should be readable by Buckstop's user alone.\n";
    for (const Entry& entry : entries())
        text += fmt::format("\n# {}\n{}{} = {}\n", entry.setting.help,
                            given.contains(std::string(entry.setting.name)) ? "" : "# ",
                            setting_key(entry.setting.name), as_toml(config->config, entry));
    return text;
}

Result<Config> load_config(const std::optional<fs::path>& file,
                           const std::map<std::string, std::string>& environment,
                           const std::map<std::string, std::string>& flags) {
    auto loaded = load_config_with_origins(file, environment, flags);
    if (!loaded)
        return fail(std::move(loaded.error()));
    return std::move(loaded->config);
}

} // namespace buckstop
