// For the tests of people: two organisations, and clients that call the real routes as somebody.
#pragma once

#include "features/audit/audit.hpp"
#include "features/people/people.hpp"
#include "http/dispatch.hpp"
#include "support/databases.hpp"

#include <fmt/format.h>
#include <sodium.h>

namespace buckstop::people::test {

using access::Role;

struct Answer {
    int status = 0;
    boost::json::value body;
    http::Headers headers;

    [[nodiscard]] std::string text(std::string_view member) const {
        return body.is_object() && body.get_object().contains(member) && body.at(member).is_string()
                   ? std::string(body.at(member).get_string())
                   : "";
    }
    [[nodiscard]] std::string etag() const {
        const auto found = headers.find("etag");
        return found == headers.end() ? "" : found->second;
    }
};

class Town {
  public:
    explicit Town(db::Database& on) : database(on) {
        if (sodium_init() < 0)
            throw std::runtime_error("libsodium");
        identity::add_routes(router, context);
        people::add_routes(router, context);
        audit::add_routes(router, context);
        dispatcher.emplace(
            router, http::DispatchOptions{
                        .authenticate = [this](const http::Request& request) { return who_asks(request); },
                        .database = &database,
                        .public_url = "https://buckstop.example.org",
                        .log = Log::silent(),
                        .now = [this] { return now; }});
        org = make_organisation("Harbour Ltd");
        other_org = make_organisation("Elsewhere Inc");
    }

    OrgId make_organisation(const std::string& name) {
        return database
            .write([&](db::Transaction& tx) { return create_organisation(tx, now, {.name = name}); })
            .value();
    }

    // A person made as an administrator would.
    access::Principal add(const std::string& name, std::vector<Role> roles = {Role::rep}, NewPerson more = {},
                          OrgId to = {}) {
        const access::Principal program{.org = to ? to : org, .roles = {Role::administrator}};
        more.name = name;
        more.roles = roles;
        const auto person = create(context, program, more).value();
        return {.org = program.org, .person = person.id, .roles = std::move(roles)};
    }
    access::Principal add_below(const std::string& name, const access::Principal& manager) {
        return add(name, {Role::rep}, {.manager_id = manager.person});
    }
    // Somebody who can sign in.
    void let_in(const access::Principal& who) {
        static const auto password = identity::prepare_password("seven mended sails").value();
        const auto made = database.write([&](db::Transaction& tx) {
            return identity::create_account(tx, now, who.org, who.person, password);
        });
        if (!made)
            throw std::logic_error(made.error().message);
    }

    Answer send(http::Method method, std::string_view path, const access::Principal& who = {},
                const boost::json::value& body = nullptr, const std::string& if_match = "") {
        http::Request request{.method = method, .client = "192.0.2.7", .secure = true};
        const auto question = path.find('?');
        request.path = "/api/v1" + std::string(path.substr(0, question));
        if (question != std::string_view::npos)
            for (auto rest = path.substr(question + 1); !rest.empty();) {
                const auto end = std::min(rest.find('&'), rest.size());
                const auto equals = rest.find('=');
                request.query.emplace_back(rest.substr(0, equals), rest.substr(equals + 1, end - equals - 1));
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
        if (!body.is_null()) {
            request.body = boost::json::serialize(body);
            request.headers.emplace("content-type", "application/json");
        }
        if (!if_match.empty())
            request.headers.emplace("if-match", if_match);
        asking_ = who;
        auto response = (*dispatcher)(request);
        return {.status = response.status,
                .body = response.body.empty() ? boost::json::value() : boost::json::parse(response.body),
                .headers = std::move(response.headers)};
    }
    Answer get(std::string_view path, const access::Principal& who) {
        return send(http::Method::get, path, who);
    }
    Answer post(std::string_view path, const access::Principal& who, const boost::json::value& body) {
        return send(http::Method::post, path, who, body);
    }
    Answer patch(std::string_view path, const access::Principal& who, const boost::json::value& body,
                 const std::string& if_match) {
        return send(http::Method::patch, path, who, body, if_match);
    }
    Answer del(std::string_view path, const access::Principal& who) {
        return send(http::Method::del, path, who);
    }

    template <class Work>
    auto look(Work work) {
        return database.read(work);
    }

    db::Database& database;
    Config config;
    work::Jobs jobs;
    http::Events events;
    Instant now = parse_instant("2026-11-23T09:00:00.000000Z").value();
    Context context{.database = database, .config = config, .jobs = jobs, .events = events, .now = [this] {
                        return now;
                    }};
    http::Router router;
    std::optional<http::Dispatcher> dispatcher;
    OrgId org{}, other_org{};

  private:
    // As identity::authenticate would after a sign-in, with the roles of the moment.
    Result<access::Principal> who_asks(const http::Request&) {
        auto who = asking_;
        if (who.person)
            if (const auto person = get_person(who))
                who.roles = person->roles;
        return who;
    }
    std::optional<Person> get_person(const access::Principal& who) {
        const access::Principal program{.org = who.org, .roles = {Role::administrator}};
        const auto found = people::get(context, program, who.person);
        return found ? std::optional(*found) : std::nullopt;
    }

    access::Principal asking_;
};

class TownTest : public buckstop::test::BothDatabases {
  protected:
    Town town{database()};
    access::Principal administrator =
        town.add("Bert Osei", {Role::administrator}, {.email = "bert@example.org"});
};

} // namespace buckstop::people::test
