#include "features/imports/apply_memory.hpp"

#include <bit>

namespace buckstop::imports {

std::size_t SeenKeys::slot_of(std::uint64_t key) const {
    const auto mask = keys_.size() - 1;
    auto slot = static_cast<std::size_t>(key) & mask;
    while (keys_[slot] != 0 && keys_[slot] != key)
        slot = (slot + 1) & mask;
    return slot;
}

bool SeenKeys::has(std::uint64_t key) const {
    key += key == 0 ? 1 : 0;
    return !keys_.empty() && keys_[slot_of(key)] != 0;
}

void SeenKeys::grow() {
    SeenKeys larger(most_);
    larger.keys_.resize(std::bit_ceil(std::max<std::size_t>(keys_.size() * 2, 1024)));
    if (!values_.empty())
        larger.values_.resize(larger.keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i)
        if (keys_[i] != 0) {
            const auto slot = larger.slot_of(keys_[i]);
            larger.keys_[slot] = keys_[i];
            if (!values_.empty())
                larger.values_[slot] = values_[i];
        }
    keys_ = std::move(larger.keys_);
    values_ = std::move(larger.values_);
}

std::pair<std::int64_t, bool> SeenKeys::note(std::uint64_t key, std::optional<std::int64_t> value) {
    key += key == 0 ? 1 : 0;
    if (keys_.empty() || used_ * 4 >= keys_.size() * 3)
        grow();
    if (value && values_.empty())
        values_.resize(keys_.size());
    const auto slot = slot_of(key);
    const bool there = keys_[slot] != 0;
    const auto before = value ? values_[slot] : 0;
    if (!there) {
        if (full())
            return {0, false};
        keys_[slot] = key;
        ++used_;
    }
    if (value)
        values_[slot] = *value;
    return {before, there};
}

void Memory::forget() {
    for (auto* ids : {&companies, &company_keys, &products, &people, &people_keys})
        ids->clear();
    look_everything_up();
}

void Memory::look_everything_up() {
    deals_are_new = false;
    new_sources.clear();
}

void Memory::trim() {
    for (auto* ids : {&companies, &company_keys, &products, &people, &people_keys})
        ids->trim(most_names);
}

} // namespace buckstop::imports
