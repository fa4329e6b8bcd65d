#include "features/imports/apply_references.hpp"

namespace buckstop::imports {

void References::add_person(const Text& key, const Text& name, const Text& email) {
    if (key)
        people_keys_.add(*key, {*key, name, email});
    else if (email)
        people_keys_.add(*email, {{}, name, email});
    else if (name)
        people_.add(*name);
}

void References::add_company(const Text& key, const Text& name) {
    if (key)
        company_keys_.add(*key, {*key, name, {}});
    else if (name)
        companies_.add(*name);
}

void References::learn(db::Transaction& tx, const Scope& scope, Applied& into) {
    learn_company_keys(tx, scope, memory_, company_keys_.references, into);
    learn_companies(tx, scope, memory_, companies_.texts, into);
    learn_people_keys(tx, scope, memory_, people_keys_.references, into);
    learn_people(tx, scope, memory_, people_.texts, into);
}

std::optional<PersonId> References::person(const Text& key, const Text& name, const Text& email) const {
    if (key || email)
        return PersonId(memory_.people_keys.find(key ? *key : *email).value());
    return name ? std::optional(PersonId(memory_.people.find(*name).value())) : std::nullopt;
}

std::optional<CompanyId> References::company(const Text& key, const Text& name) const {
    if (key)
        return CompanyId(memory_.company_keys.find(*key).value());
    return name ? std::optional(CompanyId(memory_.companies.find(*name).value())) : std::nullopt;
}

} // namespace buckstop::imports
