// What applying remembers between the batches of one import: which names and keys are which rows, and which
// keys have come. Its size is bounded, whatever the files' size; what it forgets is looked up again.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace buckstop::imports {

// Hashes of keys that have come. Exact but for hashes that collide, which make a new key look known.
class SeenKeys {
  public:
    explicit SeenKeys(std::size_t most) : most_(most) {}
    // False: it was there already. Once full, nothing new is noted.
    bool note(std::uint64_t key) { return !note(key, std::nullopt).second; }
    // The same with a value; gives what was noted before.
    std::optional<std::int64_t> note(std::uint64_t key, std::int64_t value) {
        const auto [before, there] = note(key, std::optional(value));
        return there ? std::optional(before) : std::nullopt;
    }
    [[nodiscard]] bool has(std::uint64_t key) const;
    [[nodiscard]] bool full() const { return used_ >= most_; }
    // Has the processor fetch what note(key) will look at: the table is larger than its cache.
    void expect(std::uint64_t key) const {
        if (!keys_.empty())
            __builtin_prefetch(&keys_[static_cast<std::size_t>(key) & (keys_.size() - 1)]);
    }

  private:
    std::pair<std::int64_t, bool> note(std::uint64_t key, std::optional<std::int64_t> value);
    [[nodiscard]] std::size_t slot_of(std::uint64_t key) const;
    void grow();

    std::size_t most_;
    std::size_t used_ = 0;
    std::vector<std::uint64_t> keys_;  // 0: free; an open table, at most three quarters full
    std::vector<std::int64_t> values_; // beside them, once one is noted with a value
};

// Texts as they stand in files (names, keys) and the ids of the rows they mean.
class IdsByText {
  public:
    [[nodiscard]] std::optional<std::int64_t> find(std::string_view text) const {
        const auto found = ids_.find(text);
        return found == ids_.end() ? std::nullopt : std::optional(found->second);
    }
    void put(std::string_view text, std::int64_t id) { ids_.insert_or_assign(std::string(text), id); }
    // Between batches: begins anew when it has grown too large.
    void trim(std::size_t most) {
        if (ids_.size() > most)
            ids_.clear();
    }
    void clear() { ids_.clear(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    boost::unordered_flat_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
};

struct Memory {
    static constexpr std::size_t most_names = 100'000;  // about 10 MB each
    static constexpr std::size_t most_keys = 3'000'000; // 34 MB; twice that while comparing
    static constexpr std::size_t most_made = 500'000;

    IdsByText companies, company_keys, products, people, people_keys;

    // The keys of deals that have come. `deals_are_new`: their source (one of new_sources) had no deal when
    // the import began, so that a key which hasn't come yet needs no look into the database.
    SeenKeys deals{most_keys};
    bool deals_are_new = false;
    std::set<std::string, std::less<>> new_sources;
    // Deals can only be found by reading the whole table (apply_indexes.hpp), which was done so many times.
    bool indexes_are_off = false;
    int whole_reads = 0;

    // While comparing: what would have been made, by kind and key, and the other keys that have come.
    SeenKeys made{most_made};
    SeenKeys others{most_keys};

    // Somebody else writes too: keys that haven't come here may be there.
    void look_everything_up();
    // The transaction that used this has failed: what it made isn't there.
    void forget();
    void trim();
};

} // namespace buckstop::imports
