#include "base/money.hpp"
#include "features/imports/numbers.hpp"

#include <algorithm>
#include <array>
#include <atomic>

namespace buckstop::imports {
namespace {

struct Mark {
    std::string_view mark;
    std::string_view currencies; // that share it
};

constexpr auto marks = std::to_array<Mark>({
    {"\xE2\x82\xAC", "EUR"},
    {"\xC2\xA3", "GBP"},
    {"$", "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP BRL"},
    {"US$", "USD"},
    {"CA$", "CAD"},
    {"C$", "CAD"},
    {"A$", "AUD"},
    {"AU$", "AUD"},
    {"NZ$", "NZD"},
    {"S$", "SGD"},
    {"HK$", "HKD"},
    {"R$", "BRL"},
    {"MX$", "MXN"},
    {"\xC2\xA5", "JPY CNY"},
    {"kr", "SEK NOK DKK ISK"},
    {"kr.", "DKK SEK NOK ISK"},
    {"z\xC5\x82", "PLN"},
    {"K\xC4\x8D", "CZK"},
    {"Ft", "HUF"},
    {"lei", "RON MDL"},
    {"\xE2\x82\xB9", "INR"},
    {"Rs", "INR PKR LKR"},
    {"Rs.", "INR PKR LKR"},
    {"\xE2\x82\xBD", "RUB"},
    {"\xE2\x82\xB4", "UAH"},
    {"\xE2\x82\xBA", "TRY"},
    {"\xE2\x82\xAA", "ILS"},
    {"\xE2\x82\xA9", "KRW"},
    {"\xE2\x82\xAB", "VND"},
    {"\xE0\xB8\xBF", "THB"},
    {"Fr.", "CHF"},
    {"SFr.", "CHF"},
});

// Which bytes begin a mark: most words are told apart by their first letter already.
constexpr auto first_bytes = [] {
    std::array<bool, 256> first{};
    for (const auto& mark : marks)
        first[static_cast<unsigned char>(mark.mark[0])] = true;
    return first;
}();

const Mark* find_mark(std::string_view mark) {
    if (mark.empty() || !first_bytes[static_cast<unsigned char>(mark[0])])
        return nullptr;
    const auto* const found = std::ranges::find(marks, mark, &Mark::mark);
    return found == marks.end() ? nullptr : found;
}

} // namespace

bool is_known_currency(std::string_view code) {
    static std::array<std::atomic<signed char>, std::size_t{26} * 26 * 26> known{}; // 0: not asked yet
    std::size_t index = 0;
    for (const char c : code) {
        if (c < 'A' || c > 'Z' || code.size() != 3)
            return false;
        index = index * 26 + static_cast<std::size_t>(c - 'A');
    }
    if (code.empty())
        return false;
    auto answer = known[index].load(std::memory_order_relaxed);
    if (answer == 0) {
        answer = is_currency(code) ? 1 : -1;
        known[index].store(answer, std::memory_order_relaxed);
    }
    return answer > 0;
}

std::optional<std::string_view> currency_of(std::string_view mark, std::string_view likely) {
    if (is_known_currency(mark))
        return mark;
    const Mark* found = find_mark(mark);
    if (found == nullptr)
        return std::nullopt;
    if (found->currencies.size() == 3)
        return found->currencies;
    if (likely.size() == 3 && found->currencies.find(likely) != std::string_view::npos)
        return likely;
    return std::nullopt;
}

std::string_view currencies_sharing(std::string_view mark) {
    const Mark* found = find_mark(mark);
    return found == nullptr || found->currencies.size() == 3 ? std::string_view{} : found->currencies;
}

bool is_currency_mark(std::string_view mark) {
    return is_known_currency(mark) || find_mark(mark) != nullptr;
}

} // namespace buckstop::imports
