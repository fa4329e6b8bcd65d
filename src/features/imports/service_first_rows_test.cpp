// The first rows of an uploaded file by a mapping that isn't saved: who may see them, that nothing is
// written, and that the import then brings what was shown.
#include "features/imports/apply_scene_test.hpp"
#include "features/imports/service.hpp"

#include <gmock/gmock.h>

namespace buckstop::imports {
namespace {

using testing::IsEmpty;
using testing::IsSupersetOf;

const std::filesystem::path fixtures = std::filesystem::path(BUCKSTOP_SOURCE_DIR) / "tests/data/imports";

class FirstRowsOfUploadsTest : public ApplyTest {
  protected:
    FirstRowsOfUploadsTest() { add_jobs(context); }

    // A file as it comes in by the page, looked at once.
    ImportId upload(const std::string& name, const std::string& table) {
        const auto id = announce(name, table);
        EXPECT_TRUE(receive(context, office["otto"], id, 0, 0, table));
        EXPECT_TRUE(start_preview(context, office["otto"], id));
        run_jobs();
        return id;
    }
    ImportId announce(const std::string& name, const std::string& table) {
        const NewImport wanted{.as_of = june(15),
                               .files = {{.name = name, .bytes = static_cast<std::int64_t>(table.size())}}};
        return create_import(context, office["otto"], wanted).value().id;
    }
    Import import_of(ImportId id) { return get_import(context, office["otto"], id).value(); }

    Result<FirstRows> rows_as(const std::string& who, ImportId id, const MappingInput& input) {
        return first_rows(context, office[who], id, 0, input);
    }
    void bring_in(ImportId id, const MappingInput& input) {
        EXPECT_TRUE(set_mapping(context, office["otto"], id, 0, input));
        run_jobs();
        ASSERT_EQ(import_of(id).state, State::previewed);
        EXPECT_TRUE(start_run(context, office["otto"], id));
        run_jobs();
        ASSERT_EQ(import_of(id).state, State::done);
    }

    void run_jobs() { jobs_.run_due(database()); }

    // What stands in the database of imports and their files.
    std::vector<std::string> stored() {
        auto all = rows("select state, version, job_id from import where org_id = $1 order by id");
        for (const auto& line :
             rows("select plan, mapping, answers, rows_done from import_file where org_id = $1"
                  " order by import_id, position"))
            all.push_back(line);
        for (const auto& line : rows("select name from mapping where org_id = $1"))
            all.push_back(line);
        return all;
    }

  private:
    Config config_{.data_directory = folder().path().string()};
    work::Jobs jobs_;
    http::Events events_;

  protected:
    const Context context{
        .database = database(), .config = config_, .jobs = jobs_, .events = events_, .now = [this] {
            return office.now;
        }};
};
INSTANTIATE_BOTH_DATABASES(FirstRowsOfUploadsTest);

// As the page begins: each column as what it is read or suggested as.
MappingInput as_suggested(const FileOfImport& file) {
    MappingInput input{.kind = file.kind.value(), .source = "quay"};
    for (const auto& column : file.columns)
        if (column.field)
            input.columns.push_back(
                {.header = column.header, .field = *column.field, .format = column.format});
    return input;
}

MappingInput deals_input() {
    return {.source = "quay",
            .columns = {{.header = "Ref", .field = "key"},
                        {.header = "Title", .field = "name"},
                        {.header = "Phase", .field = "stage"},
                        {.header = "Worth", .field = "amount"}},
            .remember = true};
}
constexpr auto deals_table = "Ref,Title,Phase,Worth\n1,Quay one,Quoted,100\n2,Quay two,Won,250\n"
                             "3,Quay three,Lost,much\n";

std::string as_text(const ReadValue& value) {
    if (value.money)
        return std::to_string(value.money->minor) + "|" + value.money->currency;
    if (value.date)
        return to_text(*value.date);
    return value.text.value_or("");
}

// The shown rows, one line each, in these fields.
std::vector<std::string> lines(const FirstRows& rows, const std::vector<std::string>& fields) {
    std::vector<std::string> all;
    for (const auto& row : rows.shown) {
        if (row.refused)
            continue;
        std::string line;
        for (const auto& name : fields) {
            const auto at = std::ranges::find(rows.fields, name, &ReadField::field);
            const bool is_shown = at != rows.fields.end();
            const auto values = is_shown ? row.values.at(static_cast<std::size_t>(at - rows.fields.begin()))
                                         : std::vector<ReadValue>{};
            line += (&name == &fields.front() ? "" : "|") +
                    (values.empty() ? std::string() : as_text(values.front()));
        }
        all.push_back(line);
    }
    return all;
}

TEST_P(FirstRowsOfUploadsTest, AreWhatAnImportThenBrings) {
    for (const std::string name : {"salesforce_opportunity", "zoho_deals", "pipedrive_deals", "hubspot_deals",
                                   "semicolon_decimal_comma", "plain_deals", "bitrix24_deals"}) {
        SCOPED_TRACE(name);
        const auto id = upload(name + ".csv", content(fixtures / (name + ".csv")));
        auto input = as_suggested(import_of(id).files.at(0));
        input.source = name;
        const auto shown = rows_as("otto", id, input).value();
        ASSERT_THAT(shown.questions, IsEmpty());
        const auto expected = lines(shown, {"key", "name", "stage", "outcome", "closed_on",
                                            "expected_close_on", "created_on", "next_step", "stated_reason"});
        const auto amounts = lines(shown, {"key", "amount"});
        EXPECT_GE(expected.size(), 2U);
        bring_in(id, input);
        EXPECT_THAT(
            rows("select external_key, name, stage, outcome, closed_on, expected_close_on, created_on,"
                 " next_step, stated_reason from deal where org_id = $1"),
            IsSupersetOf(expected));
        auto brought = rows("select external_key, case when outcome = 'open' then amount_minor else"
                            " amount_at_close_minor end, currency from deal where org_id = $1");
        for (auto& line : brought) // without an amount its currency isn't told
            if (const auto bar = line.find("||"); bar != line.npos)
                line.resize(bar + 1);
        EXPECT_THAT(brought, IsSupersetOf(amounts));
    }
}

TEST_P(FirstRowsOfUploadsTest, AreWhatAnImportThenBringsOfPeopleAndTargets) {
    auto id = upload("people.csv", content(fixtures / "plain_people.csv"));
    auto input = as_suggested(import_of(id).files.at(0));
    auto shown = lines(rows_as("otto", id, input).value(), {"key", "name", "email", "title"});
    bring_in(id, input);
    EXPECT_THAT(rows("select external_key, name, email, title from person where org_id = $1"
                     " and external_key is not null"),
                IsSupersetOf(shown));
    id = upload("quotas.csv", content(fixtures / "plain_targets.csv"));
    input = as_suggested(import_of(id).files.at(0));
    shown = lines(rows_as("otto", id, input).value(), {"key", "period", "starts_on", "ends_on", "amount"});
    EXPECT_GE(shown.size(), 2U);
    bring_in(id, input);
    EXPECT_THAT(rows("select external_key, period, starts_on, ends_on, amount_minor, currency from target"
                     " where org_id = $1"),
                IsSupersetOf(shown));
}

TEST_P(FirstRowsOfUploadsTest, NothingOfTheMappingIsSaved) {
    const auto id = upload("harbours.csv", deals_table);
    const auto before = stored();
    const auto shown = rows_as("otto", id, deals_input()).value();
    EXPECT_EQ(shown.readable, 2);
    EXPECT_EQ(shown.refused, 1);
    EXPECT_EQ(stored(), before);
    EXPECT_EQ(import_of(id).state, State::question);
    EXPECT_EQ(count("deal"), 0);
}

TEST_P(FirstRowsOfUploadsTest, AnotherColumnGivesOtherRows) {
    const auto id = upload("harbours.csv", deals_table);
    auto input = deals_input();
    EXPECT_THAT(lines(*rows_as("otto", id, input), {"name"}), testing::ElementsAre("Quay one", "Quay two"));
    input.columns[1].field = "next_step";
    input.columns.pop_back();
    EXPECT_THAT(lines(*rows_as("otto", id, input), {"name", "next_step"}),
                testing::ElementsAre("|Quay one", "|Quay two", "|Quay three"));
}

TEST_P(FirstRowsOfUploadsTest, WhoMayNotMapMayNotLook) {
    const auto id = upload("harbours.csv", deals_table);
    for (const auto& [name, principal] : office.people()) {
        const auto mapped = set_mapping(context, principal, id, 9, deals_input());
        const auto looked = first_rows(context, principal, id, 9, deals_input());
        ASSERT_FALSE(mapped) << name;
        ASSERT_FALSE(looked) << name;
        EXPECT_EQ(looked.error().code, mapped.error().code) << name;
        EXPECT_EQ(looked.error().message, mapped.error().message) << name;
        EXPECT_EQ(rows_as(name, id, deals_input()).has_value(), name == "ada" || name == "otto") << name;
    }
}

TEST_P(FirstRowsOfUploadsTest, AnotherOrganisationsImportIsNotThere) {
    const auto id = upload("harbours.csv", deals_table);
    const test::Office other(database(), "Dock Ltd");
    EXPECT_EQ(first_rows(context, other["otto"], id, 0, deals_input()).error().code, ErrorCode::not_found);
}

TEST_P(FirstRowsOfUploadsTest, AWrongMappingIsRefusedByItsField) {
    const auto id = upload("harbours.csv", deals_table);
    auto input = deals_input();
    input.columns[3].header = "Value";
    const auto refused = rows_as("otto", id, input);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    EXPECT_EQ(refused.error().fields.at(0).field, "columns[3].header");
    input = deals_input();
    input.decimal = "x";
    EXPECT_EQ(rows_as("otto", id, input).error().fields.at(0).field, "decimal");
}

TEST_P(FirstRowsOfUploadsTest, WaitForTheFileAndEndWithIt) {
    const auto early = announce("harbours.csv", deals_table);
    EXPECT_EQ(rows_as("otto", early, deals_input()).error().code, ErrorCode::conflict);
    const auto id = upload("harbours.csv", deals_table);
    bring_in(id, deals_input());
    const auto late = rows_as("otto", id, deals_input());
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::conflict);
    EXPECT_THAT(late.error().message, testing::HasSubstr("isn't kept any more"));
}

TEST_P(FirstRowsOfUploadsTest, AFileWithoutAHeaderKeepsItsRowsWhateverTheyAre) {
    const auto id = upload("plain.csv", "1,Nils Dahl\n2,Rosa Klee\n");
    ASSERT_TRUE(answer(context, office["otto"], id, {{{.position = 0, .column = "", .value = "no_header"}}}));
    run_jobs();
    MappingInput input{
        .kind = Kind::person,
        .source = "quay",
        .columns = {{.header = "Column 1", .field = "key"}, {.header = "Column 2", .field = "name"}}};
    const auto shown = lines(rows_as("otto", id, input).value(), {"key", "name"});
    EXPECT_THAT(shown, testing::ElementsAre("1|Nils Dahl", "2|Rosa Klee"));
    bring_in(id, input);
    EXPECT_THAT(rows("select external_key, name from person where org_id = $1 and external_key is not null"),
                IsSupersetOf(shown));
}

} // namespace
} // namespace buckstop::imports
