// The command line as plain data, from which the manual pages and the completions of shells are made, so that
// they say what --help says.
#pragma once

#include <string>
#include <vector>

namespace buckstop::cli {

struct OptionDescription {
    std::vector<std::string> names; // "-h", "--help"; none for a positional
    std::string value;              // what stands for its value, such as FILE; empty for a flag
    std::string help;
    std::string group; // the heading that --help puts it under
    bool is_required = false;
    bool is_repeatable = false;
    bool takes_files = false;
};

struct CommandDescription {
    std::string name;
    std::string help;   // a line
    std::string footer; // paragraphs, among them "Examples:" and "Exit codes:"
    std::vector<OptionDescription> options;
    std::vector<OptionDescription> positionals;
    std::vector<CommandDescription> subcommands;
};

} // namespace buckstop::cli
