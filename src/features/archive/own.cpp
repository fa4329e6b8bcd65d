// A person's own export: what the program shows them of themselves, all of it, as JSON and as a page.
#include "features/archive/own.hpp"
#include "base/json.hpp"
#include "features/archive/archive.hpp"
#include "features/archive/own_store.hpp"
#include "features/archive/zip_file.hpp"
#include "features/audit/audit.hpp"

#include <fstream>
#include <unistd.h>

namespace buckstop::archive {
namespace {

namespace fs = std::filesystem;

// Every page of a list, by the cursor that each gives.
template <class Query, class List>
auto all_of(Query query, const List& list)
    -> Result<decltype(std::declval<decltype(list(query))>().value().items)> {
    decltype(list(query).value().items) all;
    query.limit = 200;
    do {
        auto page = list(query);
        if (!page)
            return fail(page.error());
        std::ranges::move(page->items, std::back_inserter(all));
        query.cursor = page->next;
    } while (query.cursor);
    return all;
}

template <class T>
bool take(Result<T> result, T& into, Result<>& outcome) {
    if (!result) {
        outcome = fail(result.error());
        return false;
    }
    into = std::move(*result);
    return true;
}

Result<std::vector<debriefs::Debrief>> own_debriefs(const Context& context, const access::Principal& who) {
    const auto listed = all_of(debriefs::DebriefQuery{.mine = true},
                               [&](const auto& query) { return debriefs::list(context, who, query); });
    if (!listed)
        return fail(listed.error());
    std::vector<debriefs::Debrief> all;
    for (const auto& each : *listed) {
        auto debrief = debriefs::read(context, who, each.id);
        if (!debrief)
            return fail(debrief.error());
        all.push_back(std::move(*debrief));
    }
    return all;
}

Result<std::vector<lessons::Lesson>> own_lessons(const Context& context, const access::Principal& who) {
    const auto listed = all_of(lessons::LessonQuery{.mine = true},
                               [&](const auto& query) { return lessons::search(context, who, query); });
    if (!listed)
        return fail(listed.error());
    std::vector<lessons::Lesson> all;
    for (const auto& each : *listed) {
        auto lesson = lessons::get(context, who, each.id);
        if (!lesson)
            return fail(lesson.error());
        all.push_back(std::move(*lesson));
    }
    return all;
}

// Somebody who only observes by now may not ask for such lists. What is asked for here is their own, each row
// of which its author may read whatever their role.
access::Principal as_author(access::Principal who) {
    who.roles.push_back(access::Role::rep);
    return who;
}

Result<OwnData> gather(const Context& context, const access::Principal& who) {
    OwnData data{.exported_at = context.now()};
    context.database.read([&](db::Transaction& tx) {
        if (const auto organisation = people::find_organisation(tx, who.org))
            data.organisation = organisation->name;
        data.notices = identity::notices(tx, who.org, who.person, 100'000);
        data.sessions = store::own_sessions(tx, who.org, who.person);
        data.devices = store::own_devices(tx, who.org, who.person);
        data.activities = store::own_activities(tx, who.org, who.person);
        data.targets = store::own_targets(tx, who.org, who.person);
    });
    Result<> outcome;
    const bool whole = take(people::get(context, who, who.person), data.person, outcome) &&
                       take(own_debriefs(context, who), data.debriefs, outcome) &&
                       take(own_lessons(context, who), data.lessons, outcome) &&
                       take(all_of(commitments::CommitmentQuery{.mine = true},
                                   [&](const auto& query) { return commitments::list(context, who, query); }),
                            data.commitments, outcome) &&
                       take(all_of(audit::AuditQuery{},
                                   [&](const auto& query) { return audit::list_mine(context, who, query); }),
                            data.audit_lines, outcome) &&
                       take(all_of(failures::FailureQuery{.mine = true},
                                   [&](const auto& query) { return failures::list(context, who, query); }),
                            data.failures, outcome) &&
                       take(all_of(crm::DealQuery{.mine = true},
                                   [&](const auto& query) { return crm::list_deals(context, who, query); }),
                            data.deals, outcome);
    if (!whole)
        return fail(outcome.error());
    return data;
}

// libzip writes to a file; it lies in a folder of its own, and goes at once.
Result<std::string> zipped(const OwnData& data) {
    auto name = (fs::temp_directory_path() / "buckstop-export-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        return fail(ErrorCode::failed, "There is no room for a temporary file.");
    const fs::path folder(name);
    const auto write = [&]() -> Result<std::string> {
        auto zip = ZipWriter::create(folder / "own.zip");
        if (!zip)
            return fail(zip.error());
        if (auto added = zip->add_text("my-data.json", json::to_text(data)); !added)
            return fail(added.error());
        if (auto added = zip->add_text("my-data.md", own_page(data)); !added)
            return fail(added.error());
        if (auto finished = zip->finish(); !finished)
            return fail(finished.error());
        std::ifstream file(folder / "own.zip", std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    auto result = write();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return result;
}

} // namespace

Result<std::string> own_export(const Context& context, const access::Principal& who) {
    if (!who.person)
        return fail(ErrorCode::forbidden, "Only a person can take their own data with them.");
    if (const auto may =
            access::require(who, {access::Relation::self}, access::Object::own_account, access::Action::read);
        !may)
        return fail(may.error());
    const auto data = gather(context, as_author(who));
    if (!data)
        return fail(data.error());
    auto archive = zipped(*data);
    if (archive)
        context.database.write([&](db::Transaction& tx) {
            audit::record(tx, context.now(),
                          {.org = who.org,
                           .actor = who.person,
                           .action = "account.exported",
                           .object = access::Object::own_account,
                           .subject = who.person});
        });
    return archive;
}

} // namespace buckstop::archive
