#include "features/archive/scope.hpp"

namespace buckstop::archive {

const std::map<std::string_view, std::string_view>& left_out_tables() {
    static const std::map<std::string_view, std::string_view> all{
        {"audit_entry", "who did what stays with the installation; an encrypted backup keeps the chain"},
        {"audit_head", "of that chain"},
        {"audit_pseudonym", "says whom its lines are about"},
        {"audit_reason", "what somebody typed for it"},
        {"credential", "passwords"},
        {"sign_in_name", "how people sign in"},
        {"draft_key", "keys"},
        {"draft", "unshared words are their author's alone"},
        {"session", "tokens"},
        {"known_device", "tokens"},
        {"invitation", "tokens"},
        {"setup_token", "a token"},
        {"sign_in_throttle", "failed sign-ins"},
        {"server_secret", "keys"},
        {"notice", "what one person was told: in their own export"},
        {"idempotency_key", "answers of the last hours"},
        {"job", "work of the installation"},
        {"quality_finding", "found anew by the next look at the data"},
        {"quality_look", "found anew by the next look at the data"},
        {"quality_change", "found anew by the next look at the data"},
        {"import_journal", "what undoing an import takes: bound to the rows of one database"},
        {"organisation_export", "files of the installation"},
        {"lesson_text", "made anew from the lessons"},
        {"deferred_index", "of one database"},
        {"schema_migration", "of one database"},
    };
    return all;
}

const std::map<std::string_view, std::string_view>& left_out_columns() {
    static const std::map<std::string_view, std::string_view> all{
        {"import.job_id", "jobs are of the installation that ran them"},
        {"import.progress", "of a job under way"},
        {"import.missing", "of a preview"},
        {"import_file.path", "the file stays behind"},
    };
    return all;
}

} // namespace buckstop::archive
