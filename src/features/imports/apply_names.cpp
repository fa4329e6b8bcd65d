#include "features/imports/apply_names.hpp"

#include "features/crm/crm.hpp"
#include "features/imports/apply_hash.hpp"
#include "features/imports/apply_store.hpp"
#include "features/people/people.hpp"

#include <map>

namespace buckstop::imports {
namespace {

using Names = std::vector<std::string_view>;

// Names as the file writes them, by what they are compared by.
std::map<std::string, Names> by_compared_name(std::span<const std::string_view> names,
                                              std::string (*compared)(std::string_view)) {
    std::map<std::string, Names> result;
    for (const auto name : names)
        result[compared(name)].push_back(name);
    return result;
}

std::vector<std::string> keys_of(const std::map<std::string, Names>& names) {
    std::vector<std::string> keys;
    for (const auto& [key, unused] : names)
        keys.push_back(key);
    return keys;
}

void put_all(IdsByText& ids, const Names& names, std::int64_t id) {
    for (const auto name : names)
        ids.put(name, id);
}

std::string person_key(std::string_view name) {
    return people::name_key(name);
}

// A person who isn't known by key, for compare: by address, else by name.
std::optional<std::int64_t> find_person(db::Transaction& tx, const Scope& scope, const Reference& reference) {
    if (const auto found =
            store::find_person(tx, scope.org, scope.source, reference.key,
                               reference.email ? people::name_key(*reference.email) : std::string(),
                               reference.name ? people::name_key(*reference.name) : std::string()))
        return found;
    const auto erased = people::find_erased(
        tx, scope.org,
        {.source = scope.source, .key = reference.key, .name = reference.name, .email = reference.email});
    return erased ? std::optional(erased->value()) : std::nullopt;
}

void count_created(Applied& into, Kind kind, bool created = true) {
    if (created)
        ++into.counts.of(kind).created;
}

void note_made_row(const Scope& scope, Applied& into, Kind kind, std::int64_t id) {
    if (!scope.compare)
        into.journal[kind].made.push_back(id);
}

} // namespace

void make_companies(db::Transaction& tx, const Scope& scope, Memory& memory,
                    const std::vector<store::NewCompany>& companies, Applied& into) {
    if (!scope.compare)
        store::insert_companies(tx, scope, companies);
    for (const auto& company : companies) {
        note_made_row(scope, into, Kind::company, company.id.value());
        count_created(into, Kind::company,
                      !scope.compare || note_made(memory, Kind::company, company.external_key));
        if (scope.compare) // so that whoever only names it finds it
            (void)note_made(memory, Kind::company, key_of_name(company.name_key));
    }
}

std::string compared_name(std::string_view name) {
    auto key = crm::name_key(name);
    return key.empty() ? people::name_key(name) : key; // "???" is a name too
}

std::string key_of_name(std::string_view compared) {
    return "name:" + std::string(compared);
}

bool note_made(Memory& memory, Kind kind, std::string_view what) {
    ContentHash hash;
    hash.add(enum_name(kind));
    hash.add(what);
    return memory.made.note(static_cast<std::uint64_t>(hash.value()));
}

std::int64_t id_to_be(std::string_view text) {
    return -1 - static_cast<std::int64_t>(short_hash(text) >> 1U);
}

void learn_companies(db::Transaction& tx, const Scope& scope, Memory& memory,
                     std::span<const std::string_view> names, Applied& into) {
    if (names.empty())
        return;
    auto wanted = by_compared_name(names, compared_name);
    for (const auto& row : store::companies_by_name(tx, scope.org, scope.source, keys_of(wanted)))
        if (const auto found = wanted.find(row.name_key); found != wanted.end()) {
            put_all(memory.companies, found->second, row.id.value());
            wanted.erase(found);
        }
    std::vector<store::NewCompany> made;
    for (const auto& [key, written] : wanted) {
        const auto id = scope.compare ? CompanyId(id_to_be(key)) : tx.new_id<struct Company>();
        put_all(memory.companies, written, id.value());
        made.push_back(
            {.id = id, .external_key = key_of_name(key), .name = written.front(), .name_key = key});
    }
    make_companies(tx, scope, memory, made, into);
}

void learn_products(db::Transaction& tx, const Scope& scope, Memory& memory,
                    std::span<const std::string_view> names, Applied& into) {
    if (names.empty())
        return;
    auto wanted = by_compared_name(names, compared_name);
    for (const auto& row : store::products_by_name(tx, scope.org, keys_of(wanted)))
        if (const auto found = wanted.find(row.name_key); found != wanted.end()) {
            put_all(memory.products, found->second, row.id.value());
            wanted.erase(found);
        }
    for (const auto& [key, written] : wanted) {
        const auto id = scope.compare ? ProductId(id_to_be(key)) : tx.new_id<struct Product>();
        put_all(memory.products, written, id.value());
        if (!scope.compare)
            store::insert_product(tx, scope, {.id = id, .name = written.front(), .name_key = key});
        note_made_row(scope, into, Kind::product, id.value());
        count_created(into, Kind::product, !scope.compare || note_made(memory, Kind::product, key));
    }
}

void learn_people(db::Transaction& tx, const Scope& scope, Memory& memory,
                  std::span<const std::string_view> names, Applied& into) {
    if (names.empty())
        return;
    if (!scope.compare) {
        const auto found = people::find_or_create_people(tx, scope.now, scope.org, names);
        for (std::size_t i = 0; i < names.size(); ++i) {
            memory.people.put(names[i], found[i].id.value());
            count_created(into, Kind::person, found[i].created);
            if (found[i].created)
                note_made_row(scope, into, Kind::person, found[i].id.value());
        }
        return;
    }
    auto wanted = by_compared_name(names, person_key);
    for (const auto& row : store::people_by_name(tx, scope.org, keys_of(wanted)))
        if (const auto found = wanted.find(row.name_key); found != wanted.end()) {
            put_all(memory.people, found->second, row.id.value());
            wanted.erase(found);
        }
    for (const auto& [key, written] : wanted) {
        if (const auto erased = people::find_erased(tx, scope.org, {.name = written.front()})) {
            put_all(memory.people, written, erased->value());
            continue;
        }
        put_all(memory.people, written, id_to_be(key));
        count_created(into, Kind::person, note_made(memory, Kind::person, key));
    }
}

void learn_company_keys(db::Transaction& tx, const Scope& scope, Memory& memory,
                        std::span<const Reference> references, Applied& into) {
    if (references.empty())
        return;
    std::vector<std::string> keys, names;
    for (const auto& reference : references) {
        keys.emplace_back(reference.key);
        names.push_back(compared_name(reference.name.value_or(reference.key)));
    }
    std::map<std::string, CompanyId, std::less<>> known, only_named;
    for (const auto& row : store::companies_by_key(tx, scope.org, scope.source, keys))
        known.emplace(row.external_key, row.id);
    for (const auto& row : store::companies_by_name(tx, scope.org, scope.source, names))
        if (row.external_key == key_of_name(row.name_key))
            only_named.emplace(row.name_key, row.id);
    std::vector<store::NewCompany> made;
    for (std::size_t i = 0; i < references.size(); ++i) {
        CompanyId id;
        if (const auto found = known.find(references[i].key); found != known.end()) {
            id = found->second;
        } else if (const auto named = only_named.find(names[i]); named != only_named.end()) {
            id = named->second;
            only_named.erase(named);
            if (!scope.compare)
                store::give_key(tx, scope, id, references[i].key);
        } else {
            id = scope.compare ? CompanyId(id_to_be(references[i].key)) : tx.new_id<struct Company>();
            made.push_back({.id = id,
                            .external_key = keys[i],
                            .name = references[i].name.value_or(references[i].key),
                            .name_key = names[i]});
        }
        memory.company_keys.put(references[i].key, id.value());
    }
    make_companies(tx, scope, memory, made, into);
}

void learn_people_keys(db::Transaction& tx, const Scope& scope, Memory& memory,
                       std::span<const Reference> references, Applied& into) {
    for (const auto& reference : references) {
        // A row that only refers to somebody doesn't change what is known about them.
        auto known = reference.key.empty()
                         ? std::nullopt
                         : people::find_person_by_key(tx, scope.org, scope.source, reference.key);
        std::int64_t id = known ? known->value() : 0;
        const auto text = reference.key.empty() ? *reference.email : reference.key;
        if (!known && scope.compare) {
            const auto found = find_person(tx, scope, reference);
            id = found.value_or(id_to_be(text));
            count_created(
                into, Kind::person,
                !found && note_made(memory, Kind::person, people::name_key(reference.name.value_or(text))));
        } else if (!known) {
            const people::PersonFacts facts{.source = scope.source,
                                            .key = reference.key,
                                            .name = reference.name.value_or(text),
                                            .email = reference.email};
            const auto made = people::upsert_people(tx, scope.now, scope.org, std::span(&facts, 1)).front();
            id = made.id.value();
            count_created(into, Kind::person, made.change == people::Change::created);
            note_person(into.journal[Kind::person], made,
                        {.key = reference.key, .name = facts.name, .email = reference.email});
        }
        memory.people_keys.put(text, id);
    }
}

} // namespace buckstop::imports
