// From the names and keys that rows use for companies, products and people to the ids of those; what doesn't
// exist yet is made. Private to this feature.
#pragma once

#include "features/imports/apply.hpp"
#include "features/imports/apply_store.hpp"
#include "features/people/people.hpp"

#include <span>

namespace buckstop::imports {

// How a row refers to something that has a key of its own.
struct Reference {
    std::string_view key;
    Text name, email;
};

// Afterwards memory.companies (products, people) has an id for each of the names, which must be distinct.
void learn_companies(db::Transaction& tx, const Scope& scope, Memory& memory,
                     std::span<const std::string_view> names, Applied& into);
void learn_products(db::Transaction& tx, const Scope& scope, Memory& memory,
                    std::span<const std::string_view> names, Applied& into);
void learn_people(db::Transaction& tx, const Scope& scope, Memory& memory,
                  std::span<const std::string_view> names, Applied& into);
// The same for memory.company_keys and people_keys. A key that isn't known but whose name is, of something
// that so far only names speak of, is that thing's key from now on.
void learn_company_keys(db::Transaction& tx, const Scope& scope, Memory& memory,
                        std::span<const Reference> references, Applied& into);
void learn_people_keys(db::Transaction& tx, const Scope& scope, Memory& memory,
                       std::span<const Reference> references, Applied& into);

// Makes them, or while comparing counts them as made.
void make_companies(db::Transaction& tx, const Scope& scope, Memory& memory,
                    const std::vector<store::NewCompany>& companies, Applied& into);

// Notes in the journal what was said of a person, and made for them.
void note_person(JournalPart& journal, const people::UpsertedPerson& person, const PersonRecord& record);

// The row that a record makes where there was none.
[[nodiscard]] store::StoredCompany company_of(const Scope& scope, const CompanyRecord& record, CompanyId id);
[[nodiscard]] store::StoredProduct product_of(const Scope& scope, const ProductRecord& record, ProductId id);

// What a name is compared by; never empty.
[[nodiscard]] std::string compared_name(std::string_view name);
// What stands for the key of a company of which only the name is known.
[[nodiscard]] std::string key_of_name(std::string_view compared_name);

// While comparing: notes that this would be made. True the first time.
[[nodiscard]] bool note_made(Memory& memory, Kind kind, std::string_view what);
// An id that no row has, for what would be made; the same for the same text.
[[nodiscard]] std::int64_t id_to_be(std::string_view text);

// Gathers what isn't known yet, each once.
class Unknown {
  public:
    explicit Unknown(IdsByText& known) : known_(known) {}
    void add(std::string_view text, const Reference& reference = {}) { (void)find_or_add(text, reference); }
    // The id that is known; 0 for what has to be learnt first.
    std::int64_t find_or_add(std::string_view text, const Reference& reference = {}) {
        if (const auto known = known_.find(text))
            return *known;
        known_.put(text, 0);
        texts.push_back(text);
        references.push_back(reference);
        return 0;
    }
    std::vector<std::string_view> texts{};
    std::vector<Reference> references{};

  private:
    IdsByText& known_;
};

} // namespace buckstop::imports
