#include "cli/command_line.hpp"

#include "cli/commands.hpp"

#include "base/config.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

namespace buckstop::cli {
namespace {

constexpr auto footer =
    R"(Exit codes: 0 done · 1 failure · 2 wrong usage · 3 done, but rows were refused · 4 stopped with a question

Examples:
  buckstop demo && buckstop serve                     look around in an invented organisation
  buckstop setup --organisation-name "Acme" …         your own, then: buckstop serve
  buckstop import --preview pipeline.csv              what would an import do?
  buckstop import --help                              what a subcommand takes, with examples

Settings come from /etc/buckstop/buckstop.toml (or --config FILE), then from the environment
(BUCKSTOP_DATABASE=…), then from flags; the later ones win.)";

void add_json(CLI::App& app, Common& common) {
    app.add_flag("--json", common.json, "Print one JSON object for programs instead of text for people")
        ->group("Common");
}

// The flags of every subcommand that opens the database: --json, --config, --organisation and one for each
// setting. What only `serve` reads is taken from the others too, for scripts that pass the same flags to all,
// but not shown.
void add_common(CLI::App& app, Common& common, bool serves) {
    add_json(app, common);
    app.add_option("--config", common.config_file, "Configuration file (TOML)")
        ->type_name("FILE")
        ->group("Common");
    app.add_option("--organisation", common.organisation,
                   "Which organisation, by name or id, where there are several")
        ->group("Common");
    for (const Setting& setting : settings()) {
        // A secret on the command line could be read by everybody on the machine.
        if (setting.secret)
            continue;
        const std::string name(setting.name);
        app.add_option_function<std::string>(
               "--" + name, [&common, name](const std::string& value) { common.settings[name] = value; },
               std::string(setting.help))
            ->group(serves || setting.whom == Setting::For::all ? "Settings" : "")
            ->type_name("VALUE");
    }
}

// The command line and what it fills.
struct Parser {
    Parser();

    CLI::App app{"Buckstop: sales teams learn from the deals they lose.", "buckstop"};
    Common common;
    Setup setup;
    Demo demo;
    Import import;
    Imports imports;
    Quality quality;
    User user;
    Backup backup;
    Export export_;
    Restore restore;
    Audit audit;
    Job job;
    Manual manual;
    std::vector<std::pair<CLI::App*, std::function<Command()>>> commands; // with those that open the database
};

Parser::Parser() {
    app.require_subcommand(1);
    app.footer(footer);
    app.set_help_all_flag("--help-all", "Help of every subcommand");
    commands = {
        {add_serve(app), [] { return Serve{}; }},
        {add_setup(app, setup), [this] { return setup; }},
        {add_demo(app, demo), [this] { return demo; }},
        {add_import(app, import), [this] { return import; }},
        {add_imports(app, imports), [this] { return imports; }},
        {add_status(app), [] { return Status{}; }},
        {add_quality(app, quality), [this] { return quality; }},
        {add_user(app, user), [this] { return user; }},
        {add_backup(app, backup), [this] { return backup; }},
        {add_export(app, export_), [this] { return export_; }},
        {add_restore(app, restore), [this] { return restore; }},
        {add_doctor(app), [] { return Doctor{}; }},
        {add_audit(app, audit), [this] { return audit; }},
        {add_job(app, job), [this] { return job; }},
        {add_configuration(app), [] { return Configuration{}; }},
    };
    for (const auto& [sub, make] : commands) {
        const bool serves = sub->get_name() == "serve" || sub->get_name() == "configuration";
        add_common(*sub, common, serves);
        for (auto* verb : sub->get_subcommands({}))
            add_common(*verb, common, serves);
    }
    commands.emplace_back(add_manual(app, manual), [this] { return manual; });
    auto* version = app.add_subcommand("version", "Print the version");
    version->footer("");
    add_json(*version, common);
    commands.emplace_back(version, [] { return Version{}; });
}

OptionDescription described(const CLI::Option& option) {
    OptionDescription found{.help = option.get_description(),
                            .group = option.get_group(),
                            .is_required = option.get_required(),
                            .is_repeatable = option.get_items_expected_max() > 1};
    for (const std::string& name : option.get_snames())
        found.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        found.names.push_back("--" + name);
    if (option.get_items_expected_max() == 0)
        return found;
    // CLI11 joins a type and its checks, as in "TEXT:FILE".
    const std::string type = option.get_type_name();
    found.takes_files = type.ends_with("FILE");
    found.value = option.get_positional() ? option.get_name(true) : type.substr(type.rfind(':') + 1);
    return found;
}

CommandDescription described(const CLI::App& app) {
    CommandDescription found{
        .name = app.get_name(), .help = app.get_description(), .footer = app.get_footer()};
    for (const CLI::Option* option : app.get_options())
        if (!option->get_group().empty())
            (option->get_positional() ? found.positionals : found.options).push_back(described(*option));
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
        found.subcommands.push_back(described(*sub));
    return found;
}

} // namespace

CommandDescription describe_command_line() {
    return described(Parser().app);
}

tl::expected<Invocation, ExitCode> parse_command_line(int argc, const char* const* argv) {
    // What a shell asks as one types, with the words of an unfinished command line: CLI11 must not read
    // those.
    if (argc > 1 && std::string_view(argv[1]) == "complete")
        return Invocation{{}, Complete{{argv + 2, argv + argc}}};
    Parser parser;
    try {
        parser.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool help = error.get_exit_code() == 0;
        parser.app.exit(error, std::cout, std::cerr);
        return tl::unexpected(help ? ExitCode::done : ExitCode::usage);
    }
    for (const auto& [sub, make] : parser.commands)
        if (sub->parsed())
            return Invocation{parser.common, make()};
    return tl::unexpected(ExitCode::usage);
}

} // namespace buckstop::cli
