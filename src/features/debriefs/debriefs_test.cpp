#include "features/debriefs/debriefs.hpp"

#include "features/audit/audit.hpp"
#include "features/debriefs/scene_test.hpp"

#include <gmock/gmock.h>

namespace buckstop::debriefs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DebriefsTest : public SceneTest {};
INSTANTIATE_BOTH_DATABASES(DebriefsTest);

TEST_P(DebriefsTest, AreBegunOnceByWhoseFailureItIs) {
    const auto failure = lost_deal_of("ana");
    const auto begun = start(context, office["ana"], failure).value();
    EXPECT_EQ(begun.state, State::drafting);
    EXPECT_TRUE(begun.mine);
    EXPECT_EQ(begun.coach->name, "max");
    EXPECT_EQ(begun.failure.state, failures::State::drafting);
    EXPECT_EQ(begun.deal->name, "Harbor 34");
    EXPECT_FALSE(begun.draft);
    EXPECT_EQ(start(context, office["ana"], failure)->id, begun.id) << "found, not made again";
    EXPECT_EQ(start(context, office["max"], failure).error().code, ErrorCode::forbidden);
    EXPECT_EQ(start(context, office["ben"], failure).error().code, ErrorCode::not_found);
    EXPECT_EQ(start(context, office["ana"], FailureId(5)).error().code, ErrorCode::not_found);
}

TEST_P(DebriefsTest, BeginningTakesBackThatItWasSkipped) {
    const auto failure = lost_deal_of("ana");
    ASSERT_TRUE(failures::skip(context, office["ana"], failure, "no time"));
    const auto begun = start(context, office["ana"], failure).value();
    EXPECT_EQ(begun.failure.state, failures::State::drafting);
    ASSERT_TRUE(failures::skip(context, office["ana"], failure, "no time, really"));
    EXPECT_EQ(failures::unskip(context, office["ana"], failure)->state, failures::State::drafting);
}

TEST_P(DebriefsTest, ADraftIsKeptAsItIsWritten) {
    const auto id = begin("ana");
    auto text = words();
    text.my_part = "I never asked.\r\n«Ну и что?» 👩‍🚀 \\ \"quoted\"";
    text.due_on = Date{std::chrono::year{2026}, std::chrono::July, std::chrono::day{1}};
    text.audience = Audience::team;
    const auto saved = save("ana", id, text, 0).value();
    EXPECT_EQ(saved.revision, 1);
    const auto seen = read(context, office["ana"], id).value();
    ASSERT_TRUE(seen.draft);
    EXPECT_EQ(static_cast<const DraftText&>(*seen.draft), text);
    EXPECT_EQ(seen.draft->revision, 1);
    EXPECT_EQ(seen.draft->saved_at, saved.saved_at);
    EXPECT_FALSE(seen.my_part) << "nothing is in the debrief itself";
}

TEST_P(DebriefsTest, TwoWindowsDoNotOverwriteEachOther) {
    const auto id = begin("ana");
    ASSERT_TRUE(save("ana", id, {.my_part = "first"}, 0));
    ASSERT_TRUE(save("ana", id, {.my_part = "second"}, 1));
    const auto late =
        save_draft(context, office["ana"], id, input({.my_part = "from the other window"}, 1)).value();
    ASSERT_TRUE(std::holds_alternative<NewerDraft>(late));
    EXPECT_EQ(std::get<NewerDraft>(late).current.my_part, "second");
    EXPECT_EQ(std::get<NewerDraft>(late).current.revision, 2);
    // What is sent again because its answer was lost is no conflict.
    EXPECT_EQ(save("ana", id, {.my_part = "second"}, 1)->revision, 2);
    EXPECT_EQ(read(context, office["ana"], id)->draft->my_part, "second");
}

TEST_P(DebriefsTest, ADraftTakesNoMoreThanFits) {
    const auto id = begin("ana");
    const auto rule = [&](const DraftText& text) {
        const auto saved = save("ana", id, text, 0);
        return saved ? "" : saved.error().fields.at(0).field + " " + saved.error().fields.at(0).rule;
    };
    std::string twenty_thousand;
    for (int i = 0; i < 20'000; ++i)
        twenty_thousand += "ä";
    EXPECT_EQ(rule({.my_part = twenty_thousand + "!"}), "my_part too_long");
    EXPECT_EQ(rule({.lesson_title = std::string(201, 'x')}), "lesson_title too_long");
    EXPECT_EQ(rule({.act = std::string("a\0b", 3)}), "act not_a_text");
    EXPECT_EQ(rule({.my_part = twenty_thousand, .outside = twenty_thousand, .needed = twenty_thousand}), "");
}

TEST_P(DebriefsTest, ADraftCanBeThrownAway) {
    const auto id = begin("ana");
    ASSERT_TRUE(save("ana", id, words(), 0));
    ASSERT_TRUE(discard_draft(context, office["ana"], id));
    EXPECT_FALSE(read(context, office["ana"], id)->draft);
    // A window that didn't hear of it is told, with nothing in the newer draft.
    const auto late = save_draft(context, office["ana"], id, input(words(), 1)).value();
    EXPECT_EQ(std::get<NewerDraft>(late).current.revision, 0);
    EXPECT_EQ(save("ana", id, words(), 0)->revision, 1);
}

TEST_P(DebriefsTest, SharingMakesTheLessonAndTheCommitment) {
    const auto id = begin("ana");
    auto text = words();
    text.audience = Audience::organisation;
    ASSERT_TRUE(save("ana", id, text, 0));
    const auto shared = share(context, office["ana"], id, {.revision = 1}).value();
    EXPECT_EQ(shared.state, State::shared);
    EXPECT_EQ(shared.my_part, text.my_part);
    EXPECT_EQ(shared.serves, text.serves);
    EXPECT_EQ(shared.failure.state, failures::State::shared);
    EXPECT_FALSE(shared.draft);
    ASSERT_TRUE(shared.lesson);
    EXPECT_EQ(shared.lesson->title, text.lesson_title);
    EXPECT_EQ(shared.lesson->body, text.lesson);
    EXPECT_EQ(shared.lesson->serves, text.serves);
    EXPECT_EQ(shared.lesson->context.competitor, "Norrvik");
    EXPECT_EQ(shared.lesson->debrief_id, id);
    ASSERT_THAT(shared.commitments, SizeIs(1));
    EXPECT_EQ(shared.commitments[0].act, text.act);
    EXPECT_EQ(shared.commitments[0].due_on,
              (Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{22}}))
        << "a week, unless the author says when";
    EXPECT_EQ(shared.commitments[0].lesson->id, shared.lesson->id);
    EXPECT_EQ(drafts(), 0) << "the draft is gone";
    EXPECT_THAT(lessons::search(context, office["cleo"], {.q = "mooring"})->items, SizeIs(1));
    EXPECT_EQ(share(context, office["ana"], id, {.revision = 1}).error().code, ErrorCode::conflict);
    EXPECT_EQ(save("ana", id, words(), 1).error().code, ErrorCode::conflict);
    EXPECT_EQ(discard_draft(context, office["ana"], id).error().code, ErrorCode::conflict);
}

TEST_P(DebriefsTest, SharingSaysWhatIsMissing) {
    const auto id = begin("ana");
    EXPECT_EQ(share(context, office["ana"], id, {.revision = 3}).error().code, ErrorCode::conflict)
        << "another window";
    const auto missing = share(context, office["ana"], id, {.revision = 0});
    ASSERT_FALSE(missing);
    std::vector<std::string> fields;
    for (const auto& field : missing.error().fields)
        fields.push_back(field.field + " " + field.rule);
    EXPECT_THAT(fields, ElementsAre("my_part required", "lesson required", "act required"));
    const auto broken = [&](const DraftText& text, std::int64_t revision) {
        EXPECT_TRUE(save("ana", id, text, revision));
        const auto shared = share(context, office["ana"], id, {.revision = revision + 1});
        return shared ? "" : shared.error().fields.at(0).field + " " + shared.error().fields.at(0).rule;
    };
    auto text = words();
    text.due_on = Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{14}};
    EXPECT_EQ(broken(text, 0), "due_on in_the_past");
    text = words();
    text.existing_lesson_id = LessonId(77);
    EXPECT_EQ(broken(text, 1), "existing_lesson_id one_of_two");
    text.lesson.reset();
    text.lesson_title.reset();
    EXPECT_EQ(broken(text, 2), "existing_lesson_id not_found");
    EXPECT_EQ(read(context, office["ana"], id)->state, State::drafting) << "nothing of it happened";
    EXPECT_EQ(counts(), "0 lessons, 0 commitments");
}

TEST_P(DebriefsTest, AnExistingLessonIsPointedTo) {
    const auto theirs = shared_by("cleo", Audience::organisation);
    const auto hidden = shared_by("cleo", Audience::coach);
    const auto id = begin("ana");
    auto text = words();
    text.lesson.reset();
    text.lesson_title.reset();
    text.existing_lesson_id = hidden.lesson->id;
    ASSERT_TRUE(save("ana", id, text, 0));
    EXPECT_EQ(share(context, office["ana"], id, {.revision = 1}).error().fields.at(0).rule, "not_found")
        << "nobody points to a lesson that they can't read";
    text.existing_lesson_id = theirs.lesson->id;
    ASSERT_TRUE(save("ana", id, text, 1));
    const auto shared = share(context, office["ana"], id, {.revision = 2}).value();
    EXPECT_EQ(shared.lesson->id, theirs.lesson->id);
    EXPECT_EQ(shared.serves, text.serves) << "one's own, though the lesson is another's";
    EXPECT_EQ(counts(), "2 lessons, 3 commitments");
}

TEST_P(DebriefsTest, ALessonWithoutATitleGetsItsFirstSentence) {
    const auto title = [&](const std::string& lesson) {
        const auto id = begin("ana");
        EXPECT_TRUE(save("ana", id, {.my_part = "I", .lesson = lesson, .act = "Ring"}, 0));
        return share(context, office["ana"], id, {.revision = 1})->lesson->title;
    };
    EXPECT_EQ(title("Ask who wrote it. Then read."), "Ask who wrote it");
    EXPECT_EQ(title("Why ask? Because."), "Why ask?");
    EXPECT_EQ(title("Version 3.5 is late"), "Version 3.5 is late");
    EXPECT_EQ(title("First line\nsecond line"), "First line");
    std::string long_one;
    for (int i = 0; i < 30; ++i)
        long_one += "ärger ";
    EXPECT_EQ(title(long_one),
              "ärger ärger ärger ärger ärger ärger ärger ärger ärger ärger ärger ärger ärger…");
    EXPECT_EQ(title(std::string(100, 'x')), std::string(80, 'x') + "…");
}

TEST_P(DebriefsTest, TheCoachReadsAndItStopsWaiting) {
    const auto shared = shared_by("ana", Audience::coach);
    const auto waiting = list(context, office["max"], {.waiting_for_me = true})->items;
    ASSERT_THAT(waiting, SizeIs(1));
    EXPECT_EQ(waiting[0].lesson_title, shared.lesson->title);
    const auto seen = read(context, office["max"], shared.id).value();
    EXPECT_EQ(seen.my_part, shared.my_part);
    EXPECT_FALSE(seen.mine);
    EXPECT_THAT(seen.readers, IsEmpty());
    EXPECT_THAT(list(context, office["max"], {.waiting_for_me = true})->items, IsEmpty());
    EXPECT_THAT(list(context, office["max"], {})->items, SizeIs(1));
    EXPECT_THAT(read(context, office["ana"], shared.id)->readers, IsEmpty()) << "the coach's look is no news";
}

TEST_P(DebriefsTest, EveryOtherLookIsWrittenDownAndShownToTheAuthor) {
    const auto shared = shared_by("ana", Audience::organisation);
    ASSERT_TRUE(read(context, office["vera"], shared.id));
    office.now += std::chrono::hours(1);
    const auto seen = read(context, office["vera"], shared.id).value();
    EXPECT_THAT(seen.readers, IsEmpty()) << "who else looked is the author's to know";
    const auto mine = read(context, office["ana"], shared.id).value();
    ASSERT_THAT(mine.readers, SizeIs(1));
    EXPECT_EQ(mine.readers[0].name, "vera");
    EXPECT_EQ(mine.readers[0].at, office.now);
    database().read([&](db::Transaction& tx) {
        EXPECT_THAT(identity::notices(tx, office.org, office.id("ana")), SizeIs(1)) << "told once";
        EXPECT_EQ(
            tx.value<std::int64_t>(
                "select count(*) from audit_entry where org_id = $1 and action = 'debrief.read'", office.org),
            2);
        EXPECT_TRUE(audit::verify(tx, office.org).whole);
    });
}

TEST_P(DebriefsTest, TheAuthorChangesWhatIsShared) {
    const auto shared = shared_by("ana", Audience::coach);
    const DebriefEdit wanted{.my_part = "Said better",
                             .serves = std::optional<std::string>("Next time"),
                             .audience = Audience::organisation};
    EXPECT_EQ(edit(context, office["max"], shared.id, shared.version, wanted).error().code,
              ErrorCode::forbidden);
    EXPECT_EQ(edit(context, office["ben"], shared.id, shared.version, wanted).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(edit(context, office["ana"], shared.id, 99, wanted).error().code,
              ErrorCode::precondition_failed);
    EXPECT_EQ(
        edit(context, office["ana"], shared.id, shared.version, {.my_part = ""}).error().fields.at(0).rule,
        "required");
    const auto changed = edit(context, office["ana"], shared.id, shared.version, wanted).value();
    EXPECT_EQ(changed.my_part, "Said better");
    EXPECT_EQ(changed.serves, "Next time");
    EXPECT_EQ(changed.lesson->serves, "Next time") << "it stands in one place";
    EXPECT_EQ(changed.lesson->audience, Audience::organisation) << "a lesson goes as far as its debrief";
    EXPECT_EQ(changed.version, shared.version + 1);
    const auto narrowed =
        edit(context, office["ana"], shared.id, changed.version, {.audience = Audience::coach});
    ASSERT_TRUE(narrowed);
    EXPECT_EQ(read(context, office["vera"], shared.id).error().code, ErrorCode::not_found);
    EXPECT_THAT(lessons::search(context, office["cleo"], {})->items, IsEmpty());
    const auto draft = begin("ana");
    EXPECT_EQ(edit(context, office["ana"], draft, 1, wanted).error().code, ErrorCode::conflict);
}

TEST_P(DebriefsTest, AfterAResetADraftStaysSealedUntilTheCodeOpensIt) {
    const auto id = begin("ana");
    ASSERT_TRUE(save("ana", id, {.my_part = "my own words"}, 0));
    const auto before = office["ana"];
    const auto now =
        office.with_new_key("ana"); // an administrator reset the password and could sign in as ana
    const auto sealed = read(context, now, id).value();
    EXPECT_TRUE(sealed.sealed);
    EXPECT_TRUE(sealed.sealed_because);
    EXPECT_FALSE(sealed.draft);
    EXPECT_EQ(save_draft(context, now, id, input(words(), 0)).error().code, ErrorCode::conflict)
        << "nothing is written over it";
    EXPECT_EQ(share(context, now, id, {.revision = 1}).error().code, ErrorCode::conflict);
    const auto hook = sealed_texts();
    database().write([&](db::Transaction& tx) {
        EXPECT_EQ(hook.count(tx, office.org, before.person, before.draft_key_id), 1);
        EXPECT_EQ(hook.reseal(tx, before, now).value(), 1);
        EXPECT_EQ(hook.count(tx, office.org, before.person, before.draft_key_id), 0);
    });
    const auto opened = read(context, now, id).value();
    EXPECT_FALSE(opened.sealed);
    EXPECT_EQ(opened.draft->my_part, "my own words");
    EXPECT_EQ(opened.draft->revision, 1);
}

TEST_P(DebriefsTest, WhoLostTheCodeCanBeginAnew) {
    const auto id = begin("ana");
    ASSERT_TRUE(save("ana", id, {.my_part = "lost for ever"}, 0));
    const auto now = office.with_new_key("ana");
    ASSERT_TRUE(discard_draft(context, now, id));
    EXPECT_TRUE(std::holds_alternative<Saved>(save_draft(context, now, id, input(words(), 0)).value()));
    EXPECT_TRUE(share(context, now, id, {.revision = 1}));
}

TEST_P(DebriefsTest, AMovedSealedTextDoesNotOpen) {
    const auto one = begin("ana");
    const auto other = begin("ana");
    ASSERT_TRUE(save("ana", one, {.my_part = "one"}, 0));
    ASSERT_TRUE(save("ana", other, {.my_part = "other"}, 0));
    database().write([&](db::Transaction& tx) {
        tx.execute(
            "update draft set sealed = (select sealed from draft d where d.org_id = $1 and d.debrief_id = $2)"
            " where org_id = $1 and debrief_id = $3",
            office.org, one, other);
    });
    EXPECT_THROW((void)read(context, office["ana"], other), std::runtime_error);
}

TEST_P(DebriefsTest, ListsComeInPages) {
    for (int i = 0; i < 5; ++i) {
        office.now += std::chrono::minutes(1);
        shared_by("ana", Audience::coach);
        begin("ana");
    }
    const auto all = list(context, office["ana"], {})->items;
    ASSERT_THAT(all, SizeIs(10));
    std::vector<DebriefId> paged;
    std::optional<std::string> cursor;
    do {
        const auto page = list(context, office["ana"], {.cursor = cursor, .limit = 3}).value();
        for (const auto& item : page.items)
            paged.push_back(item.id);
        cursor = page.next;
    } while (cursor);
    ASSERT_EQ(paged.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(paged[i], all[i].id);
    EXPECT_THAT(list(context, office["ana"], {.state = State::drafting})->items, SizeIs(5));
    EXPECT_THAT(list(context, office["max"], {})->items, SizeIs(5)) << "the coach sees what is shared";
}

TEST_P(DebriefsTest, DebriefsOfThePastAreJustThere) {
    const auto failure = lost_deal_of("ana");
    const auto at = office.now - std::chrono::days(100);
    auto text = words();
    text.audience = Audience::organisation;
    const auto made = database().write([&](db::Transaction& tx) {
        return insert_shared(tx, office.org,
                             {.failure = failure,
                              .author = office.id("ana"),
                              .coach = office.id("max"),
                              .started_at = at,
                              .written_at = at,
                              .text = text,
                              .act_state = commitments::State::kept,
                              .done_on = Office::lost_on,
                              .coach_saw_at = at});
    });
    const auto seen = read(context, office["ana"], made.debrief).value();
    EXPECT_EQ(seen.shared_at, at);
    EXPECT_EQ(seen.lesson->id, made.lesson);
    EXPECT_EQ(seen.commitments.at(0).state, commitments::State::kept);
    EXPECT_THAT(list(context, office["max"], {.waiting_for_me = true})->items, IsEmpty());
    const auto draft_failure = lost_deal_of("ana");
    const auto draft = database().write([&](db::Transaction& tx) {
        return insert_draft(tx, office["ana"],
                            {.failure = draft_failure,
                             .author = office.id("ana"),
                             .coach = {},
                             .started_at = at,
                             .written_at = at,
                             .text = text});
    });
    EXPECT_EQ(read(context, office["ana"], draft.value())->draft->my_part, text.my_part);
}

TEST_P(DebriefsTest, ACommitmentCanBeAddedToOnesOwnSharedDebrief) {
    const auto shared = shared_by("ana", Audience::coach);
    const Date due{std::chrono::year{2026}, std::chrono::July, std::chrono::day{1}};
    const auto added =
        commitments::add(context, office["ana"], {.act = "And this", .due_on = due, .debrief_id = shared.id});
    ASSERT_TRUE(added);
    EXPECT_EQ(added->debrief_id, shared.id);
    EXPECT_THAT(read(context, office["max"], shared.id)->commitments, SizeIs(2));
    EXPECT_FALSE(
        commitments::add(context, office["max"], {.act = "Mine", .due_on = due, .debrief_id = shared.id}));
    EXPECT_TRUE(commitments::get(context, office["max"], added->id)) << "the coach reads it";
    EXPECT_EQ(commitments::get(context, office["vera"], added->id)->debrief_id, std::nullopt)
        << "who is above reads the commitment without the debrief";
}

} // namespace
} // namespace buckstop::debriefs
