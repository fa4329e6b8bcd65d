// Mail: composed by GMime, sent by libcurl.
#pragma once

#include "base/config.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "features/identity/identity.hpp"

#include <string>

namespace buckstop::identity::mail {

struct Mail {
    std::string to_name;
    std::string to_address;
    std::string subject;
    std::string text; // plain, with \n
};

// The words of a mail with a link.
struct LinkWords {
    std::string name, address, organisation, link;
};
[[nodiscard]] Mail link_mail(LinkKind kind, const LinkWords& words);

// As it goes over the wire (RFC 5322, lines end in CRLF). Names and subjects can't break out of their
// headers. Error (invalid): an address that can't be one.
[[nodiscard]] Result<std::string> compose(const Mail& mail, const std::string& from, Instant now);

// Hands it to the mail server of the configuration: smtps:// is TLS from the start; smtp:// must turn to TLS
// by STARTTLS, unless the server is on this machine (127.0.0.1, ::1, localhost). Error (unavailable): it
// can't be reached or refuses. The error's message names no address.
[[nodiscard]] Result<> send(const Config& config, const Mail& mail);

// Connects and signs in, and sends nothing. Errors as send().
[[nodiscard]] Result<> reach(const Config& config);

} // namespace buckstop::identity::mail
