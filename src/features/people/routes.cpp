#include "features/people/people.hpp"

#include <cstdio>
#include <fmt/format.h>

namespace buckstop::people {
namespace {

using http::Audience;
using http::Call;
using http::Nothing;

struct Teams {
    std::vector<Team> items;
};
BOOST_DESCRIBE_STRUCT(Teams, (), (items))

struct TeamName {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(TeamName, (), (name))

struct SetupInput : Setup {
    std::string token;
};
BOOST_DESCRIBE_STRUCT(SetupInput, (Setup), (token))

struct SetupDone {
    identity::Session session;
    std::string recovery_code;
};
BOOST_DESCRIBE_STRUCT(SetupDone, (), (session, recovery_code))

// The answer with its version as the ETag.
template <class T>
Result<T> with_etag(Call& call, Result<T> result) {
    if (result)
        call.etag(result->version);
    return result;
}

void add_people_routes(http::Router& router, const Context& context) {
    router.get<PersonQuery, http::Page<Person>>(
        "/people", {.tag = "people", .summary = "People by name"},
        [context](const PersonQuery& query, Call& call) { return list(context, call.who(), query); });
    router.post<NewPerson, Person>("/people",
                                   {.tag = "people", .summary = "Add a person", .success_status = 201},
                                   [context](const NewPerson& wanted, Call& call) {
                                       return with_etag(call, create(context, call.who(), wanted));
                                   });
    router.get<Nothing, Person>("/people/{person}", {.tag = "people", .summary = "One person"},
                                [context](const Nothing&, Call& call) -> Result<Person> {
                                    const auto id = call.id<struct buckstop::Person>("person");
                                    if (!id)
                                        return fail(id.error());
                                    return with_etag(call, get(context, call.who(), *id));
                                });
    router.patch<PersonChange, Person>("/people/{person}", {.tag = "people", .summary = "Change a person"},
                                       [context](const PersonChange& wanted, Call& call) -> Result<Person> {
                                           const auto id = call.id<struct buckstop::Person>("person");
                                           if (!id)
                                               return fail(id.error());
                                           const auto version = call.if_match();
                                           if (!version)
                                               return fail(version.error());
                                           return with_etag(
                                               call, change(context, call.who(), *id, *version, wanted));
                                       });
}

void add_sign_in_routes(http::Router& router, const Context& context) {
    router.post<Nothing, identity::Link>("/people/{person}/invitation",
                                         {.tag = "people", .summary = "Invite a person to sign in"},
                                         [context](const Nothing&, Call& call) -> Result<identity::Link> {
                                             const auto id = call.id<struct buckstop::Person>("person");
                                             if (!id)
                                                 return fail(id.error());
                                             return identity::invite(context, call.who(), *id);
                                         });
    router.post<Nothing, identity::Link>("/people/{person}/password-reset",
                                         {.tag = "people", .summary = "Let a person choose a new password"},
                                         [context](const Nothing&, Call& call) -> Result<identity::Link> {
                                             const auto id = call.id<struct buckstop::Person>("person");
                                             if (!id)
                                                 return fail(id.error());
                                             return identity::reset_password(context, call.who(), *id);
                                         });
    router.post<Nothing, Nothing>("/people/{person}/sign-out",
                                  {.tag = "people", .summary = "Sign a person out everywhere"},
                                  [context](const Nothing&, Call& call) -> Result<> {
                                      const auto id = call.id<struct buckstop::Person>("person");
                                      if (!id)
                                          return fail(id.error());
                                      return sign_out(context, call.who(), *id);
                                  });
}

void add_team_routes(http::Router& router, const Context& context) {
    router.get<Nothing, Teams>("/teams", {.tag = "people", .summary = "Teams by name"},
                               [context](const Nothing&, Call& call) -> Result<Teams> {
                                   auto teams = list_teams(context, call.who());
                                   if (!teams)
                                       return fail(teams.error());
                                   return Teams{std::move(*teams)};
                               });
    router.post<TeamName, Team>("/teams", {.tag = "people", .summary = "Add a team", .success_status = 201},
                                [context](const TeamName& input, Call& call) {
                                    return with_etag(call, create_team(context, call.who(), input.name));
                                });
    router.patch<TeamName, Team>("/teams/{team}", {.tag = "people", .summary = "Rename a team"},
                                 [context](const TeamName& input, Call& call) -> Result<Team> {
                                     const auto id = call.id<struct buckstop::Team>("team");
                                     if (!id)
                                         return fail(id.error());
                                     std::optional<std::int64_t> version;
                                     if (call.request().header("if-match")) {
                                         const auto named = call.if_match();
                                         if (!named)
                                             return fail(named.error());
                                         version = *named;
                                     }
                                     return with_etag(
                                         call, rename_team(context, call.who(), *id, version, input.name));
                                 });
    router.del<Nothing, Nothing>("/teams/{team}",
                                 {.tag = "people", .summary = "Remove a team that nobody is in"},
                                 [context](const Nothing&, Call& call) -> Result<> {
                                     const auto id = call.id<struct buckstop::Team>("team");
                                     if (!id)
                                         return fail(id.error());
                                     return remove_team(context, call.who(), *id);
                                 });
}

// Who has just removed the last organisation finds the way back in on the console.
void print_setup_token(const Context& context) {
    if (const auto token = identity::offer_setup(context)) {
        fmt::print("Nobody can sign in any more. To set Buckstop up, open its page and enter: {}\n", *token);
        std::fflush(stdout);
    }
}

void add_organisation_routes(http::Router& router, const Context& context, const identity::Hooks& hooks) {
    router.get<Nothing, Organisation>("/organisation",
                                      {.tag = "people", .summary = "The organisation's settings"},
                                      [context](const Nothing&, Call& call) {
                                          return with_etag(call, get_organisation(context, call.who()));
                                      });
    router.patch<OrganisationChange, Organisation>(
        "/organisation", {.tag = "people", .summary = "Change the organisation's settings"},
        [context](const OrganisationChange& wanted, Call& call) -> Result<Organisation> {
            const auto version = call.if_match();
            if (!version)
                return fail(version.error());
            return with_etag(call, change_organisation(context, call.who(), *version, wanted));
        });
    router.get<Nothing, Retention>("/organisation/retention",
                                   {.tag = "people", .summary = "How long things are kept"},
                                   [context](const Nothing&, Call& call) {
                                       return with_etag(call, get_retention(context, call.who()));
                                   });
    router.patch<RetentionChange, Retention>(
        "/organisation/retention", {.tag = "people", .summary = "Change how long things are kept"},
        [context](const RetentionChange& wanted, Call& call) -> Result<Retention> {
            const auto version = call.if_match();
            if (!version)
                return fail(version.error());
            return with_etag(call, change_retention(context, call.who(), *version, wanted));
        });
    router.del<Nothing, Nothing>("/demonstration",
                                 {.tag = "people", .summary = "Remove the demonstration, whole"},
                                 [context](const Nothing&, Call& call) -> Result<> {
                                     auto removed = remove_demonstration(context, call.who());
                                     if (removed)
                                         print_setup_token(context);
                                     return removed;
                                 });
    router.post<SetupInput, SetupDone>(
        "/setup",
        {.tag = "people",
         .summary = "The first organisation and its administrator",
         .audience = Audience::anybody},
        [context, hooks](const SetupInput& input, Call& call) -> Result<SetupDone> {
            const auto account = set_up(context, input, input.token);
            if (!account)
                return fail(account.error());
            return SetupDone{identity::start_session(context, call, account->principal, hooks),
                             account->recovery_code};
        });
}

} // namespace

void add_routes(http::Router& router, const Context& context, identity::Hooks hooks) {
    add_people_routes(router, context);
    add_sign_in_routes(router, context);
    add_team_routes(router, context);
    add_organisation_routes(router, context, hooks);
}

} // namespace buckstop::people
