// Configuration, weakest first: defaults, the file (TOML), the environment (BUCKSTOP_DATABASE …), flags.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop {

struct Config {
    std::string database = "sqlite:buckstop.db";
    std::string listen_address = "127.0.0.1";
    int listen_port = 8600;
    std::string public_url;                   // as people reach it, for links in mails; empty: from listen_*
    std::string base_path;                    // "/buckstop" behind a proxy; empty: "/"
    std::vector<std::string> trusted_proxies; // addresses or networks (CIDR) whose Forwarded headers count
    int worker_threads = 8;
    int queue_length = 256; // requests that wait for a worker before 503
    int job_threads = 2;
    std::string web_root;            // serve the page from this folder instead of the built-in one
    std::string log_level = "info";  // debug, info, warning, error
    std::string log_format = "text"; // text or json
    std::string mail_server;         // "smtp://host:587"; empty: no mail
    std::string mail_user;
    std::string mail_password;
    std::string mail_from;
    std::string metrics_address = "127.0.0.1";
    int metrics_port = 0;       // 0: no metrics
    std::string data_directory; // uploads in progress and refused rows; empty: beside the database
};

// One setting as the file, the environment and the command line name it.
struct Setting {
    std::string_view
        name; // "listen-port": file key listen_port, environment BUCKSTOP_LISTEN_PORT, flag --listen-port
    std::string_view help;
    enum class For { all, serving };
    For whom = For::all;
    bool secret = false; // never taken from the command line, which everybody on the machine can read
};
[[nodiscard]] const std::vector<Setting>& settings();
// "listen-port" as the key listen_port of the file, and as the variable BUCKSTOP_LISTEN_PORT.
[[nodiscard]] std::string setting_key(std::string_view name);
[[nodiscard]] std::string setting_variable(std::string_view name);

// Where a setting's value comes from: "/etc/buckstop/buckstop.toml, line 3", "BUCKSTOP_DATABASE",
// "--database", or "unless set" where nobody said anything.
struct SettingOrigin {
    std::string_view name; // as Setting::name
    std::string value;     // as text; of a secret only whether it is set
    std::string from;
};
struct LoadedConfig {
    Config config;
    std::vector<SettingOrigin> origins;        // of every setting, in their order
    std::optional<std::filesystem::path> file; // that was read
};
// As load_config, and says where everything came from.
[[nodiscard]] Result<LoadedConfig>
load_config_with_origins(const std::optional<std::filesystem::path>& file,
                         const std::map<std::string, std::string>& environment,
                         const std::map<std::string, std::string>& flags);

// `file`: nothing means /etc/buckstop/buckstop.toml if it is there. `environment` and `flags` by setting
// name. Errors (invalid) name the source, the key and the rule; an unknown key is an error.
[[nodiscard]] Result<Config> load_config(const std::optional<std::filesystem::path>& file,
                                         const std::map<std::string, std::string>& environment,
                                         const std::map<std::string, std::string>& flags);

// A configuration file that says what each setting means and has those in `given` (by setting name); every
// other one stands there as a comment, with the value that it has unless set. Errors as load_config.
[[nodiscard]] Result<std::string> example_configuration(const std::map<std::string, std::string>& given);

} // namespace buckstop
