// What goes in comes out, the same on both databases.
#include "db/test_tables.hpp"

#include <rapidcheck/gtest.h>

namespace buckstop::db {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

enum class Colour { red, dark_green };
BOOST_DESCRIBE_ENUM(Colour, red, dark_green)

struct Sample {
    Id<struct Thing> id;
    bool flag = false;
    std::int64_t number = 0;
    double real = 0;
    std::string text;
    Colour colour = Colour::red;
    Date day;
    Instant moment;
    std::optional<std::string> maybe_text;
    std::optional<bool> maybe_flag;
    std::optional<Date> maybe_day;
    std::optional<Instant> maybe_moment;
    bool operator==(const Sample&) const = default;
};
BOOST_DESCRIBE_STRUCT(Sample, (),
                      (id, flag, number, real, text, colour, day, moment, maybe_text, maybe_flag, maybe_day,
                       maybe_moment))

struct IdAndText {
    std::int64_t id = 0;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(IdAndText, (), (id, text))

constexpr auto odd_text = "Ünïcödé 漢字 🦦 e\u0301 \u202e ' \" \\ \\N \t \r \n $1 ; -- \x01";

class ValueTest : public TablesTest {
  protected:
    ValueTest() {
        database().write([](Transaction& tx) {
            tx.execute(
                "create table sample (id bigint primary key, flag boolean not null, number bigint not null, "
                "real double precision not null, text text not null, colour text not null, "
                "day date not null, moment bigint not null, maybe_text text, maybe_flag boolean, "
                "maybe_day date, maybe_moment bigint)");
        });
    }
    void insert(const Sample& s) {
        database().write([&](Transaction& tx) {
            tx.execute("insert into sample (id, flag, number, real, text, colour, day, moment, maybe_text, "
                       "maybe_flag, maybe_day, maybe_moment) "
                       "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                       s.id, s.flag, s.number, s.real, s.text, s.colour, s.day, s.moment, s.maybe_text,
                       s.maybe_flag, s.maybe_day, s.maybe_moment);
        });
    }
    std::vector<Sample> all() {
        return database().read(
            [](Transaction& tx) { return tx.query<Sample>("select * from sample order by id"); });
    }
    template <class T, class... Args>
    T value(const Sql& sql, const Args&... args) {
        return database().read([&](Transaction& tx) { return tx.value<T>(sql, args...); });
    }
};
INSTANTIATE_BOTH_DATABASES(ValueTest);

Sample plain_sample() {
    using namespace std::chrono;
    return {.id = Id<struct Thing>(1),
            .flag = true,
            .number = 5,
            .real = 0.1,
            .text = "text",
            .colour = Colour::dark_green,
            .day = 2024y / February / 29,
            .moment = Instant{1'700'000'000'123'456us},
            .maybe_text = "maybe",
            .maybe_flag = false,
            .maybe_day = 1999y / December / 31,
            .maybe_moment = Instant{-1us}};
}

TEST_P(ValueTest, ComesBackAsItWas) {
    std::vector<Sample> samples(6, plain_sample());
    samples[1].maybe_text = samples[2].maybe_text = std::nullopt;
    samples[1].maybe_flag = std::nullopt;
    samples[1].maybe_day = std::nullopt;
    samples[1].maybe_moment = std::nullopt;
    samples[2].number = std::numeric_limits<std::int64_t>::max();
    samples[2].real = std::numeric_limits<double>::max();
    samples[3].number = std::numeric_limits<std::int64_t>::min();
    samples[3].real = -std::numeric_limits<double>::denorm_min();
    samples[3].flag = false;
    samples[4].text = "";
    samples[4].maybe_text = "";
    samples[5].text = odd_text;
    samples[5].day = Date{std::chrono::year{1}, std::chrono::January, std::chrono::day{1}};
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i].id = Id<struct Thing>(std::int64_t{1} << (12 * i));
        insert(samples[i]);
    }
    EXPECT_EQ(all(), samples);
}

// Any number and any text without a zero byte, drawn at random.
TEST_P(ValueTest, ComesBackAsItWasWhateverItIs) {
    const auto round_trip = [&](std::int64_t id, std::int64_t number, double real,
                                const std::vector<char16_t>& drawn) {
        auto sample = plain_sample();
        sample.id = Id<struct Thing>(id);
        sample.number = number;
        sample.real = std::isfinite(real) ? real : 0;
        for (const auto unit : drawn) // a code point that isn't a surrogate, as two or three bytes
            if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff))
                for (const auto byte :
                     {0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)})
                    sample.text += static_cast<char>(byte);
            else if (unit > 0 && unit < 0x80)
                sample.text += static_cast<char>(unit);
        insert(sample);
        return all().back() == sample;
    };
    std::int64_t id = 0;
    EXPECT_TRUE(rc::check([&](std::int64_t number, double real, const std::vector<char16_t>& drawn) {
        RC_ASSERT(round_trip(++id, number, real, drawn));
    }));
}

TEST_P(ValueTest, ParametersGoByTheirNumberInAnyOrderAndMoreThanOnce) {
    insert(plain_sample());
    EXPECT_EQ(value<std::string>("select $3 || $1 || $2 || $3 || $1", "a", "b", "c"), "cabca");
    EXPECT_EQ(value<std::string>("select text from sample where flag = $2 and id = $1", 1, true), "text");
    EXPECT_EQ(value<std::string>("select $11 || $10 || $9 || $8 || $7 || $6 || $5 || $4 || $3 || $2 || $1",
                                 "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
              "1110987654321");
}

TEST_P(ValueTest, AsManyParametersAsTheSqlUses) {
    EXPECT_THROW(value<std::string>("select $1 || $2", "a"), Failure);
    EXPECT_THROW(value<std::string>("select $1 || 'b'", "a", "b"), Failure);
    EXPECT_THROW(value<std::string>("select $2 || 'b'", "a", "b"), Failure);
    EXPECT_THROW(value<std::string>("select ?", "a"), Failure);
}

TEST_P(ValueTest, NullIsNeitherEmptyNorZero) {
    database().write([](Transaction& tx) {
        tx.execute("insert into note (id, text, real) values ($1, $2, $3), (2, '', 0)", 1, std::nullopt,
                   std::monostate{});
        const auto texts = tx.query<std::optional<std::string>>("select text from note order by id");
        EXPECT_THAT(texts, ElementsAre(std::nullopt, ""));
        EXPECT_EQ(tx.value<int>("select count(*) from note where real is null"), 1);
        EXPECT_EQ(tx.value<std::optional<double>>("select real from note where id = 2"), 0.0);
        EXPECT_THROW(tx.query<std::string>("select text from note where id = 1"), std::logic_error);
    });
}

TEST_P(ValueTest, NumbersOfQueriesAreReadAlike) {
    database().write([](Transaction& tx) {
        tx.execute(
            "insert into note (id, real, flag) values (1, 1.5, true), (2, 2.5, false), (3, null, null)");
        EXPECT_EQ(tx.value<int>("select sum(id) from note"), 6);
        EXPECT_DOUBLE_EQ(tx.value<double>("select avg(real) from note"), 2.0);
        EXPECT_DOUBLE_EQ(tx.value<double>("select id from note where id = 3"), 3.0);
        EXPECT_EQ(tx.value<int>("select round(avg(id)) from note"), 2);
        EXPECT_EQ(tx.value<bool>("select exists (select 1 from note where id = $1)", 9), false);
        EXPECT_EQ(tx.value<int>("select count(*) from note where flag"), 1);
        EXPECT_EQ(tx.value<int>("select count(*) from note where flag = $1", false), 1);
        EXPECT_THROW(tx.value<int>("select real from note where id = 1"), std::logic_error);
        EXPECT_THROW(tx.value<int>("select '12 June'"), std::logic_error);
        EXPECT_THROW(tx.value<double>("select 'x'"), std::logic_error);
        EXPECT_THROW(tx.value<Date>("select '2024-02-30'"), std::logic_error);
        EXPECT_THROW(tx.value<Colour>("select 'blue'"), std::logic_error);
    });
}

TEST_P(ValueTest, RowsAndMembersMustAgree) {
    database().write([](Transaction& tx) {
        tx.execute("insert into note (id, text) values (7, 'seven')");
        const auto row = tx.find<IdAndText>("select text, id from note"); // by name, in any order
        ASSERT_TRUE(row);
        EXPECT_EQ(row->id, 7);
        EXPECT_EQ(row->text, "seven");
        EXPECT_FALSE(tx.find<IdAndText>("select id, text from note where id = 8"));
        EXPECT_THROW(tx.find<IdAndText>("select id from note"), std::logic_error);
        EXPECT_THROW(tx.find<IdAndText>("select id, text, flag from note"), std::logic_error);
        EXPECT_THROW(tx.value<int>("select id from note where id = 8"), std::logic_error);
    });
}

TEST_P(ValueTest, ExecuteCountsWhatItChanged) {
    database().write([](Transaction& tx) {
        EXPECT_EQ(tx.execute("insert into note (id) values (1), (2), (3)"), 3);
        EXPECT_EQ(tx.execute("update note set text = 'x' where id > 1"), 2);
        EXPECT_EQ(tx.execute("update note set text = 'x' where id > 10"), 0);
        EXPECT_EQ(tx.execute("insert into note (id) values (1), (4) on conflict (id) do nothing"), 1);
        EXPECT_EQ(tx.execute("create table other (id bigint)"), 0);
        EXPECT_EQ(tx.execute("select id from note"), 0);
        int seen = 0;
        const auto changed = tx.run("delete from note where id > $1 returning id",
                                    std::array<Param, 1>{std::int64_t{1}}, [&](const Row&) { ++seen; });
        EXPECT_EQ(changed, 3);
        EXPECT_EQ(seen, 3);
    });
}

TEST_P(ValueTest, FiltersMayBeLeftOut) {
    database().write([](Transaction& tx) {
        tx.execute("insert into note (id, text) values (1, 'a'), (2, 'b'), (3, null)");
        const auto ids = [&](const std::optional<std::int64_t>& id, const std::optional<std::string>& text) {
            return tx.query<std::int64_t>("select id from note where (cast($1 as bigint) is null or id = $1) "
                                          "and (cast($2 as text) is null or text = $2) order by id",
                                          id, text);
        };
        EXPECT_THAT(ids({}, {}), ElementsAre(1, 2, 3));
        EXPECT_THAT(ids(2, {}), ElementsAre(2));
        EXPECT_THAT(ids({}, "a"), ElementsAre(1));
        EXPECT_THAT(ids(2, "a"), ElementsAre());
        EXPECT_EQ(tx.value<std::int64_t>("select cast($1 as bigint) + 1", std::int64_t{1} << 40),
                  (std::int64_t{1} << 40) + 1);
        EXPECT_EQ(tx.execute("analyze note"), 0);
    });
}

TEST_P(ValueTest, LikeTellsCapitalsApart) {
    EXPECT_TRUE(value<bool>("select 'Deal' like 'D%'"));
    EXPECT_FALSE(value<bool>("select 'Deal' like 'd%'"));
}

// Values are people's words; what fails must not carry them into a log.
TEST_P(ValueTest, FailuresTellTheSqlButNoValue) {
    const auto message_of = [&](auto&& work) -> std::string {
        try {
            database().write(work);
        } catch (const Failure& failure) {
            return failure.what();
        }
        return "nothing failed";
    };
    const auto wrong =
        message_of([](Transaction& tx) { tx.execute("select * from nowhere\n  where id = $1", "secret"); });
    EXPECT_THAT(wrong, HasSubstr("select * from nowhere where id = $1"));
    EXPECT_THAT(wrong, HasSubstr("nowhere"));
    const auto twice = message_of([](Transaction& tx) {
        tx.execute("create table person (email text primary key)");
        tx.execute("insert into person (email) values ($1), ($1)", "secret@example.com");
    });
    EXPECT_THAT(twice, HasSubstr("person"));
    EXPECT_THAT(twice, Not(HasSubstr("secret")));
    const auto cast = message_of([](Transaction& tx) {
        tx.execute(Sql("select json_extract($1, '$')", "select cast($1 as bigint)"), "secret");
    });
    EXPECT_THAT(cast, HasSubstr("select"));
    EXPECT_THAT(cast, Not(HasSubstr("secret")));
    const auto zero = message_of([](Transaction& tx) {
        tx.execute("insert into note (id, text) values (1, $1)", std::string_view("secret\0", 7));
    });
    EXPECT_THAT(zero, HasSubstr("zero byte"));
    EXPECT_THAT(zero, Not(HasSubstr("secret")));
    EXPECT_THAT(message_of([](Transaction& tx) {
                    tx.execute("insert into note (id, real) values (1, $1)",
                               std::numeric_limits<double>::quiet_NaN());
                }),
                HasSubstr("finite"));
}

TEST_P(ValueTest, OneStatementAtATime) {
    const auto run = [&](const char* sql) { database().write([&](Transaction& tx) { tx.execute(sql); }); };
    EXPECT_THROW(run("insert into note (id) values (1); insert into note (id) values (2)"), Failure);
    EXPECT_NO_THROW(run("insert into note (id) values (1); -- and nothing else\n"));
}

TEST_P(ValueTest, ManyQueriesOutlastTheStatementCache) {
    database().read([](Transaction& tx) {
        for (int round = 0; round < 2; ++round)
            for (int i = 0; i < 200; ++i)
                EXPECT_EQ(tx.value<int>("select " + std::to_string(i) + " + cast($1 as integer)", 1), i + 1);
    });
}

} // namespace
} // namespace buckstop::db
