// The demonstration organisation as it was written by hand (data/demo, explained in its README). Everything
// is relative to a day, so that the demonstration never gets old.
#pragma once

#include "access/principal.hpp"
#include "base/embedded.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace buckstop::demo {

struct DemoTeam {
    std::string key, name;
};

struct DemoPerson {
    std::string key, name, email, title, team, manager; // team and manager by key; may be empty
    std::vector<access::Role> roles;
    bool signs_in = false;
};

struct DemoProduct {
    std::string name, family;
    std::int64_t list_price = 0; // whole units of the organisation's currency
};

struct DemoCompany {
    std::string name, industry, country, region; // region: the team that sells there, by name
    std::int64_t employees = 0;
};

struct DemoDeal {
    std::string key, name, company, owner, product, competitor, segment, stage, outcome;
    std::int64_t amount = 0; // whole units
    int created_days_ago = 0;
    std::optional<int> closed_days_ago, expected_close_days_ago;
    std::string stated_reason, next_step;
};

struct DemoDebrief {
    std::string deal, author, state; // shared | draft
    int days_ago = 0;
    std::string my_part, outside, needed, lesson_title, lesson, serves, act;
    int act_due_days = 7;  // after the debrief's day
    std::string act_state; // open | kept | empty
    std::string audience;
};

struct Weighted {
    std::string text;
    int weight = 1;
};

// What generated deals are made of.
struct Words {
    std::vector<std::string> places, phases, patterns, calls, emails, meetings, notes;
    std::map<std::string, std::vector<std::string>> works;      // by product
    std::map<std::string, std::string> short_names;             // by company
    std::map<std::string, std::vector<std::string>> next_steps; // by stage
    std::vector<Weighted> loss_reasons, lead_sources;
};

struct Content {
    std::string name, time_zone, currency;
    std::vector<std::string> stages, segments, competitors;
    std::vector<DemoTeam> teams;
    std::vector<DemoPerson> people;
    std::vector<DemoProduct> products;
    std::vector<DemoCompany> companies;
    std::vector<DemoDeal> deals;
    std::vector<DemoDebrief> debriefs;
    Words words;
};

// Reads the files that are built into the program. Throws std::runtime_error naming the file where it can't
// be read: the files are part of the program, so that is a bug.
[[nodiscard]] Content load_content(std::span<const EmbeddedFile> files);
[[nodiscard]] Content built_in_content();

} // namespace buckstop::demo
