#include "db/page.hpp"

#include "db/lists.hpp"
#include "db/test_tables.hpp"

namespace buckstop::db {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

struct Note {
    std::int64_t id = 0;
    Date day;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, day, text))

class PageTest : public TablesTest {
  protected:
    static constexpr Date first_day{std::chrono::year{2026}, std::chrono::January, std::chrono::day{1}};

    PageTest() {
        database().write([](Transaction& tx) {
            for (int id = 1; id <= 25; ++id) // several on one day
                tx.execute("insert into note (id, day, text) values ($1, $2, $3)", id,
                           add_days(first_day, id / 4), "note \"" + std::to_string(id % 3) + "\", {ä}\\");
        });
    }
    struct Page {
        std::vector<Note> notes;
        std::optional<std::string> next;
    };
    Result<Page> page(const std::optional<std::string>& cursor, std::size_t limit) {
        const auto after = read_cursor(cursor, std::tuple{add_days(first_day, 999), std::int64_t{0}});
        if (!after)
            return fail(after.error());
        Page result;
        result.notes = database().read([&](Transaction& tx) {
            return tx.query<Note>("select id, day, text from note where (day, id) < ($1, $2) "
                                  "order by day desc, id desc limit $3",
                                  std::get<0>(*after), std::get<1>(*after), limit + 1);
        });
        result.next = cut_page(result.notes, limit, [](const Note& note) {
            return std::tuple{note.day, note.id};
        });
        return result;
    }
};
INSTANTIATE_BOTH_DATABASES(PageTest);

TEST_P(PageTest, PagesTogetherAreTheWholeList) {
    for (const std::size_t limit : {1U, 4U, 7U, 25U, 100U}) {
        std::vector<std::int64_t> seen;
        std::optional<std::string> cursor;
        do {
            const auto found = page(cursor, limit);
            ASSERT_TRUE(found);
            EXPECT_LE(found->notes.size(), limit);
            for (const auto& note : found->notes)
                seen.push_back(note.id);
            cursor = found->next;
        } while (cursor);
        ASSERT_THAT(seen, SizeIs(25));
        EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater{}));
    }
}

TEST_P(PageTest, RefusesWhatIsNoCursorOfTheList) {
    const Param day = std::string_view("2026-01-01");
    const Param one = std::int64_t{1};
    const Param text = std::string_view("x");
    using Key = std::vector<Param>;
    const std::vector<std::string> forged{"",
                                          "x",
                                          "%%%",
                                          std::string(5000, 'A'),
                                          encode_cursor({}),
                                          encode_cursor(Key{day}),
                                          encode_cursor(Key{day, one, one}),
                                          encode_cursor(Key{day, text}),
                                          encode_cursor(Key{text, one})};
    for (const auto& cursor : forged) {
        const auto found = page(cursor, 5);
        ASSERT_FALSE(found) << cursor;
        EXPECT_EQ(found.error().code, ErrorCode::invalid);
        EXPECT_EQ(found.error().fields.at(0).field, "cursor");
    }
}

TEST_P(PageTest, CursorsKeepEveryValue) {
    const std::tuple key{std::numeric_limits<std::int64_t>::min(),
                         0.1,
                         std::string("ä\"\\ \n🦦"),
                         true,
                         first_day,
                         Id<struct Thing>(7),
                         Instant{std::chrono::microseconds{-5}}};
    const auto cursor = std::apply(
        [](const auto&... parts) { return encode_cursor(std::vector<Param>{to_param(parts)...}); }, key);
    EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    const auto read = read_cursor(cursor, decltype(key){});
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, key);
    EXPECT_THROW((void)encode_cursor(std::vector<Param>{{}}), std::logic_error);
}

TEST_P(PageTest, ListsAreOneParameter) {
    database().read([](Transaction& tx) {
        const auto ids = [&](std::string_view sql, const auto& list) {
            return tx.query<std::int64_t>(in_lists(sql), list_of(tx, list), 5);
        };
        constexpr auto in = "select id from note where id in ($1*) and id <> $2 order by id";
        EXPECT_THAT(ids(in, std::vector<std::int64_t>{3, 5, 20, 99}), ElementsAre(3, 20));
        EXPECT_THAT(ids(in, std::vector<Id<struct Thing>>{}), ElementsAre());
        EXPECT_THAT(ids("select id from note where id not in ($1*) and id < $2 order by id",
                        std::array<int, 2>{1, 3}),
                    ElementsAre(2, 4));
        EXPECT_THAT(ids("select id from note where text in ($1*) and id <= $2 order by id",
                        std::vector<std::string>{"note \"1\", {ä}\\", "note \"0\", {ä}\\", "x"}),
                    ElementsAre(1, 3, 4));
        EXPECT_THAT(
            ids("select id from note where day in ($1*) and id > $2 order by id", std::array{first_day}),
            ElementsAre());
        EXPECT_THAT(ids("select count(*) from note where id in ($1*) and id <> $2", std::array{1, 2, 3}),
                    ElementsAre(3));
    });
}

TEST(InLists, MakesBothTexts) {
    const auto plain = in_lists("select count(*) from a where id in ($12)");
    EXPECT_EQ(plain.sqlite, "select count(*) from a where id in ($12)");
    EXPECT_EQ(plain.postgres, plain.sqlite);
    const auto two = in_lists("select count(*) from a where x in ($1*) and (y not in ($2*) or z in ($3))");
    EXPECT_EQ(two.sqlite,
              "select count(*) from a where x in (select value from json_each($1)) and (y not in (select "
              "value from json_each($2)) or z in ($3))");
    EXPECT_EQ(two.postgres, "select count(*) from a where x = any($1) and (y <> all($2) or z in ($3))");
}

} // namespace
} // namespace buckstop::db
