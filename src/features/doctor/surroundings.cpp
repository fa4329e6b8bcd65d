// What surrounds the database: settings, files, mail.
#include "features/doctor/doctor.hpp"
#include "features/identity/identity.hpp"
#include "http/forwarded.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace buckstop::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;

bool is_local(const std::string& address) {
    return address == "127.0.0.1" || address == "::1" || address == "localhost";
}

bool readable_by_others(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    constexpr auto others = fs::perms::group_read | fs::perms::others_read;
    return !error && (status.permissions() & others) != fs::perms::none;
}

// Of the two places where a database's URL may hold a password: "//user:password@" and "password=".
bool holds_secret(const Config& config) {
    const auto& url = config.database;
    const auto user = url.find("//");
    const bool in_front =
        user != url.npos && url.find(':', user) < url.find('@', user) && url.find('@') != url.npos;
    return !config.mail_password.empty() || in_front || url.find("password=") != url.npos;
}

class Findings {
  public:
    explicit Findings(std::string check) : check_(std::move(check)) {}
    void add(Outcome outcome, std::string message, std::string advice) {
        list_.push_back({check_, outcome, std::move(message), std::move(advice)});
    }
    // All of them, or that nothing was found.
    std::vector<Finding> or_well(std::string message) {
        if (list_.empty())
            add(Outcome::ok, std::move(message), "");
        return std::move(list_);
    }

  private:
    std::string check_;
    std::vector<Finding> list_;
};

void look_at_addresses(const Config& config, Findings& findings) {
    const bool local = is_local(config.listen_address);
    if (!local && config.public_url.empty())
        findings.add(Outcome::warning,
                     "Others can reach the server, but public_url isn't set: links in mails would name " +
                         config.listen_address + ".",
                     "Set public_url to the address that people use.");
    if (!config.public_url.empty() && config.public_url.starts_with("http://") &&
        config.public_url.find("//127.0.0.1") == std::string::npos &&
        config.public_url.find("//localhost") == std::string::npos)
        findings.add(Outcome::warning,
                     "public_url begins with http://: passwords cross the network in the clear.",
                     "Put a proxy that speaks TLS in front, and set public_url to its https:// address.");
    if (config.public_url.starts_with("https://") && config.trusted_proxies.empty())
        findings.add(
            Outcome::warning,
            "public_url is https://, but trusted_proxies names no proxy: everybody seems to come from the "
            "proxy's address, without TLS.",
            "Name the proxy's address in trusted_proxies.");
    if (const auto proxies = http::TrustedProxies::parse(config.trusted_proxies); !proxies)
        findings.add(Outcome::problem, proxies.error().message, "Put trusted_proxies right.");
}

// The folder, or the nearest one above it that is there.
fs::path existing(fs::path folder) {
    std::error_code ignored;
    folder = fs::absolute(folder, ignored);
    while (!fs::exists(folder, ignored) && folder.has_parent_path() && folder != folder.parent_path())
        folder = folder.parent_path();
    return folder;
}

void look_at_room(const fs::path& folder, std::string_view what, Findings& findings) {
    std::error_code error;
    const auto space = fs::space(existing(folder), error);
    if (error)
        return;
    const auto message =
        fmt::format("The disk of {} has room for {} MiB more.", what, space.available / mebibyte);
    if (space.available < 100 * mebibyte)
        findings.add(Outcome::problem, message, "Make room: nothing can be stored on a full disk.");
    else if (space.available < 1024 * mebibyte || space.available < space.capacity / 20)
        findings.add(Outcome::warning, message, "Make room before it is full.");
}

void look_at_readers(const fs::path& file, Findings& findings) {
    if (readable_by_others(file))
        findings.add(Outcome::warning, file.string() + " can be read by others on this machine.",
                     "chmod go= " + file.string());
}

} // namespace

std::vector<Finding> examine_settings(const LoadedConfig& loaded) {
    Findings findings("settings");
    const auto& config = loaded.config;
    look_at_addresses(config, findings);
    if (!config.mail_server.empty() && config.mail_from.empty() &&
        config.mail_user.find('@') == std::string::npos)
        findings.add(Outcome::problem, "mail_server is set, but there is no sender.", "Set mail_from.");
    if (!config.mail_from.empty() && config.mail_server.empty())
        findings.add(Outcome::warning, "mail_from is set without mail_server: no mail is sent.",
                     "Set mail_server, or leave both out.");
    std::error_code ignored;
    if (!config.web_root.empty() && !fs::is_directory(config.web_root, ignored))
        findings.add(Outcome::problem, "web_root names no folder: there is no page.",
                     "Leave web_root out: the page is built in.");
    if (config.job_threads == 0)
        findings.add(Outcome::warning, "job_threads is 0: this process runs no background jobs.",
                     "Right only where another process on the same database runs them.");
    if (loaded.file && holds_secret(config))
        look_at_readers(*loaded.file, findings);
    return findings.or_well(loaded.file ? "They make sense; the file is " + loaded.file->string() + "."
                                        : "They make sense; there is no file.");
}

std::vector<Finding> examine_files(const Config& config, const db::Url& url) {
    Findings findings("files");
    std::error_code ignored;
    std::string data_directory = config.data_directory;
    if (url.dialect == db::Dialect::sqlite) {
        for (const auto* ending : {"", "-wal", "-shm"})
            if (fs::exists(url.target + ending, ignored))
                look_at_readers(url.target + ending, findings);
        if (::access(url.target.c_str(), W_OK) != 0)
            findings.add(Outcome::problem, url.target + " can't be written by this user.",
                         "Run the doctor as Buckstop's user, or give the file to it.");
        look_at_room(fs::absolute(url.target, ignored).parent_path(), "the database", findings);
        if (data_directory.empty())
            data_directory = url.target + "-files";
    } else if (data_directory.empty()) {
        data_directory = "buckstop-files";
    }
    if (fs::exists(data_directory, ignored)) {
        look_at_readers(data_directory, findings);
        if (::access(data_directory.c_str(), W_OK | X_OK) != 0)
            findings.add(Outcome::problem, data_directory + " can't be written by this user.",
                         "Run the doctor as Buckstop's user, or give the folder to it.");
    } else if (::access(existing(data_directory).c_str(), W_OK | X_OK) != 0) {
        findings.add(Outcome::problem, data_directory + " isn't there and can't be made.",
                     "Make the folder, and give it to Buckstop's user.");
    }
    look_at_room(data_directory, "data_directory", findings);
    return findings.or_well("They are there, nobody else can read them, and there is room.");
}

std::vector<Finding> examine_mail(const Config& config) {
    Findings findings("mail");
    if (config.mail_server.empty())
        return findings.or_well("No mail server is set: links are handed on by an administrator.");
    if (const auto reached = identity::reach_mail_server(config); !reached)
        findings.add(Outcome::problem, reached.error().message,
                     "Look at mail_server, mail_user and mail_password, and whether a firewall is between.");
    return findings.or_well("The mail server answers and lets us in.");
}

} // namespace buckstop::doctor
