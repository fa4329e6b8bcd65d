// Imports of random tables, imported again, undone and imported otherwise in random order, read like those
// that are left, imported once each.
#include "features/imports/undo_scene_test.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <map>
#include <random>
#include <rapidcheck/gtest.h>

namespace buckstop::imports {
namespace {

constexpr std::string_view users_mapping = R"(kind = "person"
source = "quay"
key = ["Id"]
[columns]
"Name" = "name"
"Title" = "title"
"Manager" = "manager_key"
)";
constexpr std::string_view targets_mapping = R"(kind = "target"
source = "quay"
[columns]
"Who" = "person"
"Period" = "period"
"Target" = "amount"
)";
constexpr std::string_view churn_mapping = R"(kind = "churn"
source = "quay"
[columns]
"Company" = "company"
"On" = "happened_on"
"Why" = "stated_reason"
"Who" = "owner"
)";
constexpr std::string_view competitors_mapping = R"(kind = "competitor"
source = "quay"
[columns]
"Deal" = "deal_key"
"Name" = "name"
"Strengths" = "strengths"
)";
constexpr std::array stages{"Quoted", "Terms", "Won", "Lost"};

struct Table {
    int day = 1;
    std::string csv;
    std::string_view mapping;
};

int below(int end) {
    return *rc::gen::inRange(0, end);
}

template <class T>
const T& one_of(const std::vector<T>& some) {
    return some[static_cast<std::size_t>(below(static_cast<int>(some.size())))];
}

// Distinct numbers below `end`, in order.
std::vector<int> some_of(int end) {
    std::vector<int> numbers;
    for (int i = 0; i < end; ++i)
        if (below(2) == 0)
            numbers.push_back(i);
    return numbers;
}

Table random_deals(int day) {
    Table table{.day = day, .csv = std::string(deals_header), .mapping = deals_mapping};
    for (const auto key : some_of(5))
        table.csv += fmt::format("{},Deal {},Company {},Person {},Product {},{},{},2026-01-01,2026-0{}-10,\n",
                                 key, below(2), below(3), below(3), below(2),
                                 stages.at(static_cast<std::size_t>(below(4))), 1 + below(3), 7 + below(3));
    return table;
}

Table random_accounts(int day) {
    Table table{.day = day, .csv = "Id,Name,Segment\n", .mapping = companies_mapping};
    for (const auto key : some_of(3))
        table.csv += fmt::format("c{},Company {},Segment {}\n", key, key, below(2));
    return table;
}

// The manager's row is always there: somebody of whom only a key was known, and who then got a name by which
// others called them, can't be taken apart again.
Table random_users(int day) {
    Table table{.day = day, .csv = "Id,Name,Title,Manager\nu0,Person 0,Title 0,\n", .mapping = users_mapping};
    for (const auto key : some_of(2))
        table.csv += fmt::format("u{},Person {},Title {},u0\n", key + 1, key + 1, below(2));
    return table;
}

Table random_calls(int day) {
    Table table{.day = day, .csv = "Id,Deal,Who,What,On\n", .mapping = activities_mapping};
    for (const auto key : some_of(3))
        table.csv += fmt::format("a{},{},Person {},About {},2026-06-01\n", key, below(5), below(3), below(2));
    return table;
}

Table random_targets(int day) {
    Table table{.day = day, .csv = "Who,Period,Target\n", .mapping = targets_mapping};
    for (const auto key : some_of(3))
        table.csv += fmt::format("Person {},Q{} 2026,{}\n", key, 1 + below(2), 1 + below(2));
    return table;
}

Table random_churn(int day) {
    Table table{.day = day, .csv = "Company,On,Why,Who\n", .mapping = churn_mapping};
    for (const auto key : some_of(3))
        table.csv += fmt::format("Company {},2026-05-0{},Reason {},Person {}\n", key, 1 + below(2), below(2),
                                 below(3));
    return table;
}

Table random_competitors(int day) {
    Table table{.day = day, .csv = "Deal,Name,Strengths\n", .mapping = competitors_mapping};
    for (const auto key : some_of(4))
        table.csv += fmt::format("{},Rival {},Strength {}\n", key, below(2), below(2));
    return table;
}

using Make = Table (*)(int);
using NextDay = int (*)(int);

class UndoProperty : public UndoTest {
  protected:
    // Random imports, some of them undone: what is left reads as if it had been imported alone, once.
    void check_what_is_left(const std::vector<Make>& kinds, NextDay next) {
        begin_anew();
        std::map<ImportId, Table> left;
        std::vector<Table> brought;
        int day = 1;
        for (auto steps = 1 + below(8); steps > 0; --steps) {
            const auto choice = below(4);
            if (choice == 0 && !left.empty()) {
                const auto gone = std::next(left.begin(), below(static_cast<int>(left.size())));
                RC_LOG() << "undo day " << gone->second.day << "\n";
                undo(gone->first);
                left.erase(gone);
                continue;
            }
            auto table = choice == 1 && !brought.empty() ? one_of(brought) : one_of(kinds)(0);
            table.day = day = next(day);
            RC_LOG() << "day " << table.day << "\n" << table.csv;
            brought.push_back(table);
            left.emplace(bring(table), table);
        }
        const auto after = seen();
        RC_ASSERT(!left.empty() || count("import_journal") == 0);
        begin_anew();
        for (const auto& [id, table] : left)
            bring(table);
        RC_ASSERT(after == seen());
    }

    ImportId bring(const Table& table) {
        import(table.csv, {.as_of = june(table.day), .mapping = table.mapping});
        return all_imports().back();
    }
    // What people see of it; what nothing refers to and nothing is known of doesn't count.
    std::vector<std::string> seen() {
        auto all = rows("select deal.external_key, deal.name, company.name, person.name, product.name, stage,"
                        " outcome, amount_minor, amount_at_close_minor, expected_close_on, closed_on, pushes,"
                        " deal.as_of from deal"
                        " left join company on company.org_id = deal.org_id and company.id = deal.company_id"
                        " left join person on person.org_id = deal.org_id and person.id = deal.owner_id"
                        " left join product on product.org_id = deal.org_id and product.id = deal.product_id"
                        " where deal.org_id = $1 order by deal.external_key");
        const auto add = [&](const char* sql) {
            const auto more = rows(sql);
            all.insert(all.end(), more.begin(), more.end());
        };
        add("select deal.external_key, deal_version.as_of, until, deal_version.stage,"
            " deal_version.amount_minor, deal_version.expected_close_on, deal_version.closed_on"
            " from deal_version join deal on deal.org_id = deal_version.org_id and deal.id = deal_id"
            " where deal_version.org_id = $1 order by deal.external_key, sequence");
        add("select deal.external_key, from_stage, to_stage, changed_on from stage_change"
            " left join deal on deal.org_id = stage_change.org_id and deal.id = deal_id"
            " where stage_change.org_id = $1 order by deal.external_key, changed_on, from_stage, to_stage");
        add("select name, external_key, segment from company where org_id = $1 and content_hash <> 0 order "
            "by name");
        add("select person.name, person.external_key, person.title, manager.name from person left join "
            "person manager"
            " on manager.org_id = person.org_id and manager.id = person.manager_id where person.org_id = $1"
            " and person.title is not null order by person.name");
        add("select activity.external_key, subject, deal.external_key, waits_for_deal, person.name from "
            "activity"
            " left join deal on deal.org_id = activity.org_id and deal.id = deal_id"
            " left join person on person.org_id = activity.org_id and person.id = person_id"
            " where activity.org_id = $1 order by activity.external_key");
        add("select person.name, period, amount_minor from target join person on person.org_id = "
            "target.org_id"
            " and person.id = person_id where target.org_id = $1 order by person.name, period");
        add("select company.name, happened_on, stated_reason, person.name from churn"
            " join company on company.org_id = churn.org_id and company.id = company_id"
            " join person on person.org_id = churn.org_id and person.id = owner_id"
            " where churn.org_id = $1 order by company.name, happened_on");
        add("select competitor.external_key, strengths, deal.external_key, waits_for_deal from competitor"
            " left join deal on deal.org_id = competitor.org_id and deal.id = deal_id"
            " where competitor.org_id = $1 order by competitor.external_key");
        return all;
    }
};
INSTANTIATE_BOTH_DATABASES(UndoProperty);

TEST_P(UndoProperty, WhatIsLeftReadsAsIfItHadComeAlone) {
    const NextDay same_or_later = [](int day) { return day + below(2); };
    EXPECT_TRUE(rc::check([&] { check_what_is_left({random_deals}, same_or_later); }));
    EXPECT_TRUE(rc::check([&] {
        check_what_is_left({random_deals, random_accounts, random_users, random_calls}, same_or_later);
    }));
    EXPECT_TRUE(rc::check([&] {
        check_what_is_left({random_deals, random_accounts, random_targets, random_churn, random_competitors},
                           same_or_later);
    }));
}

// But for people, of whom older files only bring those who aren't there yet: who is there differs.
TEST_P(UndoProperty, SoDoFilesOfEarlierDays) {
    const NextDay earlier_or_later = [](int day) { return (day + 11) % 29 + 1; };
    EXPECT_TRUE(rc::check([&] { check_what_is_left({random_deals}, earlier_or_later); }));
    EXPECT_TRUE(rc::check([&] {
        check_what_is_left({random_deals, random_accounts, random_calls}, earlier_or_later);
    }));
    EXPECT_TRUE(rc::check([&] {
        check_what_is_left({random_deals, random_targets, random_churn, random_competitors},
                           earlier_or_later);
    }));
}

TEST_P(UndoProperty, UndoingAllLeavesNothing) {
    EXPECT_TRUE(rc::check([&] {
        begin_anew();
        const auto before = everything();
        std::vector<ImportId> all;
        int day = 0;
        const std::vector<Make> kinds{random_deals,   random_accounts, random_users,      random_calls,
                                      random_targets, random_churn,    random_competitors};
        for (auto steps = 1 + below(5); steps > 0; --steps) {
            const auto table = one_of(kinds)(++day);
            RC_LOG() << table.csv;
            all.push_back(bring(table));
        }
        const auto order = all;
        std::ranges::shuffle(all, std::mt19937(*rc::gen::arbitrary<unsigned>()));
        for (const auto id : all) {
            RC_LOG() << "undo " << std::ranges::find(order, id) - order.begin() << "\n";
            this->undo(id);
        }
        RC_ASSERT(everything() == before);
        RC_ASSERT(count("import_journal") == 0);
        RC_ASSERT(count("import_snapshot") == 0);
    }));
}

} // namespace
} // namespace buckstop::imports
