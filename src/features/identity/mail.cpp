#include "features/identity/mail.hpp"

#include <algorithm>
#include <curl/curl.h>
#include <fmt/format.h>
#include <gmime/gmime.h>
#include <memory>
#include <mutex>

namespace buckstop::identity::mail {
namespace {

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

void start_libraries() {
    static std::once_flag once;
    std::call_once(once, [] {
        g_mime_init();
        curl_global_init(CURL_GLOBAL_DEFAULT);
    });
}

bool can_be_address(std::string_view address) {
    const auto at = address.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
           std::ranges::none_of(address, [](char c) {
               return static_cast<unsigned char>(c) <= ' ' || c == 127 || c == '<' || c == '>' || c == '"' ||
                      c == ',';
           });
}

// "Buckstop <buckstop@example.org>" or the address alone.
std::string address_in(const std::string& from) {
    const auto open = from.find('<');
    const auto close = from.find('>');
    if (open == std::string::npos || close == std::string::npos || close < open)
        return from;
    return from.substr(open + 1, close - open - 1);
}

std::string name_in(const std::string& from) {
    const auto open = from.find('<');
    if (open == std::string::npos)
        return "Buckstop";
    auto name = from.substr(0, open);
    while (!name.empty() && name.back() == ' ')
        name.pop_back();
    return name;
}

std::string one_line(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, ' ');
    return text;
}

bool is_this_machine(std::string_view url) {
    const auto start = url.find("://");
    const auto rest = start == std::string_view::npos ? url : url.substr(start + 3);
    for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"})
        if (rest.starts_with(host) &&
            (rest.size() == host.size() || rest[host.size()] == ':' || rest[host.size()] == '/'))
            return true;
    return false;
}

struct Upload {
    std::string_view rest;
};
std::size_t read_upload(char* into, std::size_t size, std::size_t count, void* state) {
    auto& upload = *static_cast<Upload*>(state);
    const auto length = std::min(size * count, upload.rest.size());
    std::copy_n(upload.rest.data(), length, into);
    upload.rest.remove_prefix(length);
    return length;
}

} // namespace

Mail link_mail(LinkKind kind, const LinkWords& words) {
    Mail mail{.to_name = words.name, .to_address = words.address, .subject = {}, .text = {}};
    if (kind == LinkKind::invitation) {
        mail.subject = fmt::format("{} invites you to Buckstop", words.organisation);
        mail.text = fmt::format(
            "Hello {},\n\n{} uses Buckstop to learn from lost deals together. Choose your password "
            "here; the link works once, for seven days:\n\n{}\n",
            words.name, words.organisation, words.link);
    } else {
        mail.subject = "Your new Buckstop password";
        mail.text = fmt::format(
            "Hello {},\n\nchoose a new password for Buckstop at {} here; the link works once, for an "
            "hour:\n\n{}\n\n"
            "Drafts that you wrote before stay sealed until you enter your recovery code.\n"
            "If you didn't ask for this, you needn't do anything: your password stays as it is.\n",
            words.name, words.organisation, words.link);
    }
    return mail;
}

Result<std::string> compose(const Mail& mail, const std::string& from, Instant now) {
    start_libraries();
    if (!can_be_address(mail.to_address) || !can_be_address(address_in(from)))
        return fail(ErrorCode::invalid, "An e-mail address isn't one.");
    const Owned<GMimeMessage> message(g_mime_message_new(TRUE));
    g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_FROM, one_line(name_in(from)).c_str(),
                               address_in(from).c_str());
    g_mime_message_add_mailbox(message.get(), GMIME_ADDRESS_TYPE_TO, one_line(mail.to_name).c_str(),
                               mail.to_address.c_str());
    g_mime_message_set_subject(message.get(), one_line(mail.subject).c_str(), "utf-8");
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    GDateTime* date = g_date_time_new_from_unix_utc(seconds);
    g_mime_message_set_date(message.get(), date);
    g_date_time_unref(date);
    const auto sender = address_in(from);
    gchar* id = g_mime_utils_generate_message_id(sender.substr(sender.find('@') + 1).c_str());
    g_mime_message_set_message_id(message.get(), id);
    g_free(id);
    g_mime_object_set_header(GMIME_OBJECT(message.get()), "Auto-Submitted", "auto-generated", nullptr);

    const Owned<GMimeTextPart> part(g_mime_text_part_new_with_subtype("plain"));
    g_mime_text_part_set_charset(part.get(), "utf-8");
    g_mime_text_part_set_text(part.get(), mail.text.c_str());
    g_mime_part_set_content_encoding(GMIME_PART(part.get()), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_mime_message_set_mime_part(message.get(), GMIME_OBJECT(part.get()));

    GMimeFormatOptions* options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    const Owned<GMimeStream> stream(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(GMIME_OBJECT(message.get()), options, stream.get());
    g_mime_format_options_free(options);
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return std::string(reinterpret_cast<const char*>(bytes->data), bytes->len);
}

namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// A conversation with the mail server of the configuration, up to having signed in; nothing where the library
// can't be started.
Curl conversation(const Config& config) {
    start_libraries();
    Curl curl(curl_easy_init(), &curl_easy_cleanup);
    if (!curl)
        return curl;
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
    set(CURLOPT_URL, config.mail_server.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_USE_SSL,
        static_cast<long>(is_this_machine(config.mail_server) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (!config.mail_user.empty()) {
        set(CURLOPT_USERNAME, config.mail_user.c_str());
        set(CURLOPT_PASSWORD, config.mail_password.c_str());
    }
    set(CURLOPT_CONNECTTIMEOUT, 10L);
    set(CURLOPT_TIMEOUT, 60L);
    set(CURLOPT_NOSIGNAL, 1L);
    return curl;
}

tl::unexpected<Error> no_library() {
    return fail(ErrorCode::failed, "The mail library can't be started.");
}

} // namespace

Result<> send(const Config& config, const Mail& mail) {
    const auto from = config.mail_from.empty() ? config.mail_user : config.mail_from;
    const auto text = compose(mail, from, system_now());
    if (!text)
        return fail(text.error());
    const auto curl = conversation(config);
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> to(
        curl_slist_append(nullptr, ("<" + mail.to_address + ">").c_str()), &curl_slist_free_all);
    if (!curl || !to)
        return no_library();
    const auto sender = "<" + address_in(from) + ">";
    Upload upload{*text};
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
    set(CURLOPT_MAIL_FROM, sender.c_str());
    set(CURLOPT_MAIL_RCPT, to.get());
    set(CURLOPT_READFUNCTION, &read_upload);
    set(CURLOPT_READDATA, &upload);
    set(CURLOPT_UPLOAD, 1L);
    const auto code = curl_easy_perform(curl.get());
    if (code != CURLE_OK)
        return fail(ErrorCode::unavailable,
                    fmt::format("The mail server didn't take the mail: {}.", curl_easy_strerror(code)));
    return {};
}

Result<> reach(const Config& config) {
    const auto curl = conversation(config);
    if (!curl)
        return no_library();
    curl_easy_setopt(curl.get(), CURLOPT_CONNECT_ONLY, 1L);
    const auto code = curl_easy_perform(curl.get());
    if (code != CURLE_OK)
        return fail(ErrorCode::unavailable,
                    fmt::format("The mail server can't be used: {}.", curl_easy_strerror(code)));
    return {};
}

} // namespace buckstop::identity::mail
