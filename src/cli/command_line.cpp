#include "cli/command_line.hpp"

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
    app.add_option("--config", common.config_file, "Configuration file (TOML)")->group("Common");
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

CLI::App* add_serve(CLI::App& app) {
    auto* sub =
        app.add_subcommand("serve", "Serve the page and the API until it is told to stop (Ctrl+C, SIGTERM)");
    sub->footer(
        R"(A database that doesn't exist yet is created; the page then offers to set it up with the one-time
token that is printed here.

Examples:
  buckstop serve                                      http://127.0.0.1:8600, ./buckstop.db
  buckstop serve --database postgresql://buckstop@db.internal/buckstop --listen-port 80
  BUCKSTOP_LOG_FORMAT=json buckstop serve --config /etc/buckstop/buckstop.toml

Exit codes: 0 stopped as told · 1 it couldn't start, or requests were cut off at the stop · 2 wrong usage)");
    return sub;
}

CLI::App* add_setup(CLI::App& app, Setup& setup) {
    auto* sub = app.add_subcommand("setup", "Create the first organisation and its administrator");
    sub->add_option("--organisation-name", setup.organisation_name, "The organisation's name")->required();
    sub->add_option("--time-zone", setup.time_zone, "IANA time zone, such as Europe/Berlin")
        ->capture_default_str();
    sub->add_option("--currency", setup.currency, "Of amounts that come without one (ISO 4217)")
        ->capture_default_str();
    sub->add_option("--name", setup.name, "The administrator's name")->required();
    sub->add_option("--email", setup.email, "The administrator's e-mail address")->required();
    sub->footer(R"(Prints a link by which the administrator chooses a password; it is valid for seven days.

Example:
  buckstop setup --organisation-name "Acme" --time-zone Europe/Berlin --currency EUR \
      --name "Ada Okafor" --email ada@acme.example

Exit codes: 0 done · 1 failure (such as: it is set up already) · 2 wrong usage)");
    return sub;
}

CLI::App* add_demo(CLI::App& app, Demo& demo) {
    auto* sub = app.add_subcommand("demo", "Create the demonstration organisation");
    sub->add_option("--scale", demo.scale, "Instead: a generated organisation with this many thousand deals")
        ->check(CLI::Range(1, 100'000));
    sub->add_option("--seed", demo.seed, "With --scale: the same seed gives the same deals")
        ->capture_default_str();
    sub->add_flag("--remove", demo.remove, "Remove the demonstration organisation and everything in it");
    sub->footer(R"(Prints who can sign in. Every person and deal in it is invented.

Examples:
  buckstop demo && buckstop serve                     look around
  buckstop demo --remove                              as if it had never been there
  buckstop demo --scale 200 --database sqlite:big.db  200,000 deals, for loads

Exit codes: 0 done · 1 failure (such as: it is there already) · 2 wrong usage)");
    return sub;
}

CLI::App* add_import(CLI::App& app, Import& import) {
    auto* sub = app.add_subcommand(
        "import",
        "Take in CRM exports (CSV, xlsx, zip, gzip): deals, people, companies, products, activities");
    sub->add_option("FILE", import.files, "The files, in any order")->required()->check(CLI::ExistingFile);
    sub->add_flag("--preview", import.preview,
                  "Say what would be created, changed and refused, and change nothing");
    sub->add_option("--map", import.mapping,
                    "How to read the files' columns (TOML; docs/users/import-mapping.md)")
        ->check(CLI::ExistingFile);
    sub->add_option("--as-of", import.as_of,
                    "The day that the files speak of, YYYY-MM-DD; today if not given");
    sub->add_option("--answer", import.answers,
                    "Answer a question that the import stopped with: 'COLUMN=CHOICE'");
    sub->footer(
        R"(A database that doesn't exist yet is created, with one organisation. Importing the same file again changes
nothing. Rows that can't be read are refused, each with its line, column and reason, and written to a file in this
folder that can be mended and imported.

Examples:
  buckstop import --preview pipeline.csv              what would it do?
  buckstop import pipeline.csv accounts.csv people.csv
  buckstop import --map deals.toml --as-of 2026-09-30 deals.csv
  buckstop import --answer 'Close Date=dmy' deals.csv

Exit codes: 0 done · 1 failure · 2 wrong usage · 3 done, but rows were refused
            4 stopped with a question that --answer or a mapping can settle; nothing was imported)");
    return sub;
}

CLI::App* add_status(CLI::App& app) {
    auto* sub = app.add_subcommand("status", "Say what the database holds");
    sub->footer(R"(Numbers of deals, people, teams, failures, debriefs, lessons and so on; of nobody's own.

Example:
  buckstop status --json --database sqlite:/var/lib/buckstop/buckstop.db

Exit codes: 0 done · 1 failure · 2 wrong usage)");
    return sub;
}

CLI::App* add_user(CLI::App& app, User& user) {
    auto* sub = app.add_subcommand("user", "Manage who can sign in");
    sub->require_subcommand(1);
    const auto action = [&](const char* name, const char* help, User::Action which) {
        auto* verb = sub->add_subcommand(name, help);
        verb->callback([&user, which] { user.action = which; });
        return verb;
    };
    const auto email = [&](CLI::App* verb) {
        verb->add_option("EMAIL", user.email, "The person's e-mail address")->required();
        return verb;
    };
    action("list", "List the people who can sign in or are invited", User::Action::list);
    auto* add = email(action("add", "Add a person and print a link to sign in", User::Action::add));
    add->add_option("--name", user.name, "The person's name")->required();
    add->add_option("--role", user.roles,
                    "administrator, leader, manager, rep, operations or observer; repeatable");
    email(action("invite", "Print a new link to sign in for somebody who has not yet", User::Action::invite));
    email(action("reset-password",
                 "Print a link to choose a new password; drafts stay sealed until the person "
                 "enters their recovery code",
                 User::Action::reset_password));
    email(action("deactivate", "End all sessions and refuse new ones", User::Action::deactivate));
    email(action("activate", "Allow sign-in again", User::Action::activate));
    sub->footer(R"(Examples:
  buckstop user add ada@acme.example --name "Ada Okafor" --role manager
  buckstop user list --json
  buckstop user reset-password ada@acme.example

Exit codes: 0 done · 1 failure · 2 wrong usage)");
    return sub;
}

void add_key_file(CLI::App& app, std::optional<std::filesystem::path>& key_file) {
    app.add_option("--key-file", key_file,
                   "The file that holds the key; else BUCKSTOP_BACKUP_KEY, or asked for on a terminal")
        ->check(CLI::ExistingFile);
}

CLI::App* add_backup(CLI::App& app, Backup& backup) {
    auto* sub = app.add_subcommand("backup", "Write the whole database to one encrypted file");
    sub->add_option("FILE", backup.file, "The file to write; it must not exist yet")->required();
    sub->add_flag("--check", backup.check, "Instead: read FILE from end to end and say what is in it");
    add_key_file(*sub, backup.key_file);
    sub->footer(
        R"(One moment of the database, SQLite or PostgreSQL, while the program runs on. Without its key (a
password of 12 characters or more, or such a file) nobody can read the backup or restore it: keep the key elsewhere.

Examples:
  buckstop backup --key-file /etc/buckstop/backup.key /backups/buckstop-2026-11-28.backup
  buckstop backup --check --key-file /etc/buckstop/backup.key /backups/buckstop-2026-11-28.backup

Exit codes: 0 done, or the file is whole · 1 failure, or it isn't · 2 wrong usage)");
    return sub;
}

CLI::App* add_restore(CLI::App& app, Restore& restore) {
    auto* sub = app.add_subcommand("restore", "Put a backup into a database");
    sub->add_option("FILE", restore.file, "A file that `buckstop backup` wrote")->required();
    sub->add_flag("--replace", restore.replace, "Lose what the database holds now");
    add_key_file(*sub, restore.key_file);
    sub->footer(
        R"(The file is read to its end before anything changes; then the database has all of it or, where something goes
wrong, what it had before. A backup of an older Buckstop is brought up to date. Stop `buckstop serve` first.

Examples:
  buckstop restore --database sqlite:/var/lib/buckstop/buckstop.db /backups/buckstop-2026-11-28.backup
  buckstop restore --database postgresql://buckstop@db.internal/buckstop from-sqlite.backup

Exit codes: 0 done · 1 failure (such as: the database isn't empty) · 2 wrong usage)");
    return sub;
}

CLI::App* add_doctor(CLI::App& app) {
    auto* sub =
        app.add_subcommand("doctor", "Look at settings, database and surroundings, and change nothing");
    sub->footer(
        R"(Says what is fine, what to keep an eye on and what to put right, and what to do about it. Run it as Buckstop's
user, after setting up, after an update, and when something is odd.

Example:
  buckstop doctor --config /etc/buckstop/buckstop.toml

Exit codes: 0 nothing to put right (there may be warnings) · 1 something is a problem · 2 wrong usage)");
    return sub;
}

CLI::App* add_audit(CLI::App& app, Audit& audit) {
    auto* sub = app.add_subcommand("audit", "Prove that the audit log is as it was written");
    sub->require_subcommand(1);
    auto* verify = sub->add_subcommand("verify", "Read each organisation's chain from its beginning");
    verify->callback([&audit] { audit.action = Audit::Action::verify; });
    verify->add_option("--head", audit.head,
                       "A head that was noted earlier, SEQUENCE:HASH: the chain must still contain it");
    sub->add_subcommand("head", "Print the end of each chain, to be noted somewhere else")
        ->callback([&audit] { audit.action = Audit::Action::head; });
    sub->footer(
        R"(Who controls the database could write a new chain from its beginning. A head that was noted outside of it proves
that nothing up to there was rewritten.

Examples:
  buckstop audit head --json >> /elsewhere/heads
  buckstop audit verify
  buckstop audit verify --organisation Acme --head 1812:5f0c…

Exit codes: 0 every chain is whole · 1 one is broken, or failure · 2 wrong usage)");
    return sub;
}

CLI::App* add_job(CLI::App& app, Job& job) {
    auto* sub = app.add_subcommand("job", "Look after background jobs: mails, imports, rules");
    sub->require_subcommand(1);
    const auto action = [&](const char* name, const char* help, Job::Action which) {
        auto* verb = sub->add_subcommand(name, help);
        verb->callback([&job, which] { job.action = which; });
        return verb;
    };
    auto* list = action("list", "List jobs, the latest first", Job::Action::list);
    list->add_option("--state", job.state, "Only those that are waiting, running, done, failed or cancelled")
        ->check(CLI::IsMember({"waiting", "running", "done", "failed", "cancelled"}));
    list->add_option("--limit", job.limit, "At most so many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    for (auto* verb :
         {action("show", "Show one job", Job::Action::show),
          action("retry", "Let a failed, cancelled or waiting job run at once", Job::Action::retry),
          action("cancel", "Cancel a waiting or running job", Job::Action::cancel)})
        verb->add_option("JOB", job.id, "The job's id")->required();
    sub->footer(
        R"(Jobs that ended are kept for 30 days. A running job that is cancelled hears of it within seconds and ends where it
can; what it has done is kept.

Examples:
  buckstop job list --state failed
  buckstop job retry 384927102884511744

Exit codes: 0 done · 1 failure (such as: the job is done already) · 2 wrong usage)");
    return sub;
}

} // namespace

tl::expected<Invocation, ExitCode> parse_command_line(int argc, const char* const* argv) {
    CLI::App app("Buckstop: sales teams learn from the deals they lose.", "buckstop");
    app.require_subcommand(1);
    app.footer(footer);
    app.set_help_all_flag("--help-all", "Help of every subcommand");

    Common common;
    Setup setup;
    Demo demo;
    Import import;
    User user;
    Backup backup;
    Restore restore;
    Audit audit;
    Job job;
    const std::vector<std::pair<CLI::App*, std::function<Command()>>> commands{
        {add_serve(app), [] { return Serve{}; }},
        {add_setup(app, setup), [&] { return setup; }},
        {add_demo(app, demo), [&] { return demo; }},
        {add_import(app, import), [&] { return import; }},
        {add_status(app), [] { return Status{}; }},
        {add_user(app, user), [&] { return user; }},
        {add_backup(app, backup), [&] { return backup; }},
        {add_restore(app, restore), [&] { return restore; }},
        {add_doctor(app), [] { return Doctor{}; }},
        {add_audit(app, audit), [&] { return audit; }},
        {add_job(app, job), [&] { return job; }},
    };
    for (const auto& [sub, make] : commands) {
        const bool serves = sub->get_name() == "serve";
        add_common(*sub, common, serves);
        for (auto* verb : sub->get_subcommands({}))
            add_common(*verb, common, serves);
    }
    auto* version = app.add_subcommand("version", "Print the version");
    version->footer("");
    add_json(*version, common);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool help = error.get_exit_code() == 0;
        app.exit(error, std::cout, std::cerr);
        return tl::unexpected(help ? ExitCode::done : ExitCode::usage);
    }
    for (const auto& [sub, make] : commands)
        if (sub->parsed())
            return Invocation{common, make()};
    return Invocation{common, Version{}};
}

} // namespace buckstop::cli
