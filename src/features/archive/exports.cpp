// Exports that an administrator asks for in the page: a job makes the file, the page fetches it.
#include "base/json.hpp"
#include "features/archive/archive.hpp"
#include "features/archive/exports_store.hpp"
#include "features/archive/rows_store.hpp"
#include "features/audit/audit.hpp"
#include "features/identity/identity.hpp"
#include "features/text_field.hpp"

#include <algorithm>

namespace buckstop::archive {
namespace {

namespace fs = std::filesystem;
using access::Action;
using access::Object;
using store::ExportId;

constexpr std::chrono::hours kept{7 * 24};
constexpr std::string_view job_kind = "archive.export";

fs::path path_of(const Context& context, ExportId id) {
    const auto& directory = context.config.data_directory;
    return fs::path(directory.empty() ? "buckstop-files" : directory) / "exports" / (id.text() + ".zip");
}

void tell_pages(const Context& context, db::Transaction& tx, OrgId org) {
    tx.after_commit([&events = context.events, org] {
        events.publish({.org = org, .to = {}, .topic = "organisation_export", .id = ""});
    });
}

struct JobInput {
    ExportId export_id;
};
BOOST_DESCRIBE_STRUCT(JobInput, (), (export_id))

// With a connection of its own: rows of a large organisation take longer to read than a request may.
Result<Summary> write_patiently(const Context& context, OrgId org, const fs::path& path,
                                const Options& options) {
    const auto url = db::parse_url(context.config.database);
    if (!url)
        return fail(url.error());
    db::Database reader(*url, {.readers = 1,
                               .create = false,
                               .read_only = true,
                               .statement_timeout = std::chrono::milliseconds(0)});
    return write(reader, org, path, options);
}

Result<> make(const Context& context, work::Running& job) {
    const auto input = json::read<JobInput>(job.input());
    if (!input)
        return fail(input.error());
    const auto path = path_of(context, input->export_id);
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    fs::remove(path, error); // of a run that was killed between the file and the note that it is there
    auto made = write_patiently(context, job.org(), path,
                                {.on_progress =
                                     [&](std::string_view, std::int64_t rows) {
                                         job.progress({{"rows", rows}});
                                     },
                                 .should_stop = [&] { return job.should_stop(); },
                                 .now = context.now});
    if (!made && made.error().code == ErrorCode::cancelled)
        return fail(made.error());
    context.database.write([&](db::Transaction& tx) {
        if (made)
            store::finish_export(tx, job.org(), input->export_id, made->bytes);
        else
            store::fail_export(tx, job.org(), input->export_id, made.error().message);
        tell_pages(context, tx, job.org());
    });
    return {};
}

} // namespace

void note_export(const Context& context, db::Transaction& tx, const access::Principal& who,
                 const std::string& reason) {
    for (const auto author : store::authors_to_tell(tx, who.org))
        if (author != who.person)
            identity::notify(
                context, tx, who.org, author, "organisation_exported",
                "Everything that is shared in the organisation was exported. Your shared debriefs "
                "are in it.");
    audit::record(tx, context.now(),
                  {.org = who.org,
                   .actor = who.person,
                   .action = "organisation.exported",
                   .object = Object::organisation_export,
                   .object_id = who.org.value(),
                   .reason = reason});
}

Result<std::vector<Export>> list_exports(const Context& context, const access::Principal& who) {
    if (const auto may = access::require(who, {}, Object::organisation_export, Action::list); !may)
        return fail(may.error());
    return context.database.read(
        [&](db::Transaction& tx) { return store::exports(tx, who.org, context.now()); });
}

Result<Export> request_export(const Context& context, const access::Principal& who,
                              const ExportRequest& wanted) {
    if (const auto may = access::require(who, {}, Object::organisation_export, Action::create); !may)
        return fail(may.error());
    FieldChecks checks;
    checks.text("reason", wanted.reason,
                {.most = 500,
                 .required = true,
                 .missing = "Say what it is for: whoever looks at the audit log reads it."});
    if (!checks.fine())
        return fail(checks.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Export> {
        const auto now = context.now();
        if (std::ranges::any_of(store::exports(tx, who.org, now),
                                [](const Export& each) { return each.state == ExportState::waiting; }))
            return fail(ErrorCode::conflict, "An export is being made. Wait until it is there.");
        const auto id = tx.new_id<struct Export>();
        store::insert_export(tx, who.org, id, who.person, now, now + kept);
        context.jobs.add(
            tx, {.org = who.org, .kind = std::string(job_kind), .input = {{"export_id", id.text()}}});
        tell_pages(context, tx, who.org);
        note_export(context, tx, who, std::string(trimmed(wanted.reason)));
        return store::find_export(tx, who.org, id).value();
    });
}

Result<fs::path> find_export(const Context& context, const access::Principal& who, Id<Export> id) {
    if (const auto may = access::require(who, {}, Object::organisation_export, Action::read); !may)
        return fail(may.error());
    const auto found =
        context.database.read([&](db::Transaction& tx) { return store::find_export(tx, who.org, id); });
    const auto path = path_of(context, id);
    if (!found || found->state != ExportState::done || found->expires_at <= context.now() ||
        !fs::exists(path))
        return fail(ErrorCode::not_found, "This export isn't there any more. Ask for a new one.");
    return path;
}

std::int64_t remove_expired(const Context& context, db::Transaction& tx, OrgId org) {
    const auto expired = store::expired_exports(tx, org, context.now());
    std::vector<fs::path> paths;
    for (const auto id : expired) {
        store::remove_export(tx, org, id);
        paths.push_back(path_of(context, id));
    }
    tx.after_commit([paths = std::move(paths)] {
        std::error_code ignored;
        for (const auto& path : paths)
            fs::remove(path, ignored);
    });
    return static_cast<std::int64_t>(expired.size());
}

void add_jobs(const Context& context) {
    context.jobs.handle(std::string(job_kind), [context](work::Running& job) { return make(context, job); });
}

} // namespace buckstop::archive
