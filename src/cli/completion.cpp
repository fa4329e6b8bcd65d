#include "cli/completion.hpp"

#include "cli/command_line.hpp"
#include "cli/commands.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace buckstop::cli {
namespace {

const OptionDescription* option_named(const CommandDescription& command, std::string_view name) {
    const auto found = std::ranges::find_if(command.options, [&](const OptionDescription& option) {
        return std::ranges::find(option.names, name) != option.names.end();
    });
    return found == command.options.end() ? nullptr : &*found;
}

const CommandDescription* subcommand_named(const CommandDescription& command, std::string_view name) {
    const auto found = std::ranges::find(command.subcommands, name, &CommandDescription::name);
    return found == command.subcommands.end() ? nullptr : &*found;
}

// Where the words before the last one have led.
struct Place {
    const CommandDescription* command;
    const OptionDescription* waiting = nullptr; // for its value
    std::vector<const OptionDescription*> given;
};

Place place_after(const CommandDescription& program, std::span<const std::string> words) {
    Place place{.command = &program};
    for (const std::string& word : words) {
        // Bash takes "--map=deals.toml" apart.
        if (place.waiting != nullptr && word == "=")
            continue;
        if (place.waiting != nullptr) {
            place.waiting = nullptr;
        } else if (const auto* option = option_named(*place.command, word.substr(0, word.find('=')))) {
            place.given.push_back(option);
            if (!option->value.empty() && word.find('=') == word.npos)
                place.waiting = option;
        } else if (const auto* sub = subcommand_named(*place.command, word)) {
            place.command = sub;
            place.given.clear();
        }
    }
    return place;
}

} // namespace

Completions complete(const CommandDescription& program, const std::vector<std::string>& words) {
    Completions found;
    if (words.empty())
        return found;
    auto place = place_after(program, std::span(words).first(words.size() - 1));
    std::string_view typed = words.back();
    if (place.waiting != nullptr && typed == "=")
        typed = "";
    if (place.waiting != nullptr) {
        found.files = place.waiting->takes_files;
        return found;
    }
    const auto offer = [&](const std::string& text, const std::string& help) {
        if (text.starts_with(typed))
            found.choices.push_back({text, help});
    };
    for (const auto& sub : place.command->subcommands)
        offer(sub.name, sub.help);
    // A dash is asked for first, since there are many flags and one more often wants a subcommand or a file.
    for (const auto& option : place.command->options) {
        const bool again = std::ranges::find(place.given, &option) != place.given.end();
        if (typed.starts_with('-') && (!again || option.is_repeatable))
            for (const auto& name : option.names)
                offer(name, option.help);
    }
    found.files = !typed.starts_with('-') &&
                  std::ranges::any_of(place.command->positionals, &OptionDescription::takes_files);
    return found;
}

// A line for each choice, with its help behind a tabulator; ":files" asks the shell for names of files.
Result<ExitCode> run(const Complete& asked, const Common&) {
    const auto found = complete(describe_command_line(), asked.words);
    if (found.files)
        fmt::print(":files\n");
    for (const auto& choice : found.choices)
        fmt::print("{}\t{}\n", choice.text, choice.help);
    return ExitCode::done;
}

} // namespace buckstop::cli
