#include "features/audit/chain.hpp"

#include <array>
#include <boost/json.hpp>
#include <sodium.h>

namespace buckstop::audit {
namespace {

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
    std::string text(2 * size + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes, size);
    text.pop_back();
    return text;
}

std::string blake2b(std::string_view text) {
    std::array<unsigned char, 32> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), nullptr, 0);
    return hexadecimal(hash.data(), hash.size());
}

template <class T>
boost::json::value or_null(const std::optional<T>& value) {
    return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

} // namespace

std::string hash_of(const Entry& entry) {
    const boost::json::array line{"buckstop audit 1",     entry.org_id.value(),
                                  entry.sequence,         entry.at,
                                  or_null(entry.actor),   entry.action,
                                  entry.object_kind,      or_null(entry.object_id),
                                  or_null(entry.subject), or_null(entry.reason_digest),
                                  or_null(entry.detail),  entry.previous_hash};
    return blake2b(boost::json::serialize(line));
}

std::string reason_digest(std::string_view salt, std::string_view reason) {
    return blake2b(boost::json::serialize(boost::json::array{"buckstop reason 1", salt, reason}));
}

std::string random_text() {
    std::array<unsigned char, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return hexadecimal(bytes.data(), bytes.size());
}

} // namespace buckstop::audit
