// Random people do random things; after each, what everybody can see is compared with what an independent
// statement of the rules says. Every word that is ever written is one of a kind, so that it is known wherever
// it turns up.
#include "features/debriefs/debriefs.hpp"
#include "features/test_office.hpp"

#include <gmock/gmock.h>
#include <set>

namespace buckstop::debriefs {
namespace {

using test::Office;

// ---- The statement
// ------------------------------------------------------------------------------------------ Written from the
// law ("a draft is its author's", "read only if the author chose that audience"), in terms of names, without
// a look at the program's policy, relations or SQL.

struct Society {
    std::map<std::string, std::string> manager{
        {"max", "vera"}, {"mia", "vera"}, {"ana", "max"}, {"ben", "max"}, {"cleo", "mia"}};
    std::map<std::string, std::string> team{{"max", "north"}, {"ana", "north"},  {"ben", "north"},
                                            {"mia", "south"}, {"cleo", "south"}, {"olga", "north"}};

    [[nodiscard]] std::string manager_of(const std::string& name) const {
        const auto found = manager.find(name);
        return found == manager.end() ? "" : found->second;
    }
    [[nodiscard]] bool above(const std::string& upper, std::string lower) const {
        while (!(lower = manager_of(lower)).empty())
            if (lower == upper)
                return true;
        return false;
    }
    [[nodiscard]] bool mates(const std::string& a, const std::string& b) const {
        return team.contains(a) && team.contains(b) && team.at(a) == team.at(b);
    }
};

struct Written {
    std::string author, coach;
    bool shared = false;
    std::string audience = "coach";
    std::string part, lesson, act; // the words that stand there now; empty: none
};

bool reached(const Society& society, const Written& it, const std::string& reader) {
    return it.audience == "organisation" || (it.audience == "team" && society.mates(reader, it.author));
}

// Who may see the author's part, the lesson, and the act.
bool sees_part(const Society& society, const Written& it, const std::string& reader) {
    if (reader == it.author)
        return true;
    if (!it.shared)
        return false;
    return reader == it.coach || (society.above(reader, it.author) && reached(society, it, reader));
}
bool sees_lesson(const Society& society, const Written& it, const std::string& reader) {
    if (reader == it.author)
        return true;
    if (!it.shared)
        return false;
    const bool only_observes = reader == "olga";
    if (only_observes)
        return it.audience == "organisation";
    return reader == it.coach || reached(society, it, reader);
}
bool sees_act(const Society& society, const Written& it, const std::string& reader) {
    if (reader == it.author)
        return true;
    return it.shared && (reader == it.coach || society.above(reader, it.author));
}

// ---- The play
// -----------------------------------------------------------------------------------------------

class Play {
  public:
    Play(db::Database& database, unsigned seed) : database_(database), office_(database), random_(seed) {}

    void act() {
        switch (below(9)) {
        case 0:
            return begin();
        case 1:
        case 2:
            return save();
        case 3:
            return share();
        case 4:
            return change_audience();
        case 5:
            return discard();
        case 6:
            return look();
        case 7:
            return move_somebody();
        case 8:
            return skip_or_not();
        }
    }

    // Everything that anybody sees, against the statement.
    void check() {
        for (const auto& [name, person] : office_.people()) {
            const auto text = everything(person);
            for (const auto& [word, place] : words_) {
                const auto& [debrief, kind] = place;
                const Written& it = written_.at(debrief);
                const std::string& now = kind == 'p' ? it.part : kind == 'l' ? it.lesson : it.act;
                const bool stands = now == word;
                const bool expected = stands && (kind == 'p'   ? sees_part(society_, it, name)
                                                 : kind == 'l' ? sees_lesson(society_, it, name)
                                                               : sees_act(society_, it, name));
                EXPECT_EQ(text.find(word) != std::string::npos, expected)
                    << name << (expected ? " doesn't see " : " sees ") << word << " of " << it.author
                    << (it.shared ? ", shared with " + it.audience : ", a draft") << "\n"
                    << trace_;
            }
        }
    }

  private:
    const Context& context() { return office_.context; }
    std::size_t below(std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
    }
    std::string somebody() {
        static const std::string names[] = {"ana",  "ben", "cleo", "max", "mia",
                                            "vera", "ada", "otto", "olga"};
        return names[below(std::size(names))];
    }
    std::string a_seller() {
        static const std::string names[] = {"ana", "ben", "cleo", "max"};
        return names[below(std::size(names))];
    }
    std::optional<DebriefId> a_debrief() {
        if (written_.empty())
            return std::nullopt;
        auto at = written_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(below(written_.size())));
        return at->first;
    }
    void note(const std::string& line) { trace_ += line + "\n"; }

    void begin() {
        const auto name = a_seller();
        const auto failure = database_.write([&](db::Transaction& tx) {
            const auto deal = office_.add_deal(tx, {.owner = office_.id(name)});
            return failures::open(tx, office_.org, office_.now, failures::Kind::lost_deal, deal,
                                  office_.id(name), Office::lost_on);
        });
        note(name + " begins");
        const auto begun = start(context(), office_[name], failure).value();
        written_[begun.id] = {.author = name, .coach = society_.manager_of(name)};
        failures_[begun.id] = failure;
    }

    void save() {
        const auto id = a_debrief();
        if (!id)
            return;
        const auto name = below(3) == 0 ? somebody() : written_[*id].author; // others try, too
        const auto number = std::to_string(words_.size() + 1000);
        const DraftText text{
            .my_part = "part" + number + "x", .lesson = "lesson" + number + "x", .act = "act" + number + "x"};
        Written& it = written_[*id];
        const auto revision = revisions_[*id];
        const auto saved = save_draft(context(), office_[name], *id, {text, revision});
        const bool taken = saved && std::holds_alternative<Saved>(*saved);
        note(name + " saves " + number + (taken ? "" : " in vain"));
        EXPECT_EQ(taken, name == it.author && !it.shared) << trace_;
        for (const auto& word : {std::pair{*text.my_part, 'p'}, {*text.lesson, 'l'}, {*text.act, 'a'}})
            words_[word.first] = {*id, word.second};
        if (!taken)
            return;
        it.part = *text.my_part;
        it.lesson = *text.lesson;
        it.act = *text.act;
        revisions_[*id] = revision + 1;
    }

    void share() {
        const auto id = a_debrief();
        if (!id)
            return;
        Written& it = written_[*id];
        const auto name = below(4) == 0 ? somebody() : it.author;
        const auto shared = debriefs::share(context(), office_[name], *id, {.revision = revisions_[*id]});
        note(name + " shares " + it.part + (shared ? "" : " in vain"));
        EXPECT_EQ(shared.has_value(), name == it.author && !it.shared && !it.part.empty()) << trace_;
        if (!shared)
            return;
        it.shared = true;
        if (it.coach.empty())
            it.coach = society_.manager_of(it.author);
    }

    void change_audience() {
        const auto id = a_debrief();
        if (!id)
            return;
        Written& it = written_[*id];
        const auto name = below(4) == 0 ? somebody() : it.author;
        const auto names = enum_names<Audience>();
        const auto wanted = names[below(names.size())];
        const auto version = it.shared ? read(context(), office_[it.author], *id)->version : 1;
        const auto changed =
            edit(context(), office_[name], *id, version, {.audience = enum_from_name<Audience>(wanted)});
        note(name + " lets " + it.part + " go to " + std::string(wanted) + (changed ? "" : " in vain"));
        EXPECT_EQ(changed.has_value(), name == it.author && it.shared) << trace_;
        if (changed)
            it.audience = wanted;
    }

    void discard() {
        const auto id = a_debrief();
        if (!id || below(2) == 0)
            return;
        Written& it = written_[*id];
        const auto name = below(2) == 0 ? somebody() : it.author;
        const auto discarded = discard_draft(context(), office_[name], *id);
        note(name + " throws " + it.part + " away" + (discarded ? "" : " in vain"));
        EXPECT_EQ(discarded.has_value(), name == it.author && !it.shared) << trace_;
        if (!discarded)
            return;
        it.part = it.lesson = it.act = "";
        revisions_[*id] = 0;
    }

    void look() {
        const auto id = a_debrief();
        if (!id)
            return;
        const auto name = somebody();
        EXPECT_EQ(read(context(), office_[name], *id).has_value(), sees_part(society_, written_[*id], name))
            << name << "\n"
            << trace_;
    }

    void skip_or_not() {
        const auto id = a_debrief();
        if (!id)
            return;
        const auto name = somebody();
        const auto done = below(2) == 0 ? failures::skip(context(), office_[name], failures_[*id], "because")
                                        : failures::unskip(context(), office_[name], failures_[*id]);
        EXPECT_TRUE(!done || name == written_[*id].author) << trace_;
    }

    // People change teams and managers while things are written and shared.
    void move_somebody() {
        const std::string name = below(2) == 0 ? "ana" : "ben";
        if (below(2) == 0) {
            const std::string to = below(2) == 0 ? "north" : "south";
            society_.team[name] = to;
            set(name, "team_id", (to == "north" ? office_.north : office_.south).value());
            note(name + " goes to " + to);
        } else {
            const std::string to = below(3) == 0 ? "" : below(2) == 0 ? "max" : "mia";
            society_.manager[name] = to;
            set(name, "manager_id", to.empty() ? std::nullopt : std::optional(office_.id(to).value()));
            note(name + " reports to " + to);
        }
    }
    void set(const std::string& name, const std::string& column, std::optional<std::int64_t> value) {
        database_.write([&](db::Transaction& tx) {
            tx.execute("update person set " + column + " = $3 where org_id = $1 and id = $2", office_.org,
                       office_.id(name), value);
        });
    }

    std::string everything(const access::Principal& who) {
        std::string all;
        const auto add = [&](const auto& result) {
            if (result)
                all += json::to_text(*result);
        };
        for (const auto& [id, it] : written_)
            add(read(context(), who, id));
        add(list(context(), who, {.limit = 200}));
        add(failures::list(context(), who, {.limit = 200}));
        add(commitments::list(context(), who, {.limit = 200}));
        add(lessons::search(context(), who, {.limit = 200}));
        return all;
    }

    db::Database& database_;
    Office office_;
    Society society_;
    std::mt19937 random_;
    std::map<DebriefId, Written> written_;
    std::map<DebriefId, FailureId> failures_;
    std::map<DebriefId, std::int64_t> revisions_;
    std::map<std::string, std::pair<DebriefId, char>> words_; // every word ever written, and where
    std::string trace_;
};

class OracleTest : public test::BothDatabases {};
INSTANTIATE_BOTH_DATABASES(OracleTest);

TEST_P(OracleTest, EverybodySeesWhatTheyMayAndNothingElse) {
    const unsigned plays = GetParam() == db::Dialect::sqlite ? 25 : 6;
    for (unsigned seed = 1; seed <= plays && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Play play(database(), seed);
        for (int round = 0; round < 8; ++round) {
            for (int step = 0; step < 6; ++step)
                play.act();
            play.check();
        }
    }
}

} // namespace
} // namespace buckstop::debriefs
