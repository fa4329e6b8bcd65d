#include "features/identity/keys.hpp"

#include <array>
#include <sodium.h>
#include <stdexcept>

namespace buckstop::identity::keys {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t code_letters = 20;
constexpr std::size_t group_letters = 5;

// At most 16 letters each.
std::string_view name_of(Use use) {
    switch (use) {
    case Use::session_lookup:
        return "session lookup";
    case Use::session_key:
        return "session key";
    case Use::csrf:
        return "csrf token";
    case Use::link_lookup:
        return "link lookup";
    case Use::device_lookup:
        return "device lookup";
    case Use::setup_lookup:
        return "setup lookup";
    case Use::recovery_key:
        return "recovery key";
    }
    throw std::logic_error("a key has no such use");
}

} // namespace

void wipe(std::string& secret) {
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), variant);
    text.pop_back(); // the terminating zero
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes(text.size(), '\0');
    std::size_t length = 0;
    if (sodium_base642bin(bytes_of(bytes), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return std::nullopt;
    bytes.resize(length);
    return bytes;
}

std::string derive(Use use, std::string_view secret) {
    std::array<unsigned char, crypto_generichash_blake2b_PERSONALBYTES> personal{};
    const auto name = name_of(use);
    std::copy(name.begin(), name.end(), personal.begin());
    std::string result(size, '\0');
    crypto_generichash_blake2b_salt_personal(bytes_of(result), result.size(), bytes_of(secret), secret.size(),
                                             nullptr, 0, nullptr, personal.data());
    return result;
}

std::string new_token(OrgId org) {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(
            static_cast<char>(static_cast<std::uint64_t>(org.value()) >> static_cast<unsigned>(shift)));
    return to_base64(bytes + random_bytes());
}

std::optional<OrgId> org_of_token(std::string_view token) {
    if (token.size() > 64)
        return std::nullopt;
    const auto bytes = from_base64(token);
    if (!bytes || bytes->size() != 8 + size)
        return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
        value = value << 8U | static_cast<unsigned char>((*bytes)[i]);
    return OrgId(static_cast<std::int64_t>(value));
}

std::string encrypt(std::string_view key, std::string_view plaintext, std::string_view about) {
    if (key.size() != crypto_aead_xchacha20poly1305_ietf_KEYBYTES)
        throw std::logic_error("a key has 32 bytes");
    std::string text = random_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    const std::string nonce = text;
    text.resize(nonce.size() + plaintext.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(text) + nonce.size(), nullptr, bytes_of(plaintext),
                                               plaintext.size(), bytes_of(about), about.size(), nullptr,
                                               bytes_of(nonce), bytes_of(key));
    return to_base64(text);
}

std::optional<std::string> decrypt(std::string_view key, std::string_view text, std::string_view about) {
    constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
    constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
    const auto bytes = from_base64(text);
    if (key.size() != crypto_aead_xchacha20poly1305_ietf_KEYBYTES || !bytes ||
        bytes->size() < nonce_size + tag_size)
        return std::nullopt;
    std::string plaintext(bytes->size() - nonce_size - tag_size, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            bytes_of(plaintext), nullptr, nullptr, bytes_of(*bytes) + nonce_size, bytes->size() - nonce_size,
            bytes_of(about), about.size(), bytes_of(*bytes), bytes_of(key)) != 0)
        return std::nullopt;
    return plaintext;
}

std::string new_recovery_code() {
    std::string code;
    for (std::size_t i = 0; i < code_letters; ++i) {
        if (i != 0 && i % group_letters == 0)
            code += '-';
        code += alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
    }
    return code;
}

std::optional<std::string> read_recovery_code(std::string_view typed) {
    std::string code;
    std::size_t letters = 0;
    for (char c : typed) {
        if (c == '-' || c == ' ' || c == '\t' || c == '\n' || c == '\r')
            continue;
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        if (c == 'O')
            c = '0';
        if (c == 'I' || c == 'L')
            c = '1';
        if (alphabet.find(c) == std::string_view::npos || letters == code_letters)
            return std::nullopt;
        if (letters != 0 && letters % group_letters == 0)
            code += '-';
        code += c;
        ++letters;
    }
    if (letters != code_letters)
        return std::nullopt;
    return code;
}

bool equal(std::string_view one, std::string_view other) {
    return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace buckstop::identity::keys
