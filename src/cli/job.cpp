#include "base/json.hpp"
#include "cli/commands.hpp"
#include "work/job_desk.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace buckstop::cli {
namespace {

using work::JobInfo;

std::string when(const JobInfo& job) {
    return to_text(job.finished_at.value_or(job.created_at)).substr(0, 19) + "Z";
}

void print_line(const JobInfo& job) {
    fmt::print("{:<20} {:<28} {:<10} {:>2} of {:<2} {}  {}\n", job.id.text(), job.kind, enum_name(job.state),
               job.attempts, job.max_attempts, when(job), job.error.value_or(""));
}

void print_whole(const JobInfo& job) {
    const auto line = [](std::string_view name, std::string_view value) {
        if (!value.empty())
            fmt::print("{:<12} {}\n", name, value);
    };
    const auto moment = [&](std::string_view name, const std::optional<Instant>& at) {
        if (at && *at > Instant{})
            line(name, to_text(*at));
    };
    line("job", job.id.text());
    line("kind", job.kind);
    line("state", enum_name(job.state));
    line("attempts", fmt::format("{} of {}", job.attempts, job.max_attempts));
    line("input", job.input);
    line("progress", job.progress.value_or(""));
    line("error", job.error.value_or(""));
    moment("created", job.created_at);
    moment("not before", job.run_at);
    moment("lease until", job.lease_until);
    moment("finished", job.finished_at);
}

Result<ExitCode> show(const std::optional<JobInfo>& job, bool as_json) {
    if (!job)
        return fail(ErrorCode::not_found, "There is no such job. See `buckstop job list`.");
    if (as_json)
        fmt::print("{}\n", json::to_text(*job));
    else
        print_whole(*job);
    return ExitCode::done;
}

ExitCode list(db::Database& database, OrgId org, const Job& command, bool as_json) {
    const auto state = enum_from_name<work::JobState>(command.state);
    const auto jobs =
        database.read([&](db::Transaction& tx) { return work::list_jobs(tx, org, state, command.limit); });
    if (as_json)
        fmt::print("{}\n", json::to_text(jobs));
    else if (jobs.empty())
        fmt::print("There is none.\n");
    else
        for (const auto& job : jobs)
            print_line(job);
    return ExitCode::done;
}

// A job that has ended can't be cancelled; saying nothing would look as if it had been.
Result<> cancel(db::Transaction& tx, work::Jobs& jobs, OrgId org, JobId id) {
    const auto job = work::find_job(tx, org, id);
    if (!job)
        return fail(ErrorCode::not_found, "There is no such job. See `buckstop job list`.");
    if (job->state != work::JobState::waiting && job->state != work::JobState::running)
        return fail(ErrorCode::conflict, fmt::format("The job is {} already.", enum_name(job->state)));
    jobs.cancel(tx, org, id);
    return {};
}

} // namespace

Result<ExitCode> run(const Job& command, const Common& common) {
    auto program = open_program(common, app::Program::Missing::refuse);
    if (!program)
        return fail(program.error());
    auto& database = (*program)->database();
    const auto org = choose_organisation(database, common);
    if (!org)
        return fail(org.error());
    if (command.action == Job::Action::list)
        return list(database, *org, command, common.json);
    const auto id = JobId::parse(command.id);
    if (!id)
        return fail_field("JOB", "not_an_id", command.id + " is no job's id. See `buckstop job list`.");
    if (command.action != Job::Action::show) {
        const auto changed = database.write([&](db::Transaction& tx) {
            return command.action == Job::Action::retry ? work::retry_job(tx, *org, *id)
                                                        : cancel(tx, (*program)->jobs(), *org, *id);
        });
        if (!changed)
            return fail(changed.error());
    }
    return show(database.read([&](db::Transaction& tx) { return work::find_job(tx, *org, *id); }),
                common.json);
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
        R"(Jobs that ended are kept for 30 days, unless the organisation's settings say otherwise. A running job that is cancelled
hears of it within seconds and ends where it can; what it has done is kept.

Examples:
  buckstop job list --state failed
  buckstop job retry 384927102884511744

Exit codes: 0 done · 1 failure (such as: the job is done already) · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
