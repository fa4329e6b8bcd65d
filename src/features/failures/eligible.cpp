#include "features/failures/eligible.hpp"

#include <array>
#include <cstring>
#include <sodium.h>
#include <stdexcept>

namespace buckstop::failures {

bool is_drawn(OrgId org, DealId deal, double share) {
    constexpr std::string_view purpose = "buckstop sampled_win";
    std::array<unsigned char, crypto_shorthash_KEYBYTES> key{};
    std::array<unsigned char, purpose.size() + sizeof(std::int64_t)> seed{};
    std::memcpy(seed.data(), purpose.data(), purpose.size());
    for (std::size_t i = 0; i < sizeof(std::int64_t); ++i)
        seed[purpose.size() + i] =
            static_cast<unsigned char>(static_cast<std::uint64_t>(org.value()) >> (8 * i));
    crypto_generichash(key.data(), key.size(), seed.data(), seed.size(), nullptr, 0);

    const std::string text = deal.text();
    const std::vector<unsigned char> bytes(text.begin(), text.end());
    std::array<unsigned char, crypto_shorthash_BYTES> hash{};
    crypto_shorthash(hash.data(), bytes.data(), bytes.size(), key.data());
    std::uint64_t lot = 0;
    for (const unsigned char byte : hash)
        lot = lot << 8U | byte;
    // 53 bits, so that the lot is exact as a double in [0, 1).
    return static_cast<double>(lot >> 11U) / 9007199254740992.0 < share;
}

crm::Outcome outcome_of(Kind kind) {
    switch (kind) {
    case Kind::lost_deal:
        return crm::Outcome::lost;
    case Kind::pushed_deal:
        return crm::Outcome::open;
    case Kind::sampled_win:
        return crm::Outcome::won;
    default:
        throw std::logic_error("failures of this kind aren't about deals");
    }
}

Date ended_on(const DealFacts& deal) {
    return deal.closed_on.value_or(deal.as_of);
}

bool asks_about(const Question& question, const DealFacts& deal, OrgId org, std::string_view currency) {
    if (deal.gone_on || deal.outcome != outcome_of(question.kind))
        return false;
    if (question.kind == Kind::sampled_win)
        return is_drawn(org, deal.deal_id, question.share.value_or(0));
    if (question.kind == Kind::pushed_deal && deal.pushes < question.pushes.value_or(1))
        return false;
    const bool comparable = question.threshold_minor && deal.value_minor && deal.currency == currency;
    return !comparable || *deal.value_minor >= *question.threshold_minor;
}

} // namespace buckstop::failures
