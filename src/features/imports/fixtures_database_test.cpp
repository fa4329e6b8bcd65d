// Every table in tests/data/imports leaves exactly the rows that stand beside it (NAME.rows), on both
// databases; the same file again changes nothing, and undone nothing is left.
#include "features/imports/undo_scene_test.hpp"
#include "features/people/people.hpp"

#include <algorithm>
#include <cstdlib>

namespace buckstop::imports {
namespace {

namespace fs = std::filesystem;

const fs::path fixtures = fs::path(BUCKSTOP_SOURCE_DIR) / "tests/data/imports";

struct Query {
    const char* title;
    const char* sql;
};
constexpr std::array queries{
    Query{"deal",
          "select deal.external_key, deal.name, company.name, person.name, product.name, pipeline, stage, "
          "outcome,"
          " amount_minor, amount_at_close_minor, deal.currency, cast(round(probability * 1000) as bigint), "
          "forecast_category, deal.kind,"
          " lead_source, competitor, deal.segment, deal.region, created_on, expected_close_on, closed_on,"
          " stage_since, last_activity_on, next_step, stated_reason, facts from deal"
          " left join company on company.org_id = deal.org_id and company.id = deal.company_id"
          " left join person on person.org_id = deal.org_id and person.id = deal.owner_id"
          " left join product on product.org_id = deal.org_id and product.id = deal.product_id"
          " where deal.org_id = $1"},
    Query{"company", "select external_key, name, industry, country, region, segment, employees, parent_name"
                     " from company where org_id = $1"},
    Query{"person",
          "select person.external_key, person.name, person.email, person.title, team.name, manager.name,"
          " case when person.is_active then 'active' else 'inactive' end from person"
          " left join team on team.org_id = person.org_id and team.id = person.team_id"
          " left join person manager on manager.org_id = person.org_id and manager.id = person.manager_id"
          " where person.org_id = $1"},
    Query{"product", "select name, family, list_price_minor, currency from product where org_id = $1"},
    Query{"activity",
          "select activity.external_key, waits_for_deal, company.name, person.name, kind, subject,"
          " happened_on, case when is_done then 'done' else 'planned' end from activity"
          " left join company on company.org_id = activity.org_id and company.id = activity.company_id"
          " left join person on person.org_id = activity.org_id and person.id = activity.person_id"
          " where activity.org_id = $1"},
    Query{"stage change",
          "select external_key, waits_for_deal, from_stage, to_stage, changed_on, amount_minor,"
          " expected_close_on from stage_change where org_id = $1"},
    Query{"target", "select target.external_key, person.name, team, period, starts_on, ends_on, amount_minor,"
                    " currency, measure from target left join person on person.org_id = target.org_id"
                    " and person.id = target.person_id where target.org_id = $1"},
    Query{"churn",
          "select churn.external_key, company.name, person.name, happened_on, amount_minor, currency,"
          " stated_reason from churn join company on company.org_id = churn.org_id"
          " and company.id = churn.company_id left join person on person.org_id = churn.org_id"
          " and person.id = churn.owner_id where churn.org_id = $1"},
    Query{"service failure",
          "select service_failure.external_key, company.name, person.name, happened_on, what, stated_reason"
          " from service_failure join company on company.org_id = service_failure.org_id and company.id ="
          " service_failure.company_id left join person on person.org_id = service_failure.org_id"
          " and person.id = service_failure.owner_id where service_failure.org_id = $1"},
    Query{
        "competitor",
        "select external_key, waits_for_deal, name, strengths, weaknesses from competitor where org_id = $1"},
    Query{"stage", "select external_key, stage_key, label, pipeline_key, pipeline,"
                   " cast(round(probability * 1000) as bigint), position from stage where org_id = $1"},
};

class FixturesInDatabase : public UndoTest {
  protected:
    void begin_empty() {
        office.org = database().write([&](db::Transaction& tx) {
            return people::create_organisation(tx, system_now(), {.name = "Quay"}).value();
        });
    }

    Result<Report> bring(const fs::path& table, bool preview = false) {
        RunOptions options{.preview = preview, .as_of = june(15), .refused_directory = folder().path()};
        auto beside = table;
        if (fs::exists(beside.replace_extension(".toml")))
            options.mapping = beside;
        std::ifstream answers(beside.replace_extension(".answers"));
        for (std::string line; std::getline(answers, line);)
            options.answers.push_back({.file = "",
                                       .column = line.substr(0, line.find('\t')),
                                       .value = line.substr(line.find('\t') + 1)});
        return run_files(office.context, office.org, {table}, options);
    }

    // In the order of their bytes, which both databases agree on.
    std::string all_rows() {
        std::string text;
        for (const auto& [title, sql] : queries) {
            auto lines = rows(sql);
            std::ranges::sort(lines);
            for (const auto& line : lines)
                text += fmt::format("{}: {}\n", title, line);
        }
        return text;
    }

    std::string outcome_of(const fs::path& table) {
        const auto preview = bring(table, true);
        const auto report = bring(table);
        if (!report)
            return "error\n";
        EXPECT_EQ(preview->kinds, report->kinds) << "what the preview said";
        if (!report->questions.empty())
            return fmt::format("questions: {}\n", report->questions.size());
        std::string text;
        for (const auto& [file, why] : report->not_needed)
            text += fmt::format("not needed: {}\n", why);
        for_each_member(report->kinds, [&](std::string_view kind, const std::optional<Counts>& counts) {
            if (counts)
                text += fmt::format("{}: {} created, {} changed, {} unchanged, {} refused\n", kind,
                                    counts->created, counts->changed, counts->unchanged, counts->refused);
        });
        return text + all_rows();
    }

    // A file without rows has nothing that could be.
    bool can_be_undone(ImportId import) {
        return database().read([&](db::Transaction& tx) {
            return tx.value<std::int64_t>(
                       "select count(*) from import_journal where org_id = $1 and import_id = $2", office.org,
                       import) > 0;
        });
    }

    void check_repeated_and_undone(const fs::path& table) {
        const auto before = all_rows();
        const auto again = bring(table).value();
        for_each_member(again.kinds, [&](std::string_view kind, const std::optional<Counts>& counts) {
            EXPECT_EQ(counts ? counts->created : 0, 0) << kind;
        });
        EXPECT_EQ(all_rows(), before) << "the same file again";
        for (const auto import : all_imports())
            if (can_be_undone(import))
                undo(import);
        EXPECT_EQ(all_rows(), "") << "undone";
    }
};
INSTANTIATE_BOTH_DATABASES(FixturesInDatabase);

TEST_P(FixturesInDatabase, LeaveExactlyTheirRows) {
    std::vector<fs::path> tables;
    for (const auto& entry : fs::directory_iterator(fixtures))
        if (entry.path().extension() == ".csv")
            tables.push_back(entry.path());
    std::ranges::sort(tables);
    EXPECT_GE(tables.size(), 60U);
    for (const auto& table : tables) {
        SCOPED_TRACE(table.filename().string());
        begin_empty();
        const auto outcome = outcome_of(table);
        auto expected = table;
        expected.replace_extension(".rows");
        if (std::getenv("BUCKSTOP_WRITE_EXPECTED") != nullptr)
            std::ofstream(expected, std::ios::binary) << outcome;
        EXPECT_EQ(outcome, content(expected));
        if (!outcome.starts_with("error") && !outcome.starts_with("questions") &&
            !outcome.starts_with("not needed"))
            check_repeated_and_undone(table);
    }
}

} // namespace
} // namespace buckstop::imports
