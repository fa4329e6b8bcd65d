// From evidence to decisions: gives every mapped column its format, and asks where the file doesn't say.
#pragma once

#include "features/imports/inspect.hpp"

#include <string>
#include <vector>

namespace buckstop::imports {

// What is settled so far, and what was asked and answered on the way.
class Settling {
  public:
    Settling(FilePlan& plan, const std::vector<FileAnswer>& answers) : plan_(plan), answers_(answers) {}

    // Completes plan.mapping and plan.columns by plan.evidence; adds to plan.questions.
    void run();

    // The choice that was answered; else notes the question and returns nothing.
    [[nodiscard]] std::optional<std::string> ask(FileQuestion question);

  private:
    void settle_date(ColumnMapping& column, const ColumnEvidence& evidence);
    void settle_number(ColumnMapping& column, const ColumnEvidence& evidence, FieldType type);
    void settle_currency(ColumnMapping& column, const ColumnEvidence& evidence);
    void settle_outcomes();
    void note_formats();
    void hint(FileQuestion& question, const std::vector<Format>& formats) const;
    [[nodiscard]] const ColumnEvidence* evidence_of(const ColumnMapping& column) const;

    FilePlan& plan_;
    const std::vector<FileAnswer>& answers_;
};

} // namespace buckstop::imports
