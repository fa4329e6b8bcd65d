#include "features/identity/throttle.hpp"

#include "features/identity/keys.hpp"
#include "features/identity/store.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <sodium.h>

namespace buckstop::identity::throttle {
namespace {

constexpr double half_life_seconds = 15 * 60;
constexpr auto kept = std::chrono::hours(24);

std::string keyed_hash(const std::string& secret, std::string_view what) {
    std::array<unsigned char, 24> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(what.data()),
                       what.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
    return keys::to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

// The key is the installation's, and made at first use. It hides addresses from who reads the table alone.
std::string secret(db::Transaction& tx) {
    const auto text = store::server_secret(tx, "throttle", keys::to_base64(keys::random_bytes()));
    return keys::from_base64(text).value_or(text);
}

double seconds(std::chrono::microseconds time) {
    return std::chrono::duration<double>(time).count();
}

double failures_now(const store::Failures& row, Instant now) {
    return row.failures * std::exp2(-std::max(0.0, seconds(now - row.updated_at)) / half_life_seconds);
}

double pause_after(const Budget& budget, double failures) {
    const double beyond = failures - budget.free;
    return beyond < 0.5 ? 0 : std::min(budget.longest, budget.pause * std::exp2(std::min(beyond, 20.0)));
}

} // namespace

std::string network_of(std::string_view client) {
    std::array<unsigned char, 16> bytes{};
    std::string text(client);
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1)
        return text;
    std::string network;
    for (std::size_t i = 0; i < 8; ++i)
        network += fmt::format("{:02x}", bytes.at(i));
    return network;
}

Try sign_in(db::Transaction& tx, std::string_view address, std::string_view client,
            std::optional<std::int64_t> device) {
    const auto key = secret(tx);
    if (device)
        return {{{.key = keyed_hash(key, fmt::format("device\n{}", *device)), .free = 10}}};
    const std::string account(address);
    const auto network = network_of(client);
    return {
        {{.key = keyed_hash(key, "pair\n" + network + "\n" + account), .free = 5},
         {.key = keyed_hash(key, "account\n" + account), .free = 50, .longest = 30, .only_after_own = true},
         {.key = keyed_hash(key, "network\n" + network), .free = 50, .longest = 30}}};
}

Try confirmation(db::Transaction& tx, OrgId org, PersonId person) {
    return {{{.key = keyed_hash(secret(tx), fmt::format("confirm\n{} {}", org.value(), person.value())),
              .free = 10}}};
}

Try reset_request(db::Transaction& tx, std::string_view client) {
    return {{{.key = keyed_hash(secret(tx), "reset\n" + network_of(client)), .free = 10}}};
}

Try reset_mail(db::Transaction& tx, std::string_view address) {
    return {{{.key = keyed_hash(secret(tx), "mail\n" + std::string(address)),
              .free = 2,
              .pause = 300,
              .longest = 3600}}};
}

std::optional<std::chrono::seconds> begin(db::Transaction& tx, Instant now, const Try& attempt) {
    std::vector<double> counted;
    double pause = 0;
    for (const auto& budget : attempt.budgets) {
        const auto row = store::failures(tx, budget.key).value_or(store::Failures{.updated_at = now});
        const double passed = seconds(now - row.updated_at);
        const bool spared = budget.only_after_own && !counted.empty() && counted.front() < 0.5;
        if (!spared)
            pause = std::max(pause, pause_after(budget, row.failures) - passed);
        counted.push_back(failures_now(row, now));
    }
    if (pause > 0)
        return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(pause)));
    for (std::size_t i = 0; i < counted.size(); ++i)
        store::set_failures(tx, attempt.budgets[i].key, counted[i] + 1, now);
    if (randombytes_uniform(64) == 0)
        store::forget_failures(tx, now - kept);
    return std::nullopt;
}

void succeeded(db::Transaction& tx, Instant now, const Try& attempt) {
    for (std::size_t i = 0; i < attempt.budgets.size(); ++i) {
        const auto row = store::failures(tx, attempt.budgets[i].key);
        if (!row)
            continue;
        // The first budget is one's own. The others are shared: who can sign in to one account doesn't get
        // further tries at others by it.
        const double left = i == 0 ? 0 : std::max(0.0, failures_now(*row, now) - 1);
        store::set_failures(tx, attempt.budgets[i].key, left, now);
    }
}

} // namespace buckstop::identity::throttle
