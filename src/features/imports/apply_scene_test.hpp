// What the tests of applying share: tables imported as the command line does, and what the database then
// holds, without ids and days that differ from run to run.
#pragma once

#include "features/imports/imports.hpp"
#include "features/test_office.hpp"

#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace buckstop::imports {

inline Date june(int day) {
    return add_days(Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{1}}, day - 1);
}

inline std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline constexpr std::string_view deals_mapping = R"(kind = "deal"
source = "quay"
key = ["Id"]
currency = "EUR"
[columns]
"Deal" = "name"
"Company" = "company"
"Owner" = "owner"
"Product" = "product"
"Stage" = "stage"
"Amount" = "amount"
"Created" = "created_on"
"Close" = "close_on"
"Note" = "fact"
)";
inline constexpr std::string_view deals_header =
    "Id,Deal,Company,Owner,Product,Stage,Amount,Created,Close,Note\n";

class ApplyTest : public test::BothDatabases {
  protected:
    test::Office office{database()};

    struct Options {
        std::optional<Date> as_of = june(15);
        bool preview = false;
        std::string_view mapping = deals_mapping; // empty: the layout is known by its header
        std::function<bool()> should_stop{};
        Covers covers = Covers::some;
    };
    Result<Report> try_import(const std::string& csv, const Options& options) {
        const auto file = folder_.write("table.csv", csv);
        RunOptions run{.preview = options.preview,
                       .as_of = options.as_of,
                       .covers = options.covers,
                       .refused_directory = folder_.path(),
                       .should_stop = options.should_stop};
        if (!options.mapping.empty())
            run.mapping = folder_.write("mapping.toml", std::string(options.mapping));
        return run_files(office.context, office.org, {file}, run);
    }
    Report import(const std::string& csv, const Options& options) {
        auto report = try_import(csv, options);
        EXPECT_TRUE(report) << (report ? "" : report.error().message);
        if (report) {
            EXPECT_TRUE(report->questions.empty()) << report->questions.at(0).question;
        }
        return report ? *report : Report{};
    }
    Report import(const std::string& csv) { return import(csv, Options{}); }
    Report deals(const std::string& rows) { return import(std::string(deals_header) + rows); }
    Report deals(const std::string& rows, const Options& options) {
        return import(std::string(deals_header) + rows, options);
    }

    // A query's rows, one line each, its columns divided by bars; nothing for a null.
    std::vector<std::string> rows(const db::Sql& sql) {
        std::vector<std::string> lines;
        database().read([&](db::Transaction& tx) {
            tx.run(sql, std::array{db::to_param(office.org)}, [&](const db::Row& row) {
                std::string line;
                for (int i = 0; i < row.columns(); ++i)
                    line += fmt::format("{}{}", i ? "|" : "", row.is_null(i) ? "" : row.text(i));
                lines.push_back(line);
            });
        });
        return lines;
    }
    std::int64_t count(const std::string& table) {
        return database().read([&](db::Transaction& tx) {
            return tx.value<std::int64_t>("select count(*) from " + table + " where org_id = $1", office.org);
        });
    }

    // Everything that imports bring, with names in the place of ids.
    std::vector<std::string> everything() {
        std::vector<std::string> all;
        const auto add = [&](const char* title, const char* sql) {
            for (const auto& line : rows(sql))
                all.push_back(fmt::format("{}: {}", title, line));
        };
        add("deal",
            "select deal.source, deal.external_key, deal.name, company.name, person.name, product.name,"
            " pipeline, stage, outcome, amount_minor, amount_at_close_minor, deal.currency, created_on,"
            " expected_close_on, closed_on, stage_since, next_step, facts, pushes, deal.as_of from deal"
            " left join company on company.org_id = deal.org_id and company.id = deal.company_id"
            " left join person on person.org_id = deal.org_id and person.id = deal.owner_id"
            " left join product on product.org_id = deal.org_id and product.id = deal.product_id"
            " where deal.org_id = $1 order by deal.source, deal.external_key");
        add("version",
            "select deal.external_key, deal_version.as_of, until, deal_version.stage,"
            " deal_version.outcome, deal_version.amount_minor, deal_version.expected_close_on,"
            " deal_version.closed_on from deal_version join deal on deal.org_id = deal_version.org_id"
            " and deal.id = deal_id where deal_version.org_id = $1"
            " order by deal.external_key, sequence");
        add("change", "select deal.external_key, from_stage, to_stage, changed_on, stage_change.amount_minor"
                      " from stage_change left join deal on deal.org_id = stage_change.org_id and"
                      " deal.id = deal_id where stage_change.org_id = $1"
                      " order by deal.external_key, changed_on, from_stage, to_stage");
        add("company", "select source, external_key, name, segment from company where org_id = $1"
                       " order by source, external_key");
        add("product", "select name, list_price_minor from product where org_id = $1 order by name");
        add("person", "select name from person where org_id = $1 order by name, id");
        return all;
    }

    const test::TemporaryDirectory& folder() const { return folder_; }

  private:
    test::TemporaryDirectory folder_;
};

} // namespace buckstop::imports
