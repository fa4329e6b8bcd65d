#include "features/identity/identity.hpp"
#include "features/identity/service.hpp"
#include "features/identity/store.hpp"

namespace buckstop::identity {

// {"current": …, "new": …}: the second isn't a name in C++.
struct ChangePasswordInput {
    std::string current, next;
};
BOOST_DESCRIBE_STRUCT(ChangePasswordInput, (), (current, next))

} // namespace buckstop::identity

template <>
struct buckstop::json::Form<buckstop::identity::ChangePasswordInput> {
    static void read(const boost::json::value& from, identity::ChangePasswordInput& into, Reading& reading) {
        const auto* object = detail::object_in(from, reading);
        if (object == nullptr)
            return;
        detail::refuse_unknown(
            *object, [](std::string_view name) { return name == "current" || name == "new"; }, reading);
        const auto member = [&](std::string_view name, std::string& text) {
            reading.member(name, [&] {
                if (const auto* value = object->if_contains(name))
                    Form<std::string>::read(*value, text, reading);
                else
                    reading.refuse("required", "This is needed.");
            });
        };
        member("current", into.current);
        member("new", into.next);
    }
    static boost::json::object schema(boost::json::object&) {
        const boost::json::object text{{"type", "string"}};
        return {{"type", "object"},
                {"properties", {{"current", text}, {"new", text}}},
                {"required", {"current", "new"}},
                {"additionalProperties", false}};
    }
};

namespace buckstop::identity {
namespace {

using http::Audience;
using http::Call;
using http::Nothing;

struct SignInInput {
    std::string email, password;
};
BOOST_DESCRIBE_STRUCT(SignInInput, (), (email, password))

struct PasswordInput {
    std::string password;
};
BOOST_DESCRIBE_STRUCT(PasswordInput, (), (password))

struct EmailInput {
    std::string email;
};
BOOST_DESCRIBE_STRUCT(EmailInput, (), (email))

struct RecoveryCode {
    std::string recovery_code;
};
BOOST_DESCRIBE_STRUCT(RecoveryCode, (), (recovery_code))

struct Unsealed {
    int drafts = 0;
};
BOOST_DESCRIBE_STRUCT(Unsealed, (), (drafts))

struct Sessions {
    std::vector<OwnSession> items;
};
BOOST_DESCRIBE_STRUCT(Sessions, (), (items))

struct Notices {
    std::vector<Notice> items;
};
BOOST_DESCRIBE_STRUCT(Notices, (), (items))

void add_session_routes(http::Router& router, const Context& context, const Hooks& hooks) {
    router.get<Nothing, Session>(
        "/session",
        {.tag = "identity", .summary = "Who is signed in, if anybody", .audience = Audience::anybody},
        [context, hooks](const Nothing&, Call& call) -> Result<Session> {
            return describe_session(context, call.request(), call.who(), hooks);
        });
    router.post<SignInInput, Session>(
        "/session", {.tag = "identity", .summary = "Sign in", .audience = Audience::anybody},
        [context, hooks](const SignInInput& input, Call& call) -> Result<Session> {
            return sign_in(context, call, input.email, input.password, hooks);
        });
    router.del<Nothing, Nothing>("/session", {.tag = "identity", .summary = "Sign out"},
                                 [context](const Nothing&, Call& call) -> Result<> {
                                     sign_out(context, call);
                                     return {};
                                 });
    router.get<Nothing, Sessions>("/sessions", {.tag = "identity", .summary = "Where I am signed in"},
                                  [context](const Nothing&, Call& call) -> Result<Sessions> {
                                      return Sessions{own_sessions(context, call.who())};
                                  });
    router.del<Nothing, Nothing>("/sessions", {.tag = "identity", .summary = "Sign out everywhere"},
                                 [context](const Nothing&, Call& call) -> Result<> {
                                     sign_out_everywhere(context, call);
                                     return {};
                                 });
}

void add_link_routes(http::Router& router, const Context& context, const Hooks& hooks) {
    router.get<Nothing, Invitation>("/invitations/{token}",
                                    {.tag = "identity",
                                     .summary = "Where an invitation or a reset link leads",
                                     .audience = Audience::anybody},
                                    [context](const Nothing&, Call& call) -> Result<Invitation> {
                                        return find_invitation(context, call.path_text("token"));
                                    });
    router.post<PasswordInput, Entered>(
        "/invitations/{token}/accept",
        {.tag = "identity",
         .summary = "Choose a password by a link, and sign in",
         .audience = Audience::anybody},
        [context, hooks](const PasswordInput& input, Call& call) -> Result<Entered> {
            return accept(context, call, call.path_text("token"), input.password, hooks);
        });
    router.post<EmailInput, ResetRequested>(
        "/password-reset",
        {.tag = "identity",
         .summary = "Ask for a mail with a link that resets the password",
         .audience = Audience::anybody,
         .success_status = 202},
        [context](const EmailInput& input, Call& call) -> Result<ResetRequested> {
            return request_reset(context, call.request(), input.email);
        });
}

void add_account_routes(http::Router& router, const Context& context, const Hooks& hooks) {
    router.put<ChangePasswordInput, Nothing>(
        "/account/password", {.tag = "identity", .summary = "Change my password; signs my other devices out"},
        [context](const ChangePasswordInput& input, Call& call) -> Result<> {
            return change_password(context, call.who(), input.current, input.next);
        });
    router.post<PasswordInput, RecoveryCode>(
        "/account/recovery-code",
        {.tag = "identity", .summary = "A new recovery code in place of the last one"},
        [context](const PasswordInput& input, Call& call) -> Result<RecoveryCode> {
            auto code = renew_recovery_code(context, call.who(), input.password);
            if (!code)
                return fail(code.error());
            return RecoveryCode{std::move(*code)};
        });
    router.post<RecoveryCode, Unsealed>(
        "/account/unseal", {.tag = "identity", .summary = "Open drafts that a password reset has sealed"},
        [context, hooks](const RecoveryCode& input, Call& call) -> Result<Unsealed> {
            const auto drafts = unseal(context, call.who(), input.recovery_code, hooks.sealed_texts);
            if (!drafts)
                return fail(drafts.error());
            return Unsealed{*drafts};
        });
}

void add_notice_routes(http::Router& router, const Context& context) {
    router.get<Nothing, Notices>("/notices",
                                 {.tag = "identity", .summary = "What I should be told, unseen first"},
                                 [context](const Nothing&, Call& call) -> Result<Notices> {
                                     return context.database.read([&](db::Transaction& tx) {
                                         return Notices{notices(tx, call.who().org, call.who().person)};
                                     });
                                 });
    router.post<Nothing, Nothing>(
        "/notices/{notice}/seen", {.tag = "identity", .summary = "I have seen this notice"},
        [context](const Nothing&, Call& call) -> Result<> {
            const auto id = call.id<struct Notice>("notice");
            if (!id)
                return fail(id.error());
            const bool found = context.database.write([&](db::Transaction& tx) {
                return store::mark_seen(tx, call.who().org, call.who().person, *id, context.now());
            });
            if (!found)
                return fail(ErrorCode::not_found, "There is no such notice.");
            return {};
        });
}

} // namespace

void add_routes(http::Router& router, const Context& context, const Hooks& hooks) {
    add_session_routes(router, context, hooks);
    add_link_routes(router, context, hooks);
    add_account_routes(router, context, hooks);
    add_notice_routes(router, context);
}

} // namespace buckstop::identity
