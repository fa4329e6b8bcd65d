// The one-time token by which whoever sees the console becomes the first administrator.
#include "features/identity/identity.hpp"
#include "features/identity/keys.hpp"
#include "features/identity/store.hpp"

namespace buckstop::identity {
namespace {

std::string lookup(std::string_view token) {
    return keys::to_base64(keys::derive(keys::Use::setup_lookup, token));
}

} // namespace

std::optional<std::string> offer_setup(const Context& context) {
    return context.database.write([&](db::Transaction& tx) -> std::optional<std::string> {
        if (store::anybody_can_sign_in(tx))
            return std::nullopt;
        auto token = keys::new_recovery_code(); // the same form: easy to read off a console and to type
        store::set_setup_token(tx, lookup(token), context.now());
        return token;
    });
}

Result<> take_setup_token(db::Transaction& tx, std::string_view typed) {
    const auto token = keys::read_recovery_code(typed);
    if (!token || store::anybody_can_sign_in(tx) || !store::delete_setup_token(tx, lookup(*token)))
        return fail(ErrorCode::forbidden,
                    "This isn't the set-up token. It stands on the console where Buckstop was "
                    "started, and works once.");
    return {};
}

} // namespace buckstop::identity
