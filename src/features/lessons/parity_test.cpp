// The same lessons on both databases, asked the same questions: the answers must be the same, in the same
// order.
#include "features/lessons/lessons.hpp"
#include "features/test_office.hpp"

#include <gmock/gmock.h>

namespace buckstop::lessons {
namespace {

const std::string vocabulary[] = {
    "price",   "prices",  "pricing", "quote",   "quoted",   "Négociation", "negotiate", "don't",
    "yard",    "the",     "of",      "steel",   "3.5",      "week",        "weeks",     "council",
    "vote",    "Norrvik", "harbour", "harbors", "champion", "spec",        "date",      "1,000",
    "foo_bar", "e-mail",  "naïve",   "Ⅻ",       "straße",   "日本語",      "who's",     "custom"};

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_);
    }
    std::string words(std::size_t most) {
        std::string text;
        for (std::size_t i = below(most) + 1; i > 0; --i)
            text += (text.empty()    ? ""
                     : below(8) == 0 ? ". "
                                     : " ") +
                    vocabulary[below(std::size(vocabulary))];
        return text;
    }
    // What a person might type: words, phrases, beginnings, punctuation.
    std::string question() {
        std::string text;
        for (std::size_t i = below(3) + 1; i > 0; --i) {
            const auto piece = words(i == 1 ? 1 : 2);
            switch (below(4)) {
            case 0:
                text += "\"" + words(3) + "\" ";
                break;
            case 1:
                text += piece.substr(0, 1 + below(piece.size())) + (i == 1 ? "" : " ");
                break;
            default:
                text += piece + (below(3) == 0 ? " -(" : " ");
            }
        }
        return text;
    }

  private:
    std::mt19937 engine_;
};

struct Side {
    explicit Side(db::Dialect dialect)
        : test_database(dialect), database(test_database.open()), office(*database) {}
    test::TestDatabase test_database;
    std::unique_ptr<db::Database> database;
    test::Office office;

    std::vector<std::string> ask(const LessonQuery& query) {
        std::vector<std::string> answers;
        std::optional<std::string> cursor;
        do {
            auto page_query = query;
            page_query.cursor = cursor;
            const auto page = search(office.context, office["ben"], page_query).value();
            for (const auto& item : page.items)
                answers.push_back(item.title + " | " + item.excerpt);
            cursor = page.next;
        } while (cursor);
        return answers;
    }
};

TEST(LessonParityTest, BothDatabasesFindTheSame) {
    constexpr unsigned seed = 20260615;
    Random random(seed);
    Side sqlite(db::Dialect::sqlite);
    Side postgres(db::Dialect::postgres);
    for (int i = 0; i < 150; ++i) {
        const std::string title = std::to_string(i) + " " + random.words(5);
        const std::string body = random.words(40);
        const auto author = random.below(2) == 0 ? "ana" : "cleo";
        const auto audience = random.below(4) == 0 ? Audience::team : Audience::organisation;
        for (auto* side : {&sqlite, &postgres}) {
            side->office.now += std::chrono::seconds(1);
            side->database->write([&](db::Transaction& tx) {
                return add(
                    tx, side->office.org, side->office.now,
                    {.author = side->office.id(author), .title = title, .body = body, .audience = audience});
            });
        }
    }
    int hits = 0;
    for (int i = 0; i < 250; ++i) {
        const LessonQuery query{.q = random.question(), .limit = static_cast<int>(random.below(20)) + 1};
        const auto one = sqlite.ask(query);
        const auto other = postgres.ask(query);
        EXPECT_EQ(one, other) << "asked: " << *query.q << " (seed " << seed << ")";
        hits += one.empty() ? 0 : 1;
    }
    EXPECT_GT(hits, 60) << "questions that find nothing prove little";
}

} // namespace
} // namespace buckstop::lessons
