// What the tests of debriefs begin with: the office, and how somebody there gets to a draft or a shared
// debrief.
#pragma once

#include "features/debriefs/debriefs.hpp"
#include "features/test_office.hpp"

namespace buckstop::debriefs {

using test::Office;

class SceneTest : public test::BothDatabases {
  protected:
    Office office{database()};
    const Context& context = office.context;

    FailureId lost_deal_of(const std::string& name) {
        return database().write([&](db::Transaction& tx) {
            const auto deal = office.add_deal(tx, {.owner = office.id(name), .competitor = "Norrvik"});
            return failures::open(tx, office.org, office.now, failures::Kind::lost_deal, deal,
                                  office.id(name), Office::lost_on);
        });
    }
    DebriefId begin(const std::string& name) {
        return start(context, office[name], lost_deal_of(name)).value().id;
    }
    static DraftText words() {
        return {.reason = "price",
                .my_part = "Everything I knew I knew from one man.",
                .lesson_title = "Two names before a quote",
                .lesson = "One champion is a single mooring line.",
                .serves = "I ask for a tour.",
                .act = "Write down the second name at each of my six deals."};
    }
    static DraftInput input(const DraftText& text, std::int64_t revision) { return {text, revision}; }
    Result<Saved> save(const std::string& name, DebriefId id, const DraftText& text, std::int64_t revision) {
        const auto answer = save_draft(context, office[name], id, input(text, revision));
        if (!answer)
            return fail(answer.error());
        return std::get<Saved>(*answer);
    }
    Debrief shared_by(const std::string& name, Audience audience) {
        const auto id = begin(name);
        auto text = words();
        text.audience = audience;
        EXPECT_TRUE(save(name, id, text, 0));
        return share(context, office[name], id, {.revision = 1}).value();
    }
    std::int64_t drafts() {
        return database().read([&](db::Transaction& tx) {
            return tx.value<std::int64_t>("select count(*) from draft where org_id = $1", office.org);
        });
    }
    std::string counts() {
        return database().read([&](db::Transaction& tx) {
            const auto count = [&](const std::string& table) {
                return std::to_string(tx.value<std::int64_t>(
                    "select count(*) from " + table + " where org_id = $1", office.org));
            };
            return count("lesson") + " lessons, " + count("commitment") + " commitments";
        });
    }
};

} // namespace buckstop::debriefs
