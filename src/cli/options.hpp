// What each subcommand was asked to do, read from the command line by command_line.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace buckstop::cli {

// Options that every subcommand takes.
struct Common {
    std::optional<std::filesystem::path> config_file;
    std::map<std::string, std::string> settings; // by setting name, see base/config.hpp
    std::string organisation;                    // name or id; needed only where there are several
    bool json = false;
};

struct Serve {};

struct Setup {
    std::string organisation_name;
    std::string time_zone = "UTC";
    std::string currency = "EUR";
    std::string name;
    std::string email;
};

struct Demo {
    std::int64_t scale = 0; // thousands of deals; 0: the hand-written demonstration organisation
    std::uint64_t seed = 1;
    bool remove = false;
};

struct Import {
    std::vector<std::filesystem::path> files;
    bool preview = false;
    std::optional<std::filesystem::path> mapping;
    std::optional<std::string> as_of;
    std::string covers = "some";
    std::vector<std::string> answers; // "FILE:COLUMN=CHOICE", for questions that an import stopped with
};

struct Imports {
    enum class Action { list, undo };
    Action action = Action::list;
    std::string id;
    int limit = 20;
};

struct Status {};

struct Quality {
    int limit = 5; // examples of each kind
};

struct User {
    enum class Action { list, add, invite, reset_password, deactivate, activate, erase };
    Action action = Action::list;
    std::string email; // erase: or an id
    std::string name;
    std::vector<std::string> roles;
    bool preview = false;       // erase: only say what would go
    bool with_debriefs = false; // erase: what the person has shared goes too
};

struct Configuration {};

struct Manual {
    std::filesystem::path folder;
};

// What shells ask (packaging/completions): how can the last of these words go on?
struct Complete {
    std::vector<std::string> words; // behind "buckstop"; the last one is being typed and may be empty
};

struct Backup {
    std::filesystem::path file;
    std::optional<std::filesystem::path> key_file; // unset: BUCKSTOP_BACKUP_KEY, or asked for on a terminal
    bool check = false;
};

struct Export {
    std::filesystem::path file;
    std::string reason;
    bool check = false;
};

struct Restore {
    std::filesystem::path file; // a backup, or an organisation's export
    std::optional<std::filesystem::path> key_file;
    bool replace = false;
};

struct Doctor {};

struct Audit {
    enum class Action { verify, head };
    Action action = Action::verify;
    std::string head; // "SEQUENCE:HASH", noted earlier; needs one organisation
};

struct Job {
    enum class Action { list, show, retry, cancel };
    Action action = Action::list;
    std::string id;
    std::string state; // empty: all
    int limit = 50;
};

struct Version {};

using Command = std::variant<Serve, Setup, Demo, Import, Imports, Status, Quality, User, Backup, Export,
                             Restore, Doctor, Audit, Job, Configuration, Manual, Complete, Version>;

struct Invocation {
    Common common;
    Command command;
};

} // namespace buckstop::cli
