// What holds on both databases, whatever is stored.
#include "db/db.hpp"

#include "support/databases.hpp"

#include <atomic>
#include <gmock/gmock.h>
#include <thread>

namespace buckstop::db {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

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
    bool operator==(const Sample&) const = default;
};
BOOST_DESCRIBE_STRUCT(Sample, (),
                      (id, flag, number, real, text, colour, day, moment, maybe_text, maybe_flag, maybe_day))

class DatabaseTest : public test::BothDatabases {
  protected:
    DatabaseTest() : BothDatabases(test::Schema::none) {
        database().write([](Transaction& tx) {
            tx.execute("create table sample (id bigint primary key, flag boolean not null, number bigint not null, "
                       "real double precision not null, text text not null, colour text not null, day date not null, "
                       "moment bigint not null, maybe_text text, maybe_flag boolean, maybe_day date)");
            tx.execute("create table counter (id bigint primary key, n bigint not null)");
            tx.execute("insert into counter (id, n) values (1, 0), (2, 0)");
        });
    }

    void insert(const Sample& s) {
        database().write([&](Transaction& tx) {
            tx.execute("insert into sample (id, flag, number, real, text, colour, day, moment, maybe_text, "
                       "maybe_flag, maybe_day) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                       s.id, s.flag, s.number, s.real, s.text, s.colour, s.day, s.moment, s.maybe_text, s.maybe_flag,
                       s.maybe_day);
        });
    }
    std::int64_t count(int id = 1) {
        return database().read(
            [&](Transaction& tx) { return tx.value<std::int64_t>("select n from counter where id = $1", id); });
    }
};
INSTANTIATE_BOTH_DATABASES(DatabaseTest);

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
            .maybe_day = 1999y / December / 31};
}

TEST_P(DatabaseTest, ValuesComeBackAsTheyWere) {
    std::vector<Sample> samples(6, plain_sample());
    samples[1].maybe_text = samples[2].maybe_text = std::nullopt;
    samples[1].maybe_flag = std::nullopt;
    samples[1].maybe_day = std::nullopt;
    samples[2].number = std::numeric_limits<std::int64_t>::max();
    samples[2].real = std::numeric_limits<double>::max();
    samples[3].number = std::numeric_limits<std::int64_t>::min();
    samples[3].real = -std::numeric_limits<double>::denorm_min();
    samples[3].flag = false;
    samples[4].text = "";
    samples[4].maybe_text = "";
    samples[5].text = "Ünïcödé 漢字 🦦\u0301 \u202e ' \" \\ \t \n $1 ; -- \x01";
    samples[5].day = Date{std::chrono::year{1}, std::chrono::January, std::chrono::day{1}};
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i].id = Id<struct Thing>(std::int64_t{1} << (10 * i));
        insert(samples[i]);
    }
    const auto found =
        database().read([](Transaction& tx) { return tx.query<Sample>("select * from sample order by id"); });
    EXPECT_EQ(found, samples);
}

TEST_P(DatabaseTest, ParametersGoByTheirNumberInAnyOrderAndMoreThanOnce) {
    insert(plain_sample());
    database().read([](Transaction& tx) {
        struct Three;
        EXPECT_EQ(tx.value<std::string>("select $3 || $1 || $2 || $3 || $1", "a", "b", "c"), "cabca");
        EXPECT_EQ(tx.value<std::string>("select text from sample where flag = $2 and id = $1", 1, true), "text");
        EXPECT_EQ(tx.value<std::string>("select $11 || $10 || $9 || $8 || $7 || $6 || $5 || $4 || $3 || $2 || $1", "1",
                                        "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
                  "1110987654321");
    });
}

TEST_P(DatabaseTest, ManyThreadsLoseNoIncrement) {
    constexpr int threads = 8;
    constexpr int each = 25;
    const auto pool = test_database().open(threads);
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i)
        workers.emplace_back([&] {
            for (int j = 0; j < each; ++j)
                pool->write([](Transaction& tx) {
                    const auto n = tx.value<std::int64_t>("select n from counter where id = 1");
                    tx.execute("update counter set n = $1 where id = 1", n + 1);
                });
        });
    workers.clear();
    EXPECT_EQ(count(), threads * each);
}

} // namespace
} // namespace buckstop::db
