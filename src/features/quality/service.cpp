// What administrators and operations do with findings.
#include "access/policy.hpp"
#include "db/page.hpp"
#include "features/paging.hpp"
#include "features/quality/shown.hpp"
#include "features/text_field.hpp"

#include <algorithm>
#include <iterator>

namespace buckstop::quality {
namespace {

using access::Action;
using access::Object;

constexpr std::size_t most_table_rows = 100'000;
constexpr std::size_t rows_at_once = 1'000;

void tell(const Context& context, db::Transaction& tx, OrgId org) {
    tx.after_commit(
        [&context, org] { context.events.publish({.org = org, .to = {}, .topic = "quality", .id = {}}); });
}

// The kinds that there are, in their order, each once.
std::map<Kind, KindCount> counts(db::Transaction& tx, OrgId org) {
    std::map<Kind, KindCount> kinds;
    for (const auto& row : store::counts(tx, org)) {
        auto& count = kinds[row.kind];
        (row.is_set_aside ? count.set_aside : count.to_mend) = row.count;
    }
    if (const auto first = store::first_look_of_last_import(tx, org)) {
        for (auto& [kind, count] : kinds)
            count.found = count.mended = 0;
        for (const auto& row : store::changes_since(tx, org, *first)) {
            auto& count = kinds[row.kind];
            count.found = row.found;
            count.mended = row.mended;
        }
    }
    return kinds;
}

Report report_of(db::Transaction& tx, OrgId org, Instant now) {
    Report report{.looked_at = store::looked_at(tx, org), .is_looking = store::is_looking(tx, org, now)};
    if (store::first_look_of_last_import(tx, org))
        report.found = report.mended = 0;
    for (auto& [kind, count] : counts(tx, org)) {
        count.kind = kind;
        report.to_mend += count.to_mend;
        report.set_aside += count.set_aside;
        if (report.found) {
            *report.found += count.found.value_or(0);
            *report.mended += count.mended.value_or(0);
        }
        report.kinds.push_back(count);
    }
    return report;
}

// The one finding after it was changed.
Result<Finding> change(const Context& context, const access::Principal& who, FindingId id,
                       const std::function<void(db::Transaction&)>& how) {
    if (const auto allowed = access::require(who, {}, Object::data_quality, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) -> Result<Finding> {
        if (!store::find(tx, who.org, id))
            return fail(ErrorCode::not_found, "This isn't there any more: it is mended.");
        how(tx);
        tell(context, tx, who.org);
        const auto row = store::find(tx, who.org, id);
        return shown(tx, who, std::span(&*row, 1)).front();
    });
}

store::ListFilter filter_of(const FindingQuery& query) {
    return {.kind = query.kind, .is_set_aside = query.set_aside.value_or(false), .team = query.team};
}

std::tuple<std::string, FindingId> place_of(const store::FindingRow& row) {
    return {std::string(enum_name(row.kind)), row.id};
}

} // namespace

Result<Report> report(const Context& context, const access::Principal& who) {
    if (const auto allowed = access::require(who, {}, Object::data_quality, Action::list); !allowed)
        return fail(allowed.error());
    return context.database.read([&](db::Transaction& tx) { return report_of(tx, who.org, context.now()); });
}

Result<http::Page<Finding>> list(const Context& context, const access::Principal& who,
                                 const FindingQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::data_quality, Action::list); !allowed)
        return fail(allowed.error());
    const auto limit = page_limit(query.limit);
    if (!limit)
        return fail(limit.error());
    const auto after = db::read_cursor(query.cursor, std::tuple{std::string(), FindingId()});
    if (!after)
        return fail(after.error());
    auto filter = filter_of(query);
    filter.after = *after;
    filter.limit = *limit;
    return context.database.read([&](db::Transaction& tx) {
        auto rows = store::list(tx, who.org, filter);
        auto next = db::cut_page(rows, *limit, place_of);
        return http::Page<Finding>{shown(tx, who, rows), std::move(next)};
    });
}

Result<std::string> table(const Context& context, const access::Principal& who, const FindingQuery& query) {
    if (const auto allowed = access::require(who, {}, Object::data_quality, Action::list); !allowed)
        return fail(allowed.error());
    auto filter = filter_of(query);
    return context.database.read([&](db::Transaction& tx) {
        std::vector<Finding> findings;
        filter.after = {};
        filter.limit = rows_at_once;
        for (bool more = true; more && findings.size() < most_table_rows;) {
            auto rows = store::list(tx, who.org, filter);
            more = db::cut_page(rows, rows_at_once, place_of).has_value();
            if (!rows.empty())
                filter.after = place_of(rows.back());
            std::ranges::move(shown(tx, who, rows), std::back_inserter(findings));
        }
        return as_csv(findings);
    });
}

Result<Finding> set_aside(const Context& context, const access::Principal& who, FindingId id,
                          const std::string& because) {
    if (const auto allowed = access::require(who, {}, Object::data_quality, Action::write); !allowed)
        return fail(allowed.error()); // before they hear anything else
    FieldChecks checks;
    checks.text("because", because,
                {.most = 500, .required = true, .missing = "Say in a word why it is right as it is."});
    if (!checks.fine())
        return fail(checks.error());
    return change(context, who, id, [&](db::Transaction& tx) {
        store::set_aside(tx, who.org, id, std::string(trimmed(because)), who.person, context.now());
    });
}

Result<Finding> bring_back(const Context& context, const access::Principal& who, FindingId id) {
    return change(context, who, id, [&](db::Transaction& tx) { store::bring_back(tx, who.org, id); });
}

Result<Report> ask_for_look(const Context& context, const access::Principal& who) {
    if (const auto allowed = access::require(who, {}, Object::data_quality, Action::write); !allowed)
        return fail(allowed.error());
    return context.database.write([&](db::Transaction& tx) {
        if (!store::is_looking(tx, who.org, context.now())) {
            context.jobs.add(tx, {.org = who.org, .kind = look_job, .input = boost::json::object()});
            tell(context, tx, who.org);
        }
        return report_of(tx, who.org, context.now());
    });
}

} // namespace buckstop::quality
