#include "http/idempotency.hpp"

#include "http/problem.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace buckstop::http {

// What the table knows of one request: hashes, and the key that opens its answer.
struct Idempotency::Claim {
    OrgId org;
    PersonId person;
    std::string key_hash;
    std::string request_hash;
    std::array<unsigned char, crypto_secretbox_KEYBYTES> seal{};
};

namespace {

constexpr std::size_t largest_answer = 1U << 20U;
// After this long, a key without an answer most likely lost its program.
constexpr auto usual_time = std::chrono::seconds(30);

struct Stored {
    std::string request_hash;
    std::optional<int> status;
    std::optional<std::string> headers;
    std::optional<std::string> body;
    Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (request_hash, status, headers, body, created_at))

std::string to_base64(std::string_view bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back(); // the zero byte
    return text;
}

std::string from_base64(std::string_view text) {
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                      nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
    bytes.resize(size);
    return bytes;
}

// A hash of `parts` under `key`, each part told from the next.
std::array<unsigned char, 32> keyed_hash(std::string_view key,
                                         std::initializer_list<std::string_view> parts) {
    std::array<unsigned char, 32> short_key{};
    std::array<unsigned char, 32> hash{};
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    crypto_generichash(short_key.data(), short_key.size(), bytes(key), key.size(), nullptr, 0);
    crypto_generichash_state state;
    crypto_generichash_init(&state, short_key.data(), short_key.size(), hash.size());
    for (const auto part : parts) {
        const auto size = std::to_string(part.size()) + ':';
        crypto_generichash_update(&state, bytes(size), size.size());
        crypto_generichash_update(&state, bytes(part), part.size());
    }
    crypto_generichash_final(&state, hash.data(), hash.size());
    return hash;
}

std::string hash_text(const std::array<unsigned char, 32>& hash) {
    return to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

using SealKey = std::array<unsigned char, crypto_secretbox_KEYBYTES>;

std::string sealed(std::string_view body, const SealKey& key) {
    std::string box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + body.size(), '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(box.data());
    randombytes_buf(bytes, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(bytes + crypto_secretbox_NONCEBYTES,
                          reinterpret_cast<const unsigned char*>(body.data()), body.size(), bytes,
                          key.data());
    return to_base64(box);
}

std::optional<std::string> opened(std::string_view stored, const SealKey& key) {
    const auto box = from_base64(stored);
    constexpr auto overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (box.size() < overhead)
        return std::nullopt;
    std::string body(box.size() - overhead, '\0');
    const auto* bytes = reinterpret_cast<const unsigned char*>(box.data());
    if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(body.data()),
                                   bytes + crypto_secretbox_NONCEBYTES,
                                   box.size() - crypto_secretbox_NONCEBYTES, bytes, key.data()) != 0)
        return std::nullopt;
    return body;
}

// The headers that are worth repeating. Never a cookie.
std::string kept_headers(const Headers& headers, const std::string& content_type) {
    std::map<std::string, std::string> kept{{"content-type", content_type}};
    for (const auto& [name, value] : headers)
        if (name == "etag" || name == "location")
            kept.emplace(name, value);
    return json::to_text(kept);
}

// True where there still was a claim without an answer.
bool store(db::Transaction& tx, OrgId org, PersonId person, const std::string& key_hash, const SealKey& seal,
           const Response& response) {
    return tx.execute("update idempotency_key set status = $4, headers = $5, body = $6"
                      " where org_id = $1 and person_id = $2 and key = $3 and status is null",
                      org, person, key_hash, response.status,
                      kept_headers(response.headers, response.content_type), sealed(response.body, seal)) > 0;
}

Response replay(const Stored& stored, const SealKey& seal, std::string_view request_id) {
    auto body = opened(stored.body.value_or(""), seal);
    if (!body)
        return problem(Error{.message = "The stored answer can't be opened."}, request_id);
    Response response{
        .status = *stored.status, .headers = {{"idempotent-replay", "true"}}, .body = std::move(*body)};
    const auto parsed = json::parse(stored.headers.value_or("{}"));
    const auto headers = parsed ? json::read<std::map<std::string, std::string>>(*parsed)
                                : Result<std::map<std::string, std::string>>();
    for (const auto& [name, value] : headers.value_or(std::map<std::string, std::string>()))
        if (name == "content-type")
            response.content_type = value;
        else
            response.headers.emplace(name, value);
    return response;
}

Response refusal(ErrorCode code, std::string message, std::string_view request_id,
                 std::chrono::seconds again = {}) {
    return problem(Error{.code = code, .message = std::move(message), .fields = {}, .retry_after = again},
                   request_id);
}

bool is_good_key(std::string_view key) {
    return key.size() >= 16 && key.size() <= 128 &&
           std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
}

} // namespace

// Nothing where the handler is to run, else the answer without it.
std::optional<Response> Idempotency::claim(const Claim& claim, bool exactly,
                                           std::string_view request_id) const {
    const auto now = now_();
    bool mine = false;
    const auto before = database_.write_committed([&](db::Transaction& tx) -> std::optional<Stored> {
        mine = tx.execute("insert into idempotency_key (org_id, person_id, key, request_hash, created_at)"
                          " values ($1, $2, $3, $4, $5) on conflict do nothing",
                          claim.org, claim.person, claim.key_hash, claim.request_hash, now) > 0;
        if (!mine && exactly) // left behind by a program that was killed: nothing has happened yet
            mine =
                tx.execute("update idempotency_key set created_at = $5 where org_id = $1 and person_id = $2"
                           " and key = $3 and request_hash = $4 and status is null and created_at < $6",
                           claim.org, claim.person, claim.key_hash, claim.request_hash, now,
                           now - usual_time) > 0;
        if (mine)
            return std::nullopt;
        return tx.find<Stored>("select request_hash, status, headers, body, created_at from idempotency_key"
                               " where org_id = $1 and person_id = $2 and key = $3",
                               claim.org, claim.person, claim.key_hash);
    });
    if (mine)
        return std::nullopt;
    if (before && before->request_hash != claim.request_hash)
        return problem(
            fail_field("Idempotency-Key", "repeated", "This key was used for another request.").value(),
            request_id);
    if (before && before->status)
        return replay(*before, claim.seal, request_id);
    if (before && !exactly && before->created_at < now - usual_time)
        return refusal(
            ErrorCode::conflict,
            "This request was interrupted, and it isn't known whether it took effect. Please look before "
            "you send it again under another key.",
            request_id);
    return refusal(ErrorCode::conflict, "The same request is still under way.", request_id,
                   std::chrono::seconds(1));
}

void Idempotency::settle(const Claim& claim, const Response& response) const {
    try {
        database_.write_committed([&](db::Transaction& tx) {
            store(tx, claim.org, claim.person, claim.key_hash, claim.seal, response);
        });
    } catch (const db::Failure&) {
        // The request was carried out and its sender is about to hear so; only a repetition would get 409.
    }
}

void Idempotency::release(const Claim& claim) const {
    database_.write_committed([&](db::Transaction& tx) {
        tx.execute("delete from idempotency_key where org_id = $1 and person_id = $2 and key = $3 and status "
                   "is null",
                   claim.org, claim.person, claim.key_hash);
    });
}

Response Idempotency::once(Call& call, const Route& route, std::string_view key,
                           const std::function<Response()>& handle) const {
    const auto& request = call.request();
    const bool exactly = route.about.exactly_once;
    if (!is_good_key(key))
        return problem(
            fail_field("Idempotency-Key", "invalid", "A key has 16 to 128 printable characters.").value(),
            request.id);
    std::string query;
    for (const auto& [name, value] : request.query)
        query += name + '\n' + value + '\n';
    const Claim mine{.org = call.who().org,
                     .person = call.who().person,
                     .key_hash = hash_text(keyed_hash(key, {"name"})),
                     .request_hash =
                         hash_text(keyed_hash(key, {"request", request.path, query, request.body})),
                     .seal = keyed_hash(key, {"seal"})};
    if (auto answer = claim(mine, exactly, request.id))
        return std::move(*answer);
    call.on_remember([&](db::Transaction& tx, std::string body) {
        const Response response{.status = route.about.success_status,
                                .headers = call.response_headers(),
                                .body = std::move(body)};
        if (!store(tx, mine.org, mine.person, mine.key_hash, mine.seal, response))
            throw db::Contention("the same request was carried out in the meantime");
    });
    try {
        auto response = handle();
        const bool carried_out = response.status < 400;
        const bool kept = carried_out && response.body.size() <= largest_answer && !response.stream;
        if (kept && !call.remembered())
            settle(mine, response);
        else if (!kept && (exactly || response.status != 500))
            release(mine);
        return response;
    } catch (const db::Contention&) {
        release(mine);
        throw;
    } catch (...) {
        if (exactly)
            release(mine);
        throw;
    }
}

std::int64_t forget_idempotency_keys(db::Transaction& tx, OrgId org, Instant before) {
    return tx.execute("delete from idempotency_key where org_id = $1 and created_at < $2", org, before);
}

} // namespace buckstop::http
