// For identity's tests: a house with an organisation and people in it, whose door is the real dispatcher, and
// browsers that come to it. People are rows; the feature that manages them stands below this one.
#pragma once

#include "features/audit/audit.hpp"
#include "features/identity/identity.hpp"
#include "features/identity/service.hpp"
#include "http/dispatch.hpp"
#include "support/databases.hpp"

#include <fmt/format.h>
#include <map>
#include <set>
#include <sodium.h>

namespace buckstop::identity::test {

using namespace std::chrono_literals;

constexpr OrgId org{101};
constexpr OrgId other_org{202};
constexpr PersonId ana{1001};      // a rep
constexpr PersonId boss{1002};     // the administrator
constexpr PersonId nora{1003};     // has never signed in
constexpr PersonId stranger{2001}; // an administrator of the other organisation
inline const std::string good_password = "seven mended sails";

struct Answer {
    int status = 0;
    boost::json::value body;
    http::Headers headers;

    [[nodiscard]] std::string text(std::string_view member) const {
        const auto* object = body.if_object();
        const auto* value = object != nullptr ? object->if_contains(member) : nullptr;
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
    }
    [[nodiscard]] const boost::json::value& at(std::string_view member) const { return body.at(member); }
    [[nodiscard]] bool has(std::string_view member) const {
        const auto* value = body.is_object() ? body.get_object().if_contains(member) : nullptr;
        return value != nullptr && !value->is_null();
    }
};

class House {
  public:
    explicit House(db::Database& on) : database(on) {
        if (sodium_init() < 0)
            throw std::runtime_error("libsodium");
        config.public_url = "https://buckstop.example.org";
        database.write([](db::Transaction& tx) {
            for (const OrgId each : {org, other_org})
                tx.execute(
                    "insert into organisation (org_id, name, time_zone, currency, deal_visibility,"
                    " is_demonstration, created_at, version) values ($1, $2, 'Europe/Berlin', 'EUR', 'team',"
                    " $3, 0, 1)",
                    each, each == org ? "Harbour Ltd" : "Elsewhere Inc", false);
            tx.execute("create table kept_text (org_id bigint, person_id bigint, id bigint, key_id bigint, "
                       "sealed text)");
        });
        add_person(org, ana, "Ana Ruiz", "ana@example.org", access::Role::rep);
        add_person(org, boss, "Bert Osei", "bert@example.org", access::Role::administrator);
        add_person(org, nora, "Nora Lindt", "nora@example.org", access::Role::rep);
        add_person(other_org, stranger, "Sal Outside", "sal@example.com", access::Role::administrator);
        hooks.sealed_texts = {.count = count_texts, .reseal = reseal_texts};
        identity::add_routes(router, context, hooks);
        identity::add_jobs(context);
        dispatcher.emplace(
            router, http::DispatchOptions{
                        .authenticate =
                            [this](const http::Request& request) { return authenticate(context, request); },
                        .csrf_token_matches =
                            [this](const http::Request& request, const access::Principal&) {
                                return csrf_token_matches(context, request);
                            },
                        .database = &database,
                        .public_url = config.public_url,
                        .log = Log::silent(),
                        .now = [this] { return now; }});
    }

    void add_person(OrgId to, PersonId id, std::string_view name, std::string_view email, access::Role role) {
        database.write([&](db::Transaction& tx) {
            tx.execute(
                "insert into person (org_id, id, name, name_key, email, is_active, created_at, version)"
                " values ($1, $2, $3, $3, $4, $5, 0, 1)",
                to, id, name, email, true);
            tx.execute("insert into person_role (org_id, person_id, role) values ($1, $2, $3)", to, id, role);
        });
    }

    // Lets somebody sign in with good_password; gives their recovery code.
    std::string let_in(PersonId person, OrgId of = org) {
        static const auto password = prepare_password(good_password).value();
        return database
            .write([&](db::Transaction& tx) { return create_account(tx, now, of, person, password); })
            .value()
            .recovery_code;
    }

    access::Principal administrator() const {
        return {.org = org, .person = boss, .roles = {access::Role::administrator}};
    }

    // Keeps a text sealed as a feature would, and reads it back.
    void keep_text(const access::Principal& who, std::string_view text) {
        const auto sealed = seal(who, text, "kept 1").value();
        database.write([&](db::Transaction& tx) {
            tx.execute(
                "insert into kept_text (org_id, person_id, id, key_id, sealed) values ($1, $2, 1, $3, $4)",
                who.org, who.person, sealed.key, sealed.text);
        });
    }
    Result<std::string> read_text(const access::Principal& who) {
        const auto row =
            database.read([&](db::Transaction& tx) { return texts(tx, who.org, who.person); }).at(0);
        return open(who, row.key_id, row.sealed, "kept 1");
    }

    // Every value in every table, as text: what somebody with a copy of the database sees.
    std::set<std::string> dump() {
        return database.read([](db::Transaction& tx) {
            std::set<std::string> values;
            for (const auto& table :
                 tx.query<std::string>({"select name from sqlite_master where type = 'table'",
                                        "select table_name from information_schema.tables where table_schema "
                                        "= current_schema()"}))
                tx.run("select * from \"" + table + "\"", {}, [&](const db::Row& row) {
                    for (int i = 0; i < row.columns(); ++i)
                        if (!row.is_null(i))
                            values.emplace(row.text(i));
                });
            return values;
        });
    }

    struct Text {
        access::DraftKeyId key_id{};
        std::string sealed;
    };

    db::Database& database;
    Config config;
    work::Jobs jobs;
    http::Events events;
    Instant now = parse_instant("2026-11-23T09:00:00.000000Z").value();
    Context context{.database = database, .config = config, .jobs = jobs, .events = events, .now = [this] {
                        return now;
                    }};
    Hooks hooks;
    http::Router router;
    std::optional<http::Dispatcher> dispatcher;

  private:
    static std::vector<Text> texts(db::Transaction& tx, OrgId of, PersonId person);
    static int count_texts(db::Transaction& tx, OrgId of, PersonId person, access::DraftKeyId key) {
        return tx.value<int>(
            "select count(*) from kept_text where org_id = $1 and person_id = $2 and key_id = $3", of, person,
            key);
    }
    static Result<int> reseal_texts(db::Transaction& tx, const access::Principal& before,
                                    const access::Principal& now) {
        int count = 0;
        for (const auto& text : texts(tx, before.org, before.person)) {
            if (text.key_id != before.draft_key_id)
                continue;
            const auto plain = open(before, text.key_id, text.sealed, "kept 1");
            if (!plain)
                return fail(plain.error());
            const auto sealed = seal(now, *plain, "kept 1").value();
            tx.execute("update kept_text set key_id = $3, sealed = $4 where org_id = $1 and person_id = $2",
                       now.org, now.person, sealed.key, sealed.text);
            ++count;
        }
        return count;
    }
};
BOOST_DESCRIBE_STRUCT(House::Text, (), (key_id, sealed))

inline std::vector<House::Text> House::texts(db::Transaction& tx, OrgId of, PersonId person) {
    return tx.query<Text>("select key_id, sealed from kept_text where org_id = $1 and person_id = $2", of,
                          person);
}

// Keeps cookies and the CSRF token, as the page does.
class Browser {
  public:
    explicit Browser(House& house, std::string from = "192.0.2.7") : client(std::move(from)), house_(house) {}

    Answer send(http::Method method, std::string_view path, const boost::json::value& body = nullptr) {
        auto request = make(method, path);
        if (!body.is_null()) {
            request.body = boost::json::serialize(body);
            request.headers.emplace("content-type", "application/json");
        }
        auto response = (*house_.dispatcher)(request);
        const auto [begin, end] = response.headers.equal_range("set-cookie");
        for (auto cookie = begin; cookie != end; ++cookie)
            take(cookie->second);
        Answer answer{.status = response.status,
                      .body =
                          response.body.empty() ? boost::json::value() : boost::json::parse(response.body),
                      .headers = response.headers};
        if (answer.has("csrf_token"))
            csrf = answer.text("csrf_token");
        if (answer.has("session"))
            csrf = std::string(answer.at("session").at("csrf_token").as_string());
        return answer;
    }
    Answer get(std::string_view path) { return send(http::Method::get, path); }
    Answer post(std::string_view path, const boost::json::value& body = boost::json::object{}) {
        return send(http::Method::post, path, body);
    }
    Answer put(std::string_view path, const boost::json::value& body) {
        return send(http::Method::put, path, body);
    }
    Answer del(std::string_view path) { return send(http::Method::del, path); }

    Answer sign_in(std::string_view email, std::string_view password = good_password) {
        return post("/session", {{"email", email}, {"password", password}});
    }
    [[nodiscard]] bool is_signed_in() { return get("/session").text("state") == "signed_in"; }
    // Who the server takes this browser for.
    [[nodiscard]] access::Principal principal() {
        return authenticate(house_.context, make(http::Method::get, "/session"));
    }

    http::Request make(http::Method method, std::string_view path) {
        http::Request request{
            .method = method, .path = "/api/v1" + std::string(path), .client = client, .secure = secure};
        std::string jar;
        for (const auto& [name, value] : cookies)
            jar.append(jar.empty() ? "" : "; ").append(name).append("=").append(value);
        if (!jar.empty())
            request.headers.emplace("cookie", jar);
        if (!csrf.empty())
            request.headers.emplace("x-csrf-token", csrf);
        for (const auto& [name, value] : extra_headers)
            request.headers.emplace(name, value);
        return request;
    }

    std::string client;
    bool secure = true;
    std::map<std::string, std::string> cookies;
    std::string csrf;
    std::map<std::string, std::string> extra_headers;
    std::vector<std::string> set_cookies; // as they came

  private:
    void take(const std::string& cookie) {
        set_cookies.push_back(cookie);
        const auto equals = cookie.find('=');
        const auto end = cookie.find(';');
        const auto name = cookie.substr(0, equals);
        if (cookie.find("Max-Age=0") != std::string::npos)
            cookies.erase(name);
        else
            cookies[name] = cookie.substr(equals + 1, end - equals - 1);
    }

    House& house_;
};

// Where a link leads: its token.
inline std::string token_in(const std::string& link) {
    return link.substr(link.rfind('/') + 1);
}

class HouseTest : public buckstop::test::BothDatabases {
  protected:
    House house{database()};
};

} // namespace buckstop::identity::test
