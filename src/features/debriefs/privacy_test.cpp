// Attacks: everybody in the organisation, and everybody of another one, tries every way to what isn't theirs.
#include "features/audit/audit.hpp"
#include "features/debriefs/scene_test.hpp"

#include <gmock/gmock.h>

namespace buckstop::debriefs {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* secret = "xylophone"; // stands in the draft and nowhere else

class PrivacyTest : public SceneTest {
  protected:
    DebriefId secret_draft_of(const std::string& name) {
        const auto id = begin(name);
        auto text = words();
        for (auto* field : {&text.reason, &text.my_part, &text.outside, &text.needed, &text.lesson_title,
                            &text.lesson, &text.serves, &text.act})
            *field = secret;
        EXPECT_TRUE(save(name, id, text, 0));
        return id;
    }

    // Everything that a person can ask the API for, as one text.
    std::string everything_for(const access::Principal& who, const Context& of) {
        std::string all;
        const auto add = [&](const auto& result) {
            if (result)
                all += json::to_text(*result);
        };
        for (const auto state : {std::optional<State>(), {State::drafting}, {State::shared}})
            for (const bool flag : {false, true}) {
                add(list(of, who, {.mine = flag, .state = state}));
                add(list(of, who, {.waiting_for_me = flag, .state = state}));
            }
        for (const auto& state : enum_names<failures::State>())
            add(failures::list(of, who, {.state = enum_from_name<failures::State>(state)}));
        add(failures::list(of, who, {}));
        add(commitments::list(of, who, {}));
        for (const char* q : {"", secret, "xylo"})
            add(lessons::search(of, who, {.q = q}));
        add(crm::list_deals(of, who, {}));
        of.database.read([&](db::Transaction& tx) {
            all += json::to_text(crm::status(tx, who.org));
            all += json::to_text(drafts_of(tx, who, 50));
            all += json::to_text(waiting_for_coach(tx, who, 50));
            all += json::to_text(commitments::due_for(tx, of, who, 50));
            all += json::to_text(failures::waiting_for(tx, who.org, who.person, 50).items);
            all += json::to_text(identity::notices(tx, who.org, who.person));
        });
        return all;
    }
};
INSTANTIATE_BOTH_DATABASES(PrivacyTest);

TEST_P(PrivacyTest, ADraftIsItsAuthorsAloneWhoeverAsksAndHowever) {
    const auto id = secret_draft_of("ana");
    test::Office other(database(), "Elsewhere");
    const auto attack = [&](const std::string& name, const access::Principal& who, const Context& of) {
        const auto seen = read(of, who, id);
        ASSERT_FALSE(seen) << name;
        EXPECT_EQ(seen.error().code, ErrorCode::not_found) << name << ": not even that it exists";
        EXPECT_EQ(save_draft(of, who, id, input({.my_part = "mine"}, 1)).error().code, ErrorCode::not_found)
            << name;
        EXPECT_EQ(discard_draft(of, who, id).error().code, ErrorCode::not_found) << name;
        EXPECT_EQ(share(of, who, id, {.revision = 1}).error().code, ErrorCode::not_found) << name;
        EXPECT_EQ(edit(of, who, id, 1, {.audience = Audience::organisation}).error().code,
                  ErrorCode::not_found)
            << name;
        const auto all = everything_for(who, of);
        EXPECT_THAT(all, Not(HasSubstr(secret))) << name;
        EXPECT_THAT(all, Not(HasSubstr(id.text()))) << name << ": nor by its id";
        EXPECT_THAT(all, Not(HasSubstr("\"drafting\""))) << name << ": nor that somebody is writing";
        EXPECT_THAT(all, HasSubstr("\"debriefs\":0")) << name << ": nor in a count";
    };
    for (const auto& [name, person] : office.people())
        if (name != "ana")
            attack(name, person, context);
    for (const auto& [name, person] : other.people())
        attack("elsewhere: " + name, person, other.context);
    // The author's own words are still there, and hers.
    EXPECT_EQ(read(context, office["ana"], id)->draft->my_part, secret);
    EXPECT_THAT(everything_for(office["ana"], context), HasSubstr(id.text()));
}

TEST_P(PrivacyTest, SomebodyElsesKeyDoesNotHelp) {
    const auto id = secret_draft_of("ana");
    // Who could change the session could put ana's id beside another key, or ben's key: it opens nothing.
    auto forged = office["ana"];
    forged.draft_key = office["ben"].draft_key;
    EXPECT_THROW((void)read(context, forged, id), std::runtime_error);
    forged.draft_key_id = office["ben"].draft_key_id;
    EXPECT_TRUE(read(context, forged, id)->sealed);
    forged = office["ben"];
    forged.draft_key = office["ana"].draft_key;
    forged.draft_key_id = office["ana"].draft_key_id;
    EXPECT_EQ(read(context, forged, id).error().code, ErrorCode::not_found);
}

TEST_P(PrivacyTest, TheDatabaseHoldsNoWordOfADraft) {
    const auto id = secret_draft_of("ana");
    ASSERT_TRUE(read(context, office["ana"], id));
    database().read([&](db::Transaction& tx) {
        const auto stored = tx.query<std::string>("select sealed from draft where org_id = $1", office.org);
        ASSERT_EQ(stored.size(), 1U);
        EXPECT_THAT(stored[0], Not(HasSubstr(secret)));
        EXPECT_THAT(tx.query<DebriefId>(
                        "select id from debrief where org_id = $1 and (my_part is not null or reason is"
                        " not null or outside is not null or needed is not null or serves is not null)",
                        office.org),
                    IsEmpty());
        EXPECT_THAT(tx.query<std::int64_t>("select sequence from audit_entry where org_id = $1", office.org),
                    IsEmpty());
        EXPECT_THAT(tx.query<JobId>("select id from job where org_id = $1", office.org), IsEmpty());
    });
}

TEST_P(PrivacyTest, OutsideItsAudienceASharedDebriefIsNotThere) {
    struct Expectation {
        Audience audience;
        std::vector<std::string> readers; // beside the author
    };
    // North's coach is max; vera stands above him, in no team. Neither colleagues nor roles open a debrief.
    for (const auto& [audience, readers] :
         {Expectation{Audience::coach, {"max"}}, Expectation{Audience::team, {"max"}},
          Expectation{Audience::organisation, {"max", "vera"}}}) {
        const auto shared = shared_by("ana", audience);
        for (const auto& [name, person] : office.people()) {
            if (name == "ana")
                continue;
            const bool may = std::ranges::find(readers, name) != readers.end();
            const auto who = name + " " + std::string(enum_name(audience));
            const auto page = list(context, person, {});
            const bool listed = page && std::ranges::any_of(page->items, [&](const auto& item) {
                                    return item.id == shared.id;
                                });
            EXPECT_EQ(listed, may) << who;
            EXPECT_EQ(read(context, person, shared.id).has_value(), may) << who;
            EXPECT_FALSE(edit(context, person, shared.id, shared.version, {.my_part = "x"})) << who;
            const auto found = failures::list(context, person, {});
            if (!found)
                continue;
            for (const auto& failure : found->items) {
                if (failure.id == shared.failure.id) {
                    EXPECT_EQ(failure.debrief_id.has_value(), may) << who << ": the way to it";
                }
            }
        }
        test::Office other(database(), "Elsewhere");
        for (const auto& [name, person] : other.people())
            EXPECT_EQ(read(other.context, person, shared.id).error().code, ErrorCode::not_found) << name;
    }
}

TEST_P(PrivacyTest, AColleagueReadsTheLessonButNotTheDebrief) {
    const auto shared = shared_by("ana", Audience::organisation);
    const auto lesson = lessons::get(context, office["cleo"], shared.lesson->id).value();
    EXPECT_EQ(lesson.title, shared.lesson->title);
    EXPECT_FALSE(lesson.debrief_id) << "no way to what she may not open";
    EXPECT_TRUE(lessons::get(context, office["vera"], shared.lesson->id)->debrief_id);
    EXPECT_TRUE(lessons::get(context, office["max"], shared.lesson->id)->debrief_id);
}

TEST_P(PrivacyTest, WhoMovesAwayReadsNoMore) {
    const auto shared = shared_by("ana", Audience::organisation);
    ASSERT_TRUE(read(context, office["vera"], shared.id));
    database().write([&](db::Transaction& tx) {
        tx.execute("update person set manager_id = null where org_id = $1 and id = $2", office.org,
                   office.id("max"));
    });
    EXPECT_EQ(read(context, office["vera"], shared.id).error().code, ErrorCode::not_found);
    EXPECT_TRUE(read(context, office["max"], shared.id)) << "the coach stays the coach";
}

TEST_P(PrivacyTest, ForgedFiltersAreUnknownParameters) {
    http::Router router;
    add_routes(router, context);
    commitments::add_routes(router, context);
    for (const auto& route : router.routes()) {
        if (route.pattern != "/debriefs" && route.pattern != "/commitments")
            continue;
        if (route.method != http::Method::get)
            continue;
        for (const char* name :
             {"author", "author_id", "owner", "person", "coach", "team", "sort", "count"}) {
            http::Request request;
            request.query = {{name, office.id("ana").text()}};
            http::Call call(request, office["vera"], {});
            const auto answer = route.handle(call);
            ASSERT_FALSE(answer) << route.pattern << " " << name;
            EXPECT_EQ(answer.error().fields.at(0).rule, "unknown") << route.pattern << " " << name;
        }
    }
}

TEST_P(PrivacyTest, EventsOfADraftReachItsAuthorAlone) {
    std::vector<std::string> heard;
    std::vector<std::shared_ptr<void>> listeners;
    for (const auto& [name, person] : office.people())
        listeners.push_back(
            context.events.listen(office.org, person.person, [&heard, name = name](const http::Event& event) {
                heard.push_back(name + " " + event.topic);
            }));
    secret_draft_of("ana");
    for (const auto& line : heard)
        EXPECT_THAT(line, ::testing::StartsWith("ana "));
    EXPECT_THAT(heard, Not(IsEmpty()));
}

} // namespace
} // namespace buckstop::debriefs
