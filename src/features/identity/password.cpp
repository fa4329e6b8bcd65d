#include "features/identity/password.hpp"

#include "features/identity/identity.hpp"
#include "features/identity/keys.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <semaphore>
#include <set>
#include <sodium.h>
#include <stdexcept>
#include <thread>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

namespace buckstop::identity {
namespace password {
namespace {

constexpr std::uint64_t passes = 2;
constexpr std::size_t memory_kib = 19'456; // 19 MiB
constexpr std::size_t least_letters = 10;
constexpr std::size_t most_bytes = 1'000;

// The same letters from any keyboard and system.
icu::UnicodeString normal(std::string_view password) {
    UErrorCode status = U_ZERO_ERROR;
    const auto text =
        icu::UnicodeString::fromUTF8({password.data(), static_cast<std::int32_t>(password.size())});
    const auto* form = icu::Normalizer2::getNFKCInstance(status);
    auto result = form->normalize(text, status);
    return U_SUCCESS(status) ? result : text;
}

std::string utf8(const icu::UnicodeString& text) {
    std::string result;
    text.toUTF8String(result);
    return result;
}

std::string folded(std::string_view text) {
    return utf8(normal(text).foldCase());
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// What everybody tries first, with digits and marks behind it or before it.
constexpr std::array common{
    "password",  "passwort", "motdepasse", "qwerty",   "qwertz",   "azerty",   "qwertyuiop",
    "asdfghjkl", "welcome",  "willkommen", "letmein",  "iloveyou", "admin",    "administrator",
    "changeme",  "buckstop", "football",   "baseball", "sunshine", "princess", "dragon",
    "monkey",    "superman", "master",     "login",    "secret",   "trustno",  "passw0rd",
    "p@ssword",  "p@ssw0rd", "starwars",   "computer", "internet", "whatever", "january",
    "february",  "march",    "april",      "may",      "june",     "july",     "august",
    "september", "october",  "november",   "december", "spring",   "summer",   "autumn",
    "winter",    "abc",      "abcd",       "test",     "testtest", "guest",    "user"};

// Steps of 0, 1 or -1 from each character to the next but for two: "1234567890", "aaaaaaaaaa".
bool is_a_run(std::string_view text) {
    int broken = 0;
    for (std::size_t i = 1; i < text.size(); ++i)
        broken += std::abs(text[i] - text[i - 1]) > 1 ? 1 : 0;
    return broken <= 2;
}

bool is_guessed_first(const std::string& text, const std::vector<std::string>& of_whom) {
    if (std::set<char>(text.begin(), text.end()).size() < 5 || is_a_run(text))
        return true;
    const auto first = std::ranges::find_if(text, is_letter);
    const auto last = std::find_if(text.rbegin(), text.rend(), is_letter).base();
    const std::string_view stem = first < last ? std::string_view(first, last) : std::string_view();
    if (std::ranges::find(common, stem) != common.end())
        return true;
    std::string rest = text;
    for (const auto& known : of_whom) {
        std::string word;
        for (const char c : folded(known) + " ") {
            if (is_letter(c)) {
                word += c;
                continue;
            }
            for (auto at = rest.find(word); word.size() > 2 && at != std::string::npos; at = rest.find(word))
                rest.erase(at, word.size());
            word.clear();
        }
    }
    return std::ranges::count_if(rest, is_letter) < 4 && rest.size() < text.size();
}

// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<verifier>", the last part absent while it is being derived.
struct Parameters {
    std::uint64_t passes = 0;
    std::size_t memory_kib = 0;
    std::string salt;
    std::string verifier;
};

std::vector<std::string_view> parts(std::string_view text, char separator) {
    std::vector<std::string_view> result;
    while (true) {
        const auto end = text.find(separator);
        result.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return result;
        text.remove_prefix(end + 1);
    }
}

template <class T>
T number_after(std::string_view text, std::string_view name) {
    T value = 0;
    if (text.starts_with(name)) {
        text.remove_prefix(name.size());
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc{} && end == text.data() + text.size())
            return value;
    }
    throw std::logic_error("a stored password can't be read");
}

Parameters read_stored(std::string_view stored) {
    const auto fields = parts(stored, '$');
    if (fields.size() < 5 || fields[1] != "argon2id" || fields[2] != "v=19")
        throw std::logic_error("a stored password can't be read");
    const auto costs = parts(fields[3], ',');
    const auto salt = keys::from_base64(fields[4]);
    if (costs.size() != 3 || costs[2] != "p=1" || !salt || salt->size() != crypto_pwhash_SALTBYTES)
        throw std::logic_error("a stored password can't be read");
    return {.passes = number_after<std::uint64_t>(costs[1], "t="),
            .memory_kib = number_after<std::size_t>(costs[0], "m="),
            .salt = *salt,
            .verifier = fields.size() > 5 ? keys::from_base64(fields[5]).value_or("") : ""};
}

// How many derivations run and wait at once.
class Turnstile {
  public:
    // Nothing where too many are waiting already.
    class Pass {
      public:
        explicit Pass(Turnstile* owner) : owner_(owner) {}
        Pass(Pass&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
        Pass& operator=(Pass&&) = delete;
        ~Pass() {
            if (owner_ != nullptr)
                owner_->running_.release();
        }

      private:
        Turnstile* owner_;
    };

    std::optional<Pass> enter() {
        struct Waiting {
            std::atomic<int>& count;
            int place;
            explicit Waiting(std::atomic<int>& of) : count(of), place(++count) {}
            ~Waiting() { --count; }
            Waiting(const Waiting&) = delete;
            Waiting& operator=(const Waiting&) = delete;
        } const waiting(waiting_);
        if (running_.try_acquire())
            return Pass(this);
        if (waiting.place > 2 * at_once() || !running_.try_acquire_for(std::chrono::seconds(2)))
            return std::nullopt;
        return Pass(this);
    }

  private:
    static int at_once() {
        static const int count = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 4);
        return count;
    }
    std::counting_semaphore<> running_{at_once()};
    std::atomic<int> waiting_{0};
};

std::atomic<std::uint64_t> derived_so_far{0};

Turnstile& turnstile() {
    static Turnstile one;
    return one;
}

} // namespace

Result<> check_new(std::string_view password, const std::vector<std::string>& of_whom,
                   std::string_view field) {
    const auto refuse = [&](std::string rule, std::string message) {
        return fail_field(std::string(field), std::move(rule), std::move(message));
    };
    if (password.size() > most_bytes)
        return refuse("too_long", fmt::format("A password has at most {} bytes.", most_bytes));
    const auto text = normal(password);
    if (static_cast<std::size_t>(text.countChar32()) < least_letters)
        return refuse(
            "too_short",
            fmt::format("Use at least {} characters; a few words are easy to remember.", least_letters));
    if (is_guessed_first(folded(password), of_whom))
        return refuse("too_common",
                      "This is among the first that somebody would try. Use a few words that don't "
                      "belong together.");
    return {};
}

std::string new_parameters() {
    return fmt::format("$argon2id$v=19$m={},t={},p=1${}", memory_kib, passes,
                       keys::to_base64(keys::random_bytes(crypto_pwhash_SALTBYTES)));
}

Result<Derived> derive(std::string_view password, std::string_view stored) {
    const auto parameters = read_stored(stored);
    auto text = password.size() <= most_bytes ? utf8(normal(password)) : std::string();
    const auto pass = turnstile().enter();
    if (!pass)
        return fail({.code = ErrorCode::unavailable,
                     .message = "Too many people are signing in at this moment. Please try again.",
                     .retry_after = std::chrono::seconds(2)});
    ++derived_so_far;
    std::string both(2 * keys::size, '\0');
    const int failed =
        crypto_pwhash(reinterpret_cast<unsigned char*>(both.data()), both.size(), text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(parameters.salt.data()), parameters.passes,
                      parameters.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13);
    keys::wipe(text);
    if (failed != 0)
        return fail(
            {.code = ErrorCode::unavailable,
             .message = "There isn't enough memory to check a password at this moment. Please try again.",
             .retry_after = std::chrono::seconds(5)});
    Derived derived{both.substr(0, keys::size), both.substr(keys::size)};
    keys::wipe(both);
    return derived;
}

std::uint64_t derivations() {
    return derived_so_far;
}

std::string to_store(std::string_view parameters, const Derived& derived) {
    return std::string(parameters) + "$" + keys::to_base64(derived.verifier);
}

bool matches(std::string_view stored, const Derived& derived) {
    return keys::equal(read_stored(stored).verifier, derived.verifier);
}

bool is_current(std::string_view stored) {
    const auto parameters = read_stored(stored);
    return parameters.passes == passes && parameters.memory_kib == memory_kib;
}

const std::string& nobodys() {
    static const std::string stored =
        to_store(new_parameters(), {.verifier = keys::random_bytes(), .wrapping_key = {}});
    return stored;
}

} // namespace password

Result<PreparedPassword> prepare_password(std::string_view password,
                                          const std::vector<std::string>& of_whom) {
    if (const auto good = password::check_new(password, of_whom, "password"); !good)
        return fail(good.error());
    const auto parameters = password::new_parameters();
    auto derived = password::derive(password, parameters);
    if (!derived)
        return fail(derived.error());
    return PreparedPassword{.stored = password::to_store(parameters, *derived),
                            .wrapping_key = std::move(derived->wrapping_key)};
}

} // namespace buckstop::identity
