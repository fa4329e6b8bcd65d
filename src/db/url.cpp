// Where the database is: reading and showing its URL.
#include "db/db.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <map>

namespace buckstop::db {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

// What a libpq connection string sets; nothing if libpq can't read it. libpq's own message is left aside: it
// may quote the password.
std::optional<Settings> libpq_settings(const std::string& text) {
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(text.c_str(), &message), PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> owned(message, PQfreemem);
    if (!options)
        return std::nullopt;
    Settings settings;
    for (const auto* option = options.get(); option->keyword; ++option)
        if (option->val)
            settings.emplace(option->keyword, option->val);
    return settings;
}

tl::unexpected<Error> refuse(std::string message) {
    return fail_field("database", "not_a_database_url", std::move(message));
}

} // namespace

Result<Url> parse_url(std::string_view text) {
    constexpr std::string_view sqlite = "sqlite:";
    constexpr std::string_view postgres = "postgresql:";
    constexpr std::string_view alias = "postgres:"; // libpq reads it as the same
    if (text.find('\0') != std::string_view::npos)
        return refuse("The database's URL has a zero byte in it.");
    if (text.starts_with(sqlite)) {
        const auto path = text.substr(sqlite.size());
        if (path.empty())
            return refuse("After \"sqlite:\" the path of a file must follow, as in "
                          "sqlite:/var/lib/buckstop/buckstop.db.");
        if (path == ":memory:")
            return refuse(
                "A database in memory has one connection only, and several are needed: name a file.");
        return Url{Dialect::sqlite, std::string(path)};
    }
    if (text.starts_with(postgres) || text.starts_with(alias)) {
        const auto rest = text.substr(text.find(':') + 1);
        std::string target(rest.starts_with("//") ? text : rest);
        if (!libpq_settings(target))
            return refuse(
                "The database's URL isn't one that PostgreSQL's library can read; it should look like "
                "postgresql://user@host:5432/buckstop.");
        return Url{Dialect::postgres, std::move(target)};
    }
    return refuse("The database's URL must begin with sqlite: or postgresql:, as in sqlite:buckstop.db.");
}

std::string without_secrets(const Url& url) {
    if (url.dialect == Dialect::sqlite)
        return "sqlite:" + url.target;
    // Only what is known to be harmless, rather than all but the password: sslpassword, passfile, options …
    std::string shown = "postgresql:";
    if (const auto settings = libpq_settings(url.target))
        for (const auto* const name : {"user", "host", "hostaddr", "port", "dbname"})
            if (const auto found = settings->find(name);
                found != settings->end() && found->second.find_first_not_of(',') != std::string::npos)
                shown += fmt::format("{}{}={}", shown.ends_with(':') ? "" : " ", name, found->second);
    return shown;
}

} // namespace buckstop::db
