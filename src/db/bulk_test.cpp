// Many rows at once.
#include "db/test_tables.hpp"

namespace buckstop::db {
namespace {

using ::testing::ElementsAre;

constexpr std::array<std::string_view, 5> columns{"id", "text", "real", "day", "flag"};

class BulkTest : public TablesTest {
  protected:
    [[nodiscard]] std::int64_t rows() {
        return database().read(
            [](Transaction& tx) { return tx.value<std::int64_t>("select count(*) from note"); });
    }
};
INSTANTIATE_BOTH_DATABASES(BulkTest);

struct Note {
    std::int64_t id = 0;
    std::optional<std::string> text{};
    std::optional<double> real{};
    std::optional<Date> day{};
    std::optional<bool> flag{};
    bool operator==(const Note&) const = default;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, text, real, day, flag))

// Every kind of text that an escape could break, and every kind of value.
Note note(std::int64_t id) {
    static const std::vector<std::string> texts{"plain",
                                                "",
                                                "quote ' and \"",
                                                "tab\t",
                                                "\nline\r\n",
                                                "back\\slash",
                                                "\\N",
                                                "\\.",
                                                "\\t\\n",
                                                "a,b;c|d",
                                                "Ünïcödé 漢字 🦦",
                                                "\x01\x7f",
                                                std::string(5000, '\\'),
                                                " spaces "};
    const auto at = static_cast<std::size_t>(id);
    Note result{.id = id};
    if (at % 7 != 0)
        result.text = texts[at % texts.size()];
    if (at % 5 != 0)
        result.real = static_cast<double>(id) / 7;
    if (at % 3 != 0)
        result.day = add_days(Date{std::chrono::year{2020}, std::chrono::January, std::chrono::day{1}},
                              int(at % 3000));
    if (at % 2 != 0)
        result.flag = at % 4 == 1;
    return result;
}

void add_to(BulkInsert& bulk, const Note& n) {
    bulk.add(std::array<Param, 5>{to_param(n.id), to_param(n.text), to_param(n.real), to_param(n.day),
                                  to_param(n.flag)});
}

TEST_P(BulkTest, HundredThousandRowsArriveAsTheyWere) {
    constexpr std::int64_t many = 100'000;
    database().write([](Transaction& tx) {
        const auto bulk = tx.bulk_insert("note", columns);
        for (std::int64_t id = 0; id < many; ++id)
            add_to(*bulk, note(id));
        bulk->finish();
    });
    std::int64_t id = 0;
    std::int64_t wrong = 0;
    database().read([&](Transaction& tx) {
        tx.each<Note>("select * from note order by id",
                      [&](const Note& found) { wrong += found != note(id++); });
    });
    EXPECT_EQ(id, many);
    EXPECT_EQ(wrong, 0);
}

TEST_P(BulkTest, FixedColumnsHoldTheSameInEveryRow) {
    const auto insert = [](Transaction& tx, std::int64_t first, std::int64_t last, const Note& same) {
        const auto bulk = [&] { // the fixed values go before the first row comes
            const std::array<FixedColumn, 3> fixed{
                {{"text", to_param(same.text)}, {"real", to_param(same.real)}, {"day", to_param(same.day)}}};
            return tx.bulk_insert("note", std::array<std::string_view, 2>{"flag", "id"}, fixed);
        }();
        for (auto id = first; id <= last; ++id)
            bulk->add(std::array<Param, 2>{to_param(same.flag), to_param(id)});
        bulk->finish();
    };
    for (const std::int64_t like : {1, 2, 3, 5, 7, 11, 105}) // 105 has no value anywhere
        database().write([&](Transaction& tx) { insert(tx, like * 1000, like * 1000 + 9, note(like)); });
    std::int64_t wrong = 0;
    database().read([&](Transaction& tx) {
        tx.each<Note>("select * from note", [&](const Note& found) {
            auto expected = note(found.id / 1000);
            expected.id = found.id;
            wrong += found != expected;
        });
    });
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(rows(), 70);
}

TEST_P(BulkTest, DroppedUnfinishedFailsTheTransaction) {
    for (const int many : {0, 1, 20'000}) { // of which the last has sent some
        const auto dropping = [&](Transaction& tx) {
            add(tx, 1);
            const auto bulk = tx.bulk_insert("note", columns);
            for (int id = 0; id < many; ++id)
                add_to(*bulk, note(id));
        };
        EXPECT_THROW(database().write(dropping), Failure) << many;
    }
    EXPECT_EQ(rows(), 0);
    EXPECT_EQ(count(), 0);
    database().write([](Transaction& tx) { add(tx, 1); });
}

TEST_P(BulkTest, GoesWithARollback) {
    (void)database().write([](Transaction& tx) -> Result<> {
        const auto bulk = tx.bulk_insert("note", columns);
        add_to(*bulk, note(1));
        bulk->finish();
        return fail(ErrorCode::cancelled, "no");
    });
    EXPECT_EQ(rows(), 0);
}

TEST_P(BulkTest, OtherStatementsAndOtherBulksMayRunInBetween) {
    database().write([](Transaction& tx) {
        tx.execute("create table second (id bigint primary key, text text)");
        const auto notes = tx.bulk_insert("note", columns);
        const auto seconds = tx.bulk_insert("second", std::array<std::string_view, 2>{"id", "text"});
        for (int id = 0; id < 20'000; ++id) {
            add_to(*notes, note(id));
            seconds->add(
                std::array<Param, 2>{std::int64_t{id}, std::string_view("0123456789012345678901234567")});
            if (id % 1000 == 0)
                add(tx, 1);
        }
        notes->finish();
        EXPECT_EQ(tx.value<int>("select count(*) from note"), 20'000);
        seconds->finish();
        EXPECT_EQ(tx.value<int>("select count(*) from second"), 20'000);
    });
    EXPECT_EQ(count(), 20);
}

TEST_P(BulkTest, WrongRowsFail) {
    const auto two_alike = [](Transaction& tx) {
        const auto bulk = tx.bulk_insert("note", columns);
        add_to(*bulk, note(1));
        add_to(*bulk, note(1));
        bulk->finish();
    };
    EXPECT_THROW(database().write(two_alike), Failure);
    const auto too_short = [](Transaction& tx) {
        const auto bulk = tx.bulk_insert("note", columns);
        bulk->add(std::array<Param, 1>{std::int64_t{1}});
        bulk->finish();
    };
    EXPECT_THROW(database().write(too_short), Failure);
    const auto nowhere = [](Transaction& tx) {
        const auto bulk = tx.bulk_insert("nowhere", columns);
        add_to(*bulk, note(1));
        bulk->finish();
    };
    EXPECT_THROW(database().write(nowhere), Failure);
    EXPECT_EQ(rows(), 0);
}

TEST_P(BulkTest, TablesAndColumnsMayBeKeywords) {
    database().write([](Transaction& tx) {
        tx.execute("create table \"order\" (\"group\" text)");
        const auto bulk = tx.bulk_insert("order", std::array<std::string_view, 1>{"group"});
        bulk->add(std::array<Param, 1>{std::string_view("x")});
        bulk->finish();
        EXPECT_THAT(tx.query<std::string>("select \"group\" from \"order\""), ElementsAre("x"));
    });
}

} // namespace
} // namespace buckstop::db
