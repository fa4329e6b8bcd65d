#include "features/quality/shown.hpp"

#include "access/policy.hpp"

#include <array>
#include <fmt/format.h>
#include <set>

namespace buckstop::quality {
namespace {

using access::Action;
using access::Object;
using store::FindingRow;

enum class About { deal, company, person, other };

About about(Kind kind) {
    switch (kind) {
    case Kind::company_twice:
        return About::company;
    case Kind::person_twice:
    case Kind::person_without_manager:
        return About::person;
    case Kind::currency_without_rate:
    case Kind::activities_without_deal:
    case Kind::stage_changes_without_deal:
        return About::other;
    default:
        return About::deal;
    }
}

std::vector<std::int64_t> ids_about(std::span<const FindingRow> rows, About what) {
    std::set<std::int64_t> ids;
    for (const auto& row : rows)
        if (about(row.kind) == what)
            ids.insert({row.subject_id, row.other_id});
    return {ids.begin(), ids.end()};
}

template <class Row>
std::map<std::int64_t, Row> by_id(std::vector<Row> rows) {
    std::map<std::int64_t, Row> result;
    for (auto& row : rows)
        result.emplace(row.id.value(), std::move(row));
    return result;
}

// All that the findings of a page are about, by id.
class Subjects {
  public:
    Subjects(db::Transaction& tx, const access::Principal& who, std::span<const FindingRow> rows)
        : deals_(by_id(store::shown_deals(tx, who.org, ids_about(rows, About::deal)))),
          companies_(by_id(store::shown_companies(tx, who.org, ids_about(rows, About::company)))),
          people_(by_id(store::shown_people(tx, who.org, ids_about(rows, About::person)))),
          opens_deals_(opens(who, Object::deal)), opens_companies_(opens(who, Object::company)),
          opens_people_(opens(who, Object::person)) {}

    void put(const FindingRow& row, Finding& finding) const {
        switch (about(row.kind)) {
        case About::deal:
            return put_deal(row, finding);
        case About::company:
            return put_company(row, finding);
        case About::person:
            return put_person(row, finding);
        case About::other:
            // "source\nkey", or a text alone.
            const auto line = row.subject.find('\n');
            finding.name = row.subject.substr(line == std::string::npos ? 0 : line + 1);
            if (line != std::string::npos)
                finding.source = row.subject.substr(0, line);
        }
    }

  private:
    static bool opens(const access::Principal& who, Object object) {
        return access::decide(who.roles, {}, object, Action::read) != access::Decision::deny;
    }

    void put_deal(const FindingRow& row, Finding& finding) const {
        const auto found = deals_.find(row.subject_id);
        if (found == deals_.end())
            return;
        const auto& deal = found->second;
        finding.name = deal.name;
        finding.deal_id = deal.id;
        finding.can_open = opens_deals_;
        finding.company = deal.company;
        finding.team = deal.team;
        if (deal.amount_minor)
            finding.amount = Money{*deal.amount_minor, deal.currency};
        finding.created_on = deal.created_on;
        finding.expected_close_on = deal.expected_close_on;
        finding.closed_on = deal.closed_on;
        if (row.kind == Kind::stage_of_one_deal) {
            finding.other = deal.name;
            finding.name = row.subject;
        }
        if (const auto other = deals_.find(row.other_id); other != deals_.end()) {
            finding.other = other->second.name;
            finding.other_deal_id = other->second.id;
        }
    }

    void put_company(const FindingRow& row, Finding& finding) const {
        const auto found = companies_.find(row.subject_id);
        if (found == companies_.end())
            return;
        finding.name = found->second.name;
        finding.company_id = found->second.id;
        finding.can_open = opens_companies_;
        finding.place = found->second.country ? found->second.country : found->second.region;
        if (const auto other = companies_.find(row.other_id); other != companies_.end())
            finding.other = other->second.name;
    }

    void put_person(const FindingRow& row, Finding& finding) const {
        const auto found = people_.find(row.subject_id);
        if (found == people_.end())
            return;
        finding.name = found->second.name;
        finding.person_id = found->second.id;
        finding.can_open = opens_people_;
        finding.place = found->second.email;
        finding.team = found->second.team;
        if (const auto other = people_.find(row.other_id); other != people_.end()) {
            finding.other = other->second.email.value_or(other->second.name);
            finding.other_person_id = other->second.id;
        }
    }

    std::map<std::int64_t, store::ShownDeal> deals_;
    std::map<std::int64_t, store::ShownCompany> companies_;
    std::map<std::int64_t, store::ShownPerson> people_;
    bool opens_deals_, opens_companies_, opens_people_;
};

// A cell that a spreadsheet reads as a text: what begins like a formula gets an apostrophe before it.
std::string cell(std::string_view text) {
    std::string result;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        result += '\'';
    result += text;
    if (result.find_first_of(",\"\r\n") == std::string::npos)
        return result;
    std::string quoted = "\"";
    for (const char c : result)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string day(const std::optional<Date>& date) {
    return date ? to_text(*date) : std::string();
}

} // namespace

std::vector<Finding> shown(db::Transaction& tx, const access::Principal& who,
                           std::span<const FindingRow> rows) {
    const Subjects subjects(tx, who, rows);
    std::vector<Finding> findings;
    for (const auto& row : rows) {
        Finding& finding = findings.emplace_back();
        finding.id = row.id;
        finding.kind = row.kind;
        finding.found_at = row.found_at;
        finding.number = row.number;
        finding.version = row.version;
        if (row.is_set_aside) {
            finding.set_aside = SetAside{.because = row.set_aside_because.value_or(""),
                                         .at = row.set_aside_at.value_or(Instant{})};
            if (row.set_aside_by && row.set_aside_by_name)
                finding.set_aside->by = PersonRef{*row.set_aside_by, *row.set_aside_by_name};
        }
        subjects.put(row, finding);
    }
    return findings;
}

std::string as_csv(std::span<const Finding> findings) {
    std::string csv =
        "kind,name,company,team,amount,currency,created_on,expected_close_on,closed_on,other,place,"
        "source,number,found_on,set_aside_because\r\n";
    for (const auto& each : findings) {
        // Numbers stay numbers: no apostrophe before a minus.
        const std::array cells{std::string(enum_name(each.kind)),
                               cell(each.name),
                               cell(each.company.value_or("")),
                               cell(each.team.value_or("")),
                               each.amount ? plain_amount(*each.amount) : std::string(),
                               each.amount ? each.amount->currency : std::string(),
                               day(each.created_on),
                               day(each.expected_close_on),
                               day(each.closed_on),
                               cell(each.other.value_or("")),
                               cell(each.place.value_or("")),
                               cell(each.source.value_or("")),
                               each.number ? std::to_string(*each.number) : std::string(),
                               to_text(each.found_at).substr(0, 10),
                               cell(each.set_aside ? each.set_aside->because : std::string())};
        csv += fmt::format("{}\r\n", fmt::join(cells, ","));
    }
    return csv;
}

} // namespace buckstop::quality
