#include "features/imports/csv_reader.hpp"

#include <cstring>
#include <utility>

namespace buckstop::imports {
namespace {

constexpr std::size_t least_buffer = 16;
constexpr std::size_t shown_of_long_line = 64 << 10;

constexpr bool is_break(char c) {
    return c == '\n' || c == '\r';
}

// Not zeroed: of a small file only the beginning is ever touched, and memory that isn't costs nothing.
std::unique_ptr<char[]> room_for(std::size_t bytes) {
    return std::make_unique_for_overwrite<char[]>(bytes + csv_scan_slack);
}

std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

} // namespace

CsvReader::CsvReader(TextSource& source, const CsvOptions& options)
    : source_(source), options_(options), scan_(options.separator) {
    options_.buffer = std::max(options_.buffer, least_buffer);
    capacity_ = options_.buffer;
    buffer_ = room_for(capacity_);
    end_ = next_ = buffer_.get();
    scan_.restart(next_, end_);
}

bool CsvReader::next(CsvRow& row) {
    for (;;) {
        row_ = next_;
        Step step = scan_row();
        while (step == Step::more)
            step = fill() ? scan_row() : damaged(CsvDamage::too_long, end_);
        if (is_cut_ && (step == Step::damaged || row_end_ == end_))
            return false;
        if (step == Step::damaged) {
            take_damaged_line(row);
            return true;
        }
        if (row_ == end_)
            return false;
        row.line = line_;
        line_ += 1 + breaks_;
        if (row_end_ == row_) // an empty line
            continue;
        if (!doubled_.empty())
            unquote_doubled();
        row.cells = cells_;
        row.raw = between(row_, row_end_);
        row.damage = CsvDamage::none;
        return true;
    }
}

// The scan stands at the beginning of the row.
CsvReader::Step CsvReader::scan_row() {
    cells_.clear();
    doubled_.clear();
    breaks_ = 0;
    cell_ = row_;
    for (;;)
        if (const Step step = scan_cell(); step != Step::cell)
            return step;
}

CsvReader::Step CsvReader::scan_cell() {
    const char* at = scan_.next();
    while (at != end_ && *at == '"') {
        if (at == cell_)
            return scan_quoted();
        at = scan_.next();
    }
    return end_cell(cell_, at, at);
}

CsvReader::Step CsvReader::scan_quoted() {
    bool doubled = false;
    for (;;) {
        const char* at = scan_.next();
        if (at == end_)
            return at_end_ ? damaged(CsvDamage::unclosed_quote, at) : Step::more;
        if (*at == '\r' || (*at == '\n' && at[-1] != '\r'))
            ++breaks_;
        if (*at != '"')
            continue;
        const char* after = at + 1;
        if (after == end_ && !at_end_)
            return Step::more;
        if (after != end_ && *after == '"') {
            doubled = true;
            (void)scan_.next();
            continue;
        }
        if (after != end_ && *after != options_.separator && !is_break(*after))
            return damaged(CsvDamage::after_quote, at);
        if (doubled)
            doubled_.push_back(cells_.size());
        return end_cell(cell_ + 1, at, scan_.next());
    }
}

// The cell [begin, end) is followed by what stands at `at`: a separator, a line break or the end.
CsvReader::Step CsvReader::end_cell(const char* begin, const char* end, const char* at) {
    if (at == end_ && !at_end_)
        return Step::more;
    if (too_long(at))
        return damaged(CsvDamage::too_long, at);
    if (cells_.size() == options_.most_cells)
        return damaged(CsvDamage::too_many_cells, at);
    cells_.push_back(between(begin, end));
    if (at == end_ || is_break(*at))
        return end_row(at);
    cell_ = at + 1;
    return Step::cell;
}

CsvReader::Step CsvReader::end_row(const char* at) {
    if (at != end_ && *at == '\r' && at + 1 == end_ && !at_end_)
        return Step::more;
    row_end_ = at;
    next_ = past_break(at);
    if (next_ - at == 2)
        (void)scan_.next();
    // A quote that was opened by mistake closes somewhere; then the row hasn't as many cells as the others.
    if (breaks_ > 0 && options_.cells != 0 && cells_.size() != options_.cells)
        return damaged(CsvDamage::unclosed_quote, at);
    return Step::row;
}

CsvReader::Step CsvReader::damaged(CsvDamage damage, const char* at) {
    damage_ = too_long(at) ? CsvDamage::too_long : damage;
    if (breaks_ > 0 && damage_ != CsvDamage::too_many_cells)
        damage_ = CsvDamage::unclosed_quote;
    return Step::damaged;
}

bool CsvReader::too_long(const char* at) const {
    return static_cast<std::size_t>(at - row_) > options_.longest_row;
}

// Two quotes become one, outside the buffer, because `raw` shows the row as it stands.
void CsvReader::unquote_doubled() {
    std::size_t most = 0;
    for (const auto index : doubled_)
        most += cells_[index].size();
    unquoted_.clear();
    unquoted_.reserve(most); // so that it never moves below
    for (const auto index : doubled_) {
        auto& cell = cells_[index];
        const auto start = unquoted_.size();
        while (!cell.empty()) {
            const auto quote = cell.find('"');
            unquoted_ += cell.substr(0, quote == cell.npos ? cell.npos : quote + 1);
            cell.remove_prefix(quote == cell.npos ? cell.size() : quote + 2);
        }
        cell = std::string_view(unquoted_).substr(start);
    }
}

// Moves the present row to the front of the buffer and reads on behind it; then the row is scanned again.
// False if the row is too long to go on, or if nothing follows.
bool CsvReader::fill() {
    const auto kept = static_cast<std::size_t>(end_ - row_);
    if (at_end_ || kept > options_.longest_row + 1)
        return false;
    if (kept > capacity_ / 2) {
        capacity_ = std::min(2 * capacity_, options_.longest_row + 2 + options_.buffer);
        auto larger = room_for(capacity_);
        std::memcpy(larger.get(), row_, kept);
        buffer_ = std::move(larger);
    } else if (kept > 0 && row_ != buffer_.get()) {
        std::memmove(buffer_.get(), row_, kept);
    }
    auto filled = kept;
    is_cut_ = source_.bytes_read() >= options_.most_bytes;
    at_end_ = is_cut_;
    while (!at_end_ && capacity_ - filled >= 4) {
        const auto got = source_.read(buffer_.get() + filled, capacity_ - filled);
        at_end_ = got == 0;
        filled += got;
    }
    row_ = buffer_.get();
    end_ = row_ + filled;
    scan_.restart(row_, end_);
    return true;
}

void CsvReader::take_damaged_line(CsvRow& row) {
    row.cells = {};
    row.line = line_++;
    if (const char* at = end_of_line()) {
        row.raw = between(row_, at);
        next_ = past_break(at);
        scan_.restart(next_, end_);
    } else {
        damage_ = CsvDamage::too_long;
        unquoted_.assign(row_,
                         std::min({options_.longest_row, shown_of_long_line, std::size_t(end_ - row_)}));
        row.raw = unquoted_;
        skip_rest_of_line();
    }
    row.damage = damage_;
}

// Of the line that begins at row_, whatever its quotes say; null if that is too long.
const char* CsvReader::end_of_line() {
    for (;;) {
        const char* at = std::find_if(row_, end_, is_break);
        if (too_long(at))
            return nullptr;
        if (at_end_ || at + 1 < end_)
            return at;
        if (!fill())
            return nullptr;
    }
}

void CsvReader::skip_rest_of_line() {
    row_ = std::find_if(row_, end_, is_break);
    while (!at_end_ && row_ + 1 >= end_) {
        (void)fill();
        row_ = std::find_if(row_, end_, is_break);
    }
    next_ = past_break(row_);
    scan_.restart(next_, end_);
}

const char* CsvReader::past_break(const char* at) const {
    if (at == end_)
        return at;
    return *at == '\r' && at + 1 != end_ && at[1] == '\n' ? at + 2 : at + 1;
}

} // namespace buckstop::imports
