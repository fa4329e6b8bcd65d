// The office with the CRM's rows as a test needs them, and looks at it.
#pragma once

#include "features/quality/quality.hpp"
#include "features/test_office.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace buckstop::quality {

class QualityTest : public test::BothDatabases {
  protected:
    QualityTest() {
        office.now = midday(2026, 6, 15);
        // More than one deal of their stage, so that only what a test makes is odd.
        sound_deal("Sound");
        sound_deal("As sound", "open");
    }

    static Instant midday(int year, unsigned month, unsigned day) {
        return std::chrono::sys_days{
                   Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}} +
               std::chrono::hours{12};
    }
    static Date date(const char* text) { return parse_date(text).value(); }

    // A deal with nothing to mend: of a week ago, ana's, with a company and an amount.
    DealId sound_deal(const std::string& name, const std::string& outcome = "lost") {
        const auto id = office.deal({.owner = office.id("ana"),
                                     .outcome = outcome,
                                     .amount_minor = next_amount_++,
                                     .expected_close_on = date("2026-07-01"),
                                     .company = usual_company(),
                                     .name = name});
        set(id, "created_on", std::string("2026-03-01"));
        return id;
    }

    template <class Value>
    void set(DealId deal, const std::string& column, const Value& value) {
        database().write([&](db::Transaction& tx) {
            tx.execute("update deal set " + column + " = $3 where org_id = $1 and id = $2", office.org, deal,
                       value);
        });
    }

    template <class... Args>
    void change(const std::string& sql, const Args&... args) {
        database().write([&](db::Transaction& tx) { tx.execute(sql, office.org, args...); });
    }

    PersonId person(const std::string& name, const std::string& email, bool sells = true) {
        return database().write([&](db::Transaction& tx) {
            const auto id = tx.new_id<Person>();
            tx.execute(
                "insert into person (org_id, id, name, name_key, email, manager_id, is_active, created_at,"
                " version) values ($1, $2, $3, $3, $4, $5, true, $6, 1)",
                office.org, id, name, email, office.id("max"), office.now);
            if (sells)
                tx.execute("insert into person_role (org_id, person_id, role) values ($1, $2, 'rep')",
                           office.org, id);
            return id;
        });
    }

    Looked look(std::optional<ImportId> import = {}) {
        return quality::look(office.context, office.org, import).value();
    }

    std::vector<Finding> findings(std::optional<Kind> kind = {}, bool set_aside = false) {
        return quality::list(office.context, office["otto"],
                             {.kind = kind, .set_aside = set_aside, .limit = 200})
            .value()
            .items;
    }
    // The names of what a new look finds of this kind.
    std::vector<std::string> found(Kind kind) {
        look();
        std::vector<std::string> names;
        for (const auto& finding : findings(kind))
            names.push_back(finding.name);
        return names;
    }

    CompanyId usual_company() {
        if (!usual_company_)
            usual_company_ = office.company("Harbour Works");
        return *usual_company_;
    }

    test::Office office{database()};

  private:
    std::optional<CompanyId> usual_company_;
    std::int64_t next_amount_ = 100'000;
};

} // namespace buckstop::quality
