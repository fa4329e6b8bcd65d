#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "features/imports/imports.hpp"
#include "features/people/people.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace buckstop::cli {
namespace {

// A database that has just been made gets one organisation, with no failure rule.
Result<OrgId> organisation_for_import(app::Program& program, const Common& common) {
    const Context& context = program.context();
    const auto made = program.database().write([&](db::Transaction& tx) -> Result<OrgId> {
        if (!people::organisations(tx).empty())
            return OrgId{};
        return people::create_organisation(
            tx, context.now(),
            {.name = common.organisation.empty() ? "My organisation" : common.organisation});
    });
    if (!made)
        return fail(made.error());
    return *made ? *made : choose_organisation(program.database(), common);
}

Result<imports::RunOptions> run_options(const Import& import) {
    imports::RunOptions options;
    options.preview = import.preview;
    options.mapping = import.mapping;
    if (import.as_of) {
        options.as_of = parse_date(*import.as_of);
        if (!options.as_of)
            return fail_field("as-of", "not_a_date", *import.as_of + " is not a day like 2026-11-23.");
    }
    options.covers = enum_from_name<imports::Covers>(import.covers).value_or(imports::Covers::some);
    for (const std::string& text : import.answers) {
        const auto equals = text.find('=');
        if (equals == text.npos)
            return fail_field("answer", "malformed", "Write an answer as 'COLUMN=CHOICE', not " + text + ".");
        options.answers.push_back(
            {.file = "", .column = text.substr(0, equals), .value = text.substr(equals + 1)});
    }
    options.should_stop = interrupted;
    return options;
}

void show_progress(const imports::Progress& progress) {
    const char* phase = progress.phase == imports::Phase::inspecting  ? "looking"
                        : progress.phase == imports::Phase::comparing ? "comparing"
                                                                      : "importing";
    fmt::print(stderr, "\r\033[K{}: {} rows", phase, progress.rows);
    if (progress.total_rows)
        fmt::print(stderr, " of {}", *progress.total_rows);
    if (progress.rows_per_second > 0)
        fmt::print(stderr, ", {} a second", progress.rows_per_second);
    if (progress.seconds_left)
        fmt::print(stderr, ", {} s left", *progress.seconds_left);
    std::fflush(stderr);
}

void print_for_people(const imports::Report& report, bool preview, std::string_view covers) {
    for (const auto& question : report.questions) {
        fmt::print("{}{}{}: {}\n", question.file, question.column.empty() ? "" : ", column ", question.column,
                   question.question);
        for (const auto& choice : question.choices) {
            fmt::print("  --answer '{}={}'  {}\n", question.column, choice.value, choice.label);
            for (const auto& example : choice.examples)
                fmt::print("      {}\n", example);
        }
    }
    if (!report.questions.empty())
        return;
    fmt::print("{:<16} {:>10} {:>10} {:>10} {:>10}\n", preview ? "would be" : "", "created", "changed",
               "unchanged", "refused");
    std::int64_t left_out = 0;
    for_each_member(report.kinds, [&](std::string_view kind, const std::optional<imports::Counts>& counts) {
        if (!counts)
            return;
        fmt::print("{:<16} {:>10} {:>10} {:>10} {:>10}\n", kind, counts->created, counts->changed,
                   counts->unchanged, counts->refused);
        left_out += counts->left_out.value_or(0);
    });
    if (left_out > 0)
        fmt::print("Left out: {} rows, by a filter of the layout or the mapping, such as those that were "
                   "deleted in the CRM.\n",
                   left_out);
    if (report.missing && (report.missing->open > 0 || report.missing->closed > 0))
        fmt::print("{}: {} open and {} closed deals.\n",
                   covers == "some" ? "Known, but not in these files (see --covers)" : "Gone from the CRM",
                   report.missing->open, report.missing->closed);
    for (const auto& [file, why] : report.not_needed)
        fmt::print("{}: {}\n", file, why);
    for (const auto& file : report.refused_files)
        fmt::print("Refused rows, to be mended and imported again: {}\n", file);
    fmt::print("{:.1f} seconds\n", report.seconds);
}

// Every member is always there; an empty one is null.
std::string report_for_programs(const imports::Report& report) {
    auto object = json::write(report).as_object();
    if (!object.contains("refused_file"))
        object["refused_file"] = nullptr;
    return boost::json::serialize(object);
}

ExitCode exit_code_of(const imports::Report& report) {
    if (!report.questions.empty())
        return ExitCode::question;
    bool refused = false;
    for_each_member(report.kinds, [&](std::string_view, const std::optional<imports::Counts>& counts) {
        refused = refused || (counts && counts->refused > 0);
    });
    return refused ? ExitCode::done_with_refusals : ExitCode::done;
}

} // namespace

Result<ExitCode> run(const Import& import, const Common& common) {
    auto program = open_program(common, app::Program::Missing::create);
    if (!program)
        return fail(program.error());
    const auto org = organisation_for_import(**program, common);
    if (!org)
        return fail(org.error());
    auto options = run_options(import);
    if (!options)
        return fail(options.error());
    const bool terminal = isatty(STDERR_FILENO) != 0 && !common.json;
    if (terminal)
        options->on_progress = show_progress;
    const InterruptHandler handler; // the first Ctrl+C ends it after its present batch; what is done is kept
    const auto report = imports::run_files((*program)->context(), *org, import.files, *options);
    if (terminal)
        fmt::print(stderr, "\r\033[K");
    if (!report)
        return fail(report.error());
    if (common.json)
        fmt::print("{}\n", report_for_programs(*report));
    else
        print_for_people(*report, import.preview, import.covers);
    // What the import enqueued (failure rules) runs here too, so that no server is needed for it.
    if (report->questions.empty() && !import.preview)
        (*program)->jobs().run_due((*program)->database());
    return exit_code_of(*report);
}

CLI::App* add_import(CLI::App& app, Import& import) {
    auto* sub = app.add_subcommand(
        "import",
        "Take in CRM exports (CSV, xlsx, zip, gzip): deals, people, companies, activities, targets and more");
    sub->add_option("FILE", import.files, "The files, in any order")->required()->check(CLI::ExistingFile);
    sub->add_flag("--preview", import.preview,
                  "Say what would be created, changed and refused, and change nothing");
    sub->add_option("--map", import.mapping,
                    "How to read the files' columns (TOML; docs/users/import-mapping.md)")
        ->check(CLI::ExistingFile);
    sub->add_option("--as-of", import.as_of,
                    "The day that the files speak of, YYYY-MM-DD; today if not given");
    sub->add_option(
           "--covers", import.covers,
           "Which of the CRM's deals the files hold: some, all open ones, or all. Those that should be in "
           "them and aren't are gone")
        ->check(CLI::IsMember({"some", "open", "all"}))
        ->capture_default_str();
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

} // namespace buckstop::cli
