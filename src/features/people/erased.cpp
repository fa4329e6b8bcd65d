// Who was erased: what stays of them, and how an import that still names them is kept from bringing them
// back. docs/operators/privacy.md says it for people, docs/decisions/014 why it is so.
#include "features/people/names.hpp"
#include "features/people/people.hpp"
#include "features/people/store.hpp"

#include <array>
#include <fmt/format.h>
#include <sodium.h>

namespace buckstop::people {
namespace {

using Bytes = std::array<unsigned char, 32>;

std::string hexadecimal(const Bytes& bytes) {
    std::string text;
    for (const auto byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

std::string new_salt() {
    Bytes bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return hexadecimal(bytes);
}

// Of something that a person is known by. The salt keeps hashes of two organisations from being compared; who
// has the database can still try whether a name that they know is among them.
std::string hash_of(std::string_view salt, std::string_view kind, std::string_view source,
                    std::string_view text) {
    const std::string all = fmt::format("{}\n{}\n{}\n{}", salt, kind, source, text);
    Bytes hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(all.data()),
                       all.size(), nullptr, 0);
    return hexadecimal(hash);
}

// "Okafor, Ada" is Ada Okafor.
std::string name_hash(std::string_view salt, std::string_view name) {
    const auto comma = name.find(',');
    const auto plain = comma == name.npos
                           ? std::string(name)
                           : fmt::format("{} {}", tidy(name.substr(comma + 1)), tidy(name.substr(0, comma)));
    return hash_of(salt, "name", "", name_key(plain));
}

void remember(db::Transaction& tx, OrgId org, const PersonImage& person) {
    const auto salt = store::erasure_salt(tx, org, new_salt());
    const auto put = [&](std::string kind, std::optional<std::string> source, std::string hash) {
        store::insert_erased_name(tx, org, person.id, {std::move(kind), std::move(source), std::move(hash)});
    };
    put("name", std::nullopt, name_hash(salt, person.name));
    if (person.email)
        put("email", std::nullopt, hash_of(salt, "email", "", *person.email));
    if (person.source && person.external_key)
        put("key", person.source, hash_of(salt, "key", *person.source, *person.external_key));
}

} // namespace

Erased erase_row(db::Transaction& tx, Instant now, OrgId org, const PersonImage& person) {
    Erased erased{.id = person.id, .number = store::next_erased_number(tx, org)};
    erased.name = fmt::format("Someone {}", erased.number);
    store::remove_what_goes_with(tx, org, person.id);
    store::insert_erased(tx, org, erased, now);
    remember(tx, org, person);
    store::give_reports_to(tx, org, person.id, person.manager_id);
    auto row = store::find(tx, org, person.id).value();
    row.name = erased.name;
    row.email.reset();
    row.title.reset();
    row.source.reset();
    row.external_key.reset();
    row.is_active = false;
    store::update(tx, org, row);
    return erased;
}

bool is_erased(db::Transaction& tx, OrgId org, PersonId person) {
    return store::is_erased(tx, org, person);
}

std::optional<PersonId> find_erased(db::Transaction& tx, OrgId org, const PersonFacts& facts) {
    const auto salt = store::erasure_salt(tx, org);
    if (!salt) // nobody was erased yet
        return std::nullopt;
    if (!facts.key.empty())
        if (const auto found =
                store::erased_by(tx, org, "key", hash_of(*salt, "key", facts.source, facts.key)))
            return found;
    if (facts.email && !tidy(*facts.email).empty())
        if (const auto found = store::erased_by(
                tx, org, "email", hash_of(*salt, "email", "", identity::fold_address(*facts.email))))
            return found;
    if (!facts.name || tidy(*facts.name).empty())
        return std::nullopt;
    const auto but_known_to = facts.key.empty() ? std::nullopt : std::optional(facts.source);
    return store::erased_by_name(tx, org, name_hash(*salt, *facts.name), but_known_to);
}

std::optional<PersonImage> find_image(db::Transaction& tx, OrgId org, PersonId person) {
    const auto row = store::find(tx, org, person);
    if (!row)
        return std::nullopt;
    return PersonImage{.id = row->id,
                       .name = row->name,
                       .email = row->email,
                       .title = row->title,
                       .team_id = row->team_id,
                       .manager_id = row->manager_id,
                       .source = row->source,
                       .external_key = row->external_key,
                       .is_active = row->is_active};
}

bool is_last_administrator(db::Transaction& tx, OrgId org, PersonId person) {
    const auto roles = store::roles(tx, org, person);
    const bool is_one = std::ranges::find(roles, access::Role::administrator) != roles.end() &&
                        store::can_sign_in(tx, org, person);
    return is_one && store::count_administrators(tx, org) <= 1;
}

} // namespace buckstop::people
