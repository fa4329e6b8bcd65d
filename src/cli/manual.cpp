#include "cli/manual.hpp"

#include "base/config.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <ranges>

namespace buckstop::cli {
namespace {

// Text that roff shows as it is. A dash is one that can be copied into a shell, and a line that begins with a
// dot or an apostrophe is no request.
std::string plain(std::string_view text) {
    std::string shown;
    for (const char c : text) {
        const bool line_begins = shown.empty() || shown.back() == '\n';
        if (line_begins && (c == '.' || c == '\''))
            shown += "\\&";
        if (c == '\\')
            shown += "\\e";
        else if (c == '-')
            shown += "\\-";
        else
            shown += c;
    }
    return shown;
}

std::string section(std::string_view title) {
    return fmt::format(".SH {}\n", title);
}

// A term in bold and what it means, indented below it.
std::string entry(const std::string& term, std::string_view meaning) {
    return fmt::format(".TP\n{}\n{}\n", term, plain(meaning));
}

std::string bold(std::string_view text) {
    return "\\fB" + plain(text) + "\\fR";
}

std::string emphasised(std::string_view text) {
    return "\\fI" + plain(text) + "\\fR";
}

std::vector<std::string_view> split(std::string_view text, std::string_view at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == text.npos)
            return parts;
        text.remove_prefix(end + at.size());
    }
}

// What a footer consists of: paragraphs, examples, exit codes.
struct Footer {
    std::string text;
    std::string examples;
    std::string exit_codes;
};

// "0 done · 1 failure", over one line or several.
std::string exit_codes(std::string_view text) {
    std::string entries;
    for (const auto line : split(text, "\n"))
        for (auto code : split(line, " · ")) {
            code.remove_prefix(std::min(code.find_first_not_of(' '), code.size()));
            const auto end = std::min(code.find(' '), code.size());
            entries += entry(bold(code.substr(0, end)), code.substr(std::min(end + 1, code.size())));
        }
    return entries;
}

Footer read_footer(std::string_view footer) {
    Footer found;
    for (const auto paragraph : split(footer, "\n\n")) {
        const auto first_line = paragraph.substr(0, paragraph.find('\n'));
        constexpr std::string_view codes = "Exit codes: ";
        if (first_line == "Examples:" || first_line == "Example:")
            found.examples += ".nf\n" + plain(paragraph.substr(first_line.size() + 1)) + "\n.fi\n";
        else if (paragraph.starts_with(codes))
            found.exit_codes += exit_codes(paragraph.substr(codes.size()));
        else if (!paragraph.empty())
            found.text += ".PP\n" + plain(paragraph) + "\n";
    }
    return found;
}

std::string options(const CommandDescription& command) {
    std::vector<std::string_view> groups;
    for (const auto& option : command.options)
        if (std::ranges::find(groups, option.group) == groups.end())
            groups.push_back(option.group);
    std::string text;
    for (const auto group : groups) {
        // "Options", then what every subcommand takes.
        text += group == "Options" ? "" : fmt::format(".SS {}\n", group);
        for (const auto& option : command.options) {
            if (option.group != group)
                continue;
            std::string term;
            for (const auto& name : option.names)
                term += (term.empty() ? "" : ", ") + bold(name);
            if (!option.value.empty())
                term += " " + emphasised(option.value);
            text += entry(term, option.help + (option.is_required ? " (required)" : "") +
                                    (option.is_repeatable ? " (can be given several times)" : ""));
        }
    }
    return text;
}

std::string synopsis(const std::string& name, const CommandDescription& command) {
    std::string text = ".B " + plain(name) + "\n";
    for (const auto& option : command.options)
        if (option.is_required)
            text += bold(option.names.back()) + " " + emphasised(option.value) + "\n";
    text += "[" + emphasised("OPTIONS") + "]\n";
    if (!command.subcommands.empty())
        text += emphasised("SUBCOMMAND") + "\n";
    for (const auto& positional : command.positionals)
        text += emphasised(positional.value + (positional.is_repeatable ? "…" : "")) + "\n";
    return text;
}

std::string heading(const std::string& title, std::string_view help) {
    std::string upper = title;
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (help.ends_with('.'))
        help.remove_suffix(1);
    return fmt::format(".TH {} 1 \"\" \"Buckstop {}\" \"Buckstop\"\n{}{} \\- {}\n", upper, BUCKSTOP_VERSION,
                       section("NAME"), plain(title), plain(help));
}

std::string settings_and_files() {
    std::string text =
        section("SETTINGS") +
        ".PP\nEach is a key of the configuration file, a variable of the environment and a flag.\n";
    for (const Setting& setting : settings())
        text += entry(bold(setting_key(setting.name)) + ", " + bold(setting_variable(setting.name)) +
                          (setting.secret ? "" : ", " + bold("--" + std::string(setting.name))),
                      setting.help);
    return text + section("FILES") +
           entry(emphasised("/etc/buckstop/buckstop.toml"),
                 "the configuration, unless --config names another");
}

std::string see_also(const CommandDescription& program, std::string_view but) {
    std::string text = section("\"SEE ALSO\"");
    std::string separator;
    const auto add = [&](const std::string& page) {
        if (page == but)
            return;
        text += separator + bold(page) + "(1)";
        separator = ",\n";
    };
    add("buckstop");
    for (const auto& sub : program.subcommands)
        add("buckstop-" + sub.name);
    return text + "\n";
}

std::string program_page(const CommandDescription& program) {
    const auto footer = read_footer(program.footer);
    std::string text = heading("buckstop", program.help.substr(program.help.find(' ') + 1)) +
                       section("SYNOPSIS") + synopsis("buckstop", program) + section("DESCRIPTION") +
                       footer.text + section("SUBCOMMANDS");
    for (const auto& sub : program.subcommands)
        text += entry(bold("buckstop-" + sub.name) + "(1)", sub.help);
    return text + section("OPTIONS") + options(program) + settings_and_files() + section("\"EXIT STATUS\"") +
           footer.exit_codes + section("EXAMPLES") + footer.examples + see_also(program, "buckstop");
}

// A verb of a subcommand, such as `user add`, has its place on the subcommand's page. What every subcommand
// takes is said once.
std::string verbs(const CommandDescription& command) {
    std::string text;
    for (const auto& verb : command.subcommands) {
        CommandDescription own = verb;
        std::erase_if(own.options, [](const OptionDescription& option) {
            return option.group != "Options" || option.names.back().starts_with("--help");
        });
        text += fmt::format(".SS \"{} {}\"\n{}.PP\n{}\n{}", command.name, verb.name,
                            synopsis("buckstop " + command.name + " " + verb.name, verb), plain(verb.help),
                            options(own));
    }
    return text;
}

std::string subcommand_page(const CommandDescription& program, const CommandDescription& command) {
    const std::string title = "buckstop-" + command.name;
    const auto footer = read_footer(command.footer);
    std::string text = heading(title, command.help) + section("SYNOPSIS") +
                       synopsis("buckstop " + command.name, command) + section("DESCRIPTION") +
                       plain(command.help) + ".\n" + footer.text;
    for (const auto& positional : command.positionals)
        text += entry(emphasised(positional.value), positional.help);
    if (!command.subcommands.empty())
        text += section("SUBCOMMANDS") + verbs(command);
    text += section("OPTIONS") + options(command);
    if (!footer.exit_codes.empty())
        text += section("\"EXIT STATUS\"") + footer.exit_codes;
    if (!footer.examples.empty())
        text += section("EXAMPLES") + footer.examples;
    return text + see_also(program, title);
}

} // namespace

std::vector<std::pair<std::string, std::string>> manual_pages(const CommandDescription& program) {
    std::vector<std::pair<std::string, std::string>> pages{{"buckstop.1", program_page(program)}};
    for (const auto& command : program.subcommands)
        pages.emplace_back("buckstop-" + command.name + ".1", subcommand_page(program, command));
    return pages;
}

Result<ExitCode> run(const Manual& manual, const Common&) {
    std::error_code error;
    std::filesystem::create_directories(manual.folder, error);
    for (const auto& [name, text] : manual_pages(describe_command_line())) {
        std::ofstream file(manual.folder / name);
        file << text;
        if (!file.flush())
            return fail(ErrorCode::failed,
                        "The page " + (manual.folder / name).string() + " can't be written.");
    }
    return ExitCode::done;
}

CLI::App* add_manual(CLI::App& app, Manual& manual) {
    auto* sub = app.add_subcommand("manual", "Write the manual pages into a folder");
    sub->add_option("FOLDER", manual.folder, "Where to; it is created if it isn't there")
        ->type_name("FILE")
        ->required();
    sub->footer(
        R"(One page for Buckstop and one for each subcommand, with what --help says, in the format of man.

Example:
  buckstop manual pages && man pages/buckstop-import.1

Exit codes: 0 done · 1 a page can't be written · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
