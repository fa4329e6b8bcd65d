#include "features/audit/audit.hpp"
#include "features/audit/chain.hpp"
#include "features/audit/store.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>

namespace buckstop::audit {
namespace {

// A word of the program's, such as "person.invited": nobody's name or sentence looks like it.
bool is_identifier(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

void require_impersonal(const boost::json::value& value) {
    if (const auto* text = value.if_string(); text != nullptr && !is_identifier(*text))
        throw std::logic_error("an audit line's detail may not hold free text");
    if (const auto* array = value.if_array(); array != nullptr)
        for (const auto& element : *array)
            require_impersonal(element);
    if (const auto* object = value.if_object(); object != nullptr)
        for (const auto& [key, member] : *object) {
            if (!is_identifier(key))
                throw std::logic_error("an audit line's detail may not have free text as a key");
            require_impersonal(member);
        }
}

AuditLine shown(store::Named row) {
    return {.sequence = row.sequence,
            .at = row.at,
            .actor = std::move(row.actor_name),
            .action = std::move(row.action),
            .object_kind = std::move(row.object_kind),
            .object_id = row.object_id ? std::optional(std::to_string(*row.object_id)) : std::nullopt,
            .subject = std::move(row.subject_name),
            .reason = std::move(row.reason)};
}

Result<std::int64_t> first_below(const AuditQuery& query) {
    if (!query.cursor)
        return std::numeric_limits<std::int64_t>::max();
    if (const auto sequence = Id<Entry>::parse(*query.cursor))
        return sequence->value();
    return fail_field("cursor", "unknown", "This place in the list isn't known. Begin at its start.");
}

Result<http::Page<AuditLine>> page(db::Transaction& tx, OrgId org, const std::optional<std::string>& about,
                                   const AuditQuery& query) {
    const auto before = first_below(query);
    if (!before)
        return fail(before.error());
    const int limit = query.limit.value_or(50);
    if (limit < 1 || limit > 200)
        return fail_field("limit", "out_of_range", "A page has 1 to 200 lines.");
    auto rows = store::lines(tx, org, about, *before, limit + 1);
    http::Page<AuditLine> result;
    if (rows.size() > static_cast<std::size_t>(limit)) {
        rows.pop_back();
        result.next = std::to_string(rows.back().sequence);
    }
    for (auto& row : rows)
        result.items.push_back(shown(std::move(row)));
    return result;
}

// What is wrong with a line, given the one before it; empty: nothing.
std::string fault(const store::Kept& line, const Head& before) {
    if (line.sequence != before.sequence + 1)
        return fmt::format("Line {} follows line {}: lines between them are missing.", line.sequence,
                           before.sequence);
    if (line.previous_hash != before.hash)
        return fmt::format("Line {} doesn't follow from the line before it.", line.sequence);
    if (line.hash != hash_of(line))
        return fmt::format("Line {} isn't as it was written.", line.sequence);
    const bool reason_kept = line.salt && line.reason;
    if (reason_kept && line.reason_digest != reason_digest(*line.salt, *line.reason))
        return fmt::format("The reason in line {} isn't as it was written.", line.sequence);
    return {};
}

} // namespace

void record(db::Transaction& tx, Instant at, const Event& event) {
    if (!is_identifier(event.action))
        throw std::logic_error("an audit action is a word such as person.created");
    require_impersonal(event.detail);
    const auto pseudonym = [&](PersonId person) -> std::optional<std::string> {
        if (!person)
            return std::nullopt;
        return store::pseudonym(tx, event.org, person);
    };
    Entry entry{.org_id = event.org,
                .at = at.time_since_epoch().count(),
                .actor = pseudonym(event.actor),
                .action = std::string(event.action),
                .object_kind = std::string(enum_name(event.object)),
                .subject = pseudonym(event.subject)};
    if (event.object_id != 0)
        entry.object_id = event.object_id;
    if (!event.detail.empty())
        entry.detail = boost::json::serialize(event.detail);
    const std::string salt = random_text();
    if (!event.reason.empty())
        entry.reason_digest = reason_digest(salt, event.reason);

    auto place = store::take_next(tx, event.org);
    entry.sequence = place.sequence;
    entry.previous_hash = std::move(place.hash);
    entry.hash = hash_of(entry);
    store::insert(tx, entry);
    if (!event.reason.empty())
        store::insert_reason(tx, event.org, entry.sequence, salt, event.reason);
    store::set_head(tx, event.org, entry.hash);
}

Verification verify(db::Transaction& tx, OrgId org, const std::optional<Head>& noted) {
    Verification result;
    Head last;
    const auto broken = [&](std::int64_t at, std::string problem) {
        if (result.whole) {
            result.whole = false;
            result.broken_at = at;
            result.problem = std::move(problem);
        }
    };
    store::each(tx, org, [&](const store::Kept& line) {
        ++result.lines;
        if (auto problem = fault(line, last); !problem.empty())
            broken(line.sequence, std::move(problem));
        if (line.reason_digest && !line.reason)
            ++result.erased_reasons;
        if (noted && noted->sequence == line.sequence && noted->hash != line.hash)
            broken(line.sequence,
                   "The chain was written anew: this line isn't the one whose hash was noted.");
        last = {.sequence = line.sequence, .hash = line.hash};
    });
    if (last != store::head(tx, org))
        broken(last.sequence + 1, "Lines are missing at the end.");
    if (noted && noted->sequence > last.sequence)
        broken(last.sequence + 1, "The chain ends before the line whose hash was noted.");
    result.head = std::move(last);
    return result;
}

Head head(db::Transaction& tx, OrgId org) {
    return store::head(tx, org);
}

void forget(db::Transaction& tx, OrgId org, PersonId person) {
    if (const auto pseudonym = store::find_pseudonym(tx, org, person)) {
        store::delete_reasons(tx, org, *pseudonym);
        store::delete_pseudonym(tx, org, person);
    }
}

Result<http::Page<AuditLine>> list(const Context& context, const access::Principal& who,
                                   const AuditQuery& query) {
    if (const auto may = access::require(who, {}, access::Object::audit_line, access::Action::list); !may)
        return fail(may.error());
    return context.database.read([&](db::Transaction& tx) { return page(tx, who.org, std::nullopt, query); });
}

Result<http::Page<AuditLine>> list_mine(const Context& context, const access::Principal& who,
                                        const AuditQuery& query) {
    if (const auto may =
            access::require(who, {access::Relation::self}, access::Object::audit_line, access::Action::read);
        !may)
        return fail(may.error());
    return context.database.read([&](db::Transaction& tx) -> Result<http::Page<AuditLine>> {
        const auto pseudonym = store::find_pseudonym(tx, who.org, who.person);
        return pseudonym ? page(tx, who.org, pseudonym, query) : http::Page<AuditLine>{};
    });
}

std::vector<Look> looks(db::Transaction& tx, OrgId org, std::string_view action, access::Object object,
                        std::int64_t object_id) {
    std::vector<Look> result;
    for (auto& row : store::looks(tx, org, action, enum_name(object), object_id))
        result.push_back({.reader = {row.id, std::move(row.name)}, .at = row.at});
    return result;
}

} // namespace buckstop::audit
