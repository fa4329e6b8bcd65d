#include "features/backup/records.hpp"

#include "base/json.hpp"

#include <array>
#include <bit>
#include <boost/endian/conversion.hpp>
#include <stdexcept>

namespace buckstop::backup {
namespace {

namespace endian = boost::endian;

enum Tag : char { null = 0, integer = 1, real = 2, text = 3 };

// Only a broken program writes more; it keeps a mistake from asking for all memory.
constexpr std::size_t longest = std::size_t{1} << 30U;

template <class Integer>
void append(std::string& to, Integer value) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(Integer)>>(endian::native_to_little(value));
    to.append(bytes.data(), bytes.size());
}

std::int64_t load_integer(const char* bytes) {
    return endian::load_little_s64(reinterpret_cast<const unsigned char*>(bytes));
}

std::uint32_t load_length(const char* bytes) {
    return endian::load_little_u32(reinterpret_cast<const unsigned char*>(bytes));
}

std::uint32_t length_of(std::string_view bytes) {
    if (bytes.size() > longest)
        throw std::logic_error("a value is too long for a backup");
    return static_cast<std::uint32_t>(bytes.size());
}

// It opened with its key, so it isn't damage: this isn't what a Buckstop of this format writes.
tl::unexpected<Error> malformed() {
    return fail(ErrorCode::invalid,
                "The backup holds what this Buckstop can't read: it may be of a newer one.");
}

template <class T>
Result<T> read_json(std::string_view content) {
    const auto value = json::parse(content);
    if (!value)
        return malformed();
    auto read = json::read<T>(*value);
    if (!read)
        return malformed();
    return *std::move(read);
}

} // namespace

// ---- Writing

RecordWriter::RecordWriter(SealedWriter& file)
    : compressor_([&file](std::string_view bytes) { file.put(bytes); }) {}

void RecordWriter::write(char letter, std::string_view content) {
    std::string head(1, letter);
    append(head, length_of(content));
    compressor_.put(head);
    compressor_.put(content);
}

void RecordWriter::begin(const Beginning& beginning) {
    write('B', json::to_text(beginning));
}

void RecordWriter::table(const Table& table) {
    kinds_.clear();
    for (const auto& column : table.columns)
        kinds_.push_back(column.kind);
    ++totals_.tables;
    write('T', json::to_text(table));
}

void RecordWriter::row(const db::Row& row) {
    row_.clear();
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
        const int column = static_cast<int>(i);
        if (row.is_null(column)) {
            row_ += Tag::null;
        } else if (kinds_[i] == Kind::integer) {
            row_ += Tag::integer;
            append(row_, row.integer(column));
        } else if (kinds_[i] == Kind::real) {
            row_ += Tag::real;
            append(row_, std::bit_cast<std::int64_t>(row.real(column)));
        } else {
            const auto value = row.text(column);
            row_ += Tag::text;
            append(row_, length_of(value));
            row_ += value;
        }
    }
    ++totals_.rows;
    write('R', row_);
}

void RecordWriter::end() {
    write('E', json::to_text(totals_));
    compressor_.finish();
}

// ---- Reading

Result<> RecordReader::fill(char* into, std::size_t size) {
    while (size > 0) {
        const auto got = decompressor_.take(into, size);
        if (got < 0)
            return malformed();
        if (got > 0) {
            into += got;
            size -= static_cast<std::size_t>(got);
            continue;
        }
        const auto chunk = file_.next();
        if (!chunk)
            return fail(chunk.error());
        if (chunk->empty())
            return malformed();
        decompressor_.give(*chunk);
    }
    return {};
}

Result<Record> RecordReader::next() {
    std::array<char, 5> head{};
    if (auto filled = fill(head.data(), head.size()); !filled)
        return fail(std::move(filled.error()));
    const auto size = load_length(head.data() + 1);
    if (size > longest)
        return malformed();
    content_.resize(size);
    if (auto filled = fill(content_.data(), size); !filled)
        return fail(std::move(filled.error()));
    if (std::exchange(begun_, true) == (head[0] == 'B')) // the beginning stands once, and first
        return malformed();
    Record record;
    switch (head[0]) {
    case 'B': {
        record.what = Record::What::begin;
        auto beginning = read_json<Beginning>(content_);
        if (!beginning)
            return fail(beginning.error());
        record.beginning = *std::move(beginning);
        return record;
    }
    case 'T': {
        record.what = Record::What::table;
        auto table = read_json<Table>(content_);
        if (!table)
            return fail(table.error());
        kinds_.clear();
        for (const auto& column : table->columns)
            kinds_.push_back(column.kind);
        ++totals_.tables;
        record.table = *std::move(table);
        return record;
    }
    case 'R':
        record.what = Record::What::row;
        if (auto read = read_row(); !read)
            return fail(std::move(read.error()));
        record.row = row_;
        return record;
    case 'E':
        record.what = Record::What::end;
        if (auto read = read_end(); !read)
            return fail(std::move(read.error()));
        return record;
    default:
        return malformed();
    }
}

Result<> RecordReader::read_row() {
    row_.clear();
    std::string_view rest = content_;
    const auto take = [&](std::size_t size) -> const char* {
        if (rest.size() < size)
            return nullptr;
        const char* at = rest.data();
        rest.remove_prefix(size);
        return at;
    };
    for (const auto kind : kinds_) {
        const char* const tag = take(1);
        if (tag == nullptr)
            return malformed();
        if (*tag == Tag::null) {
            row_.emplace_back();
        } else if (*tag == Tag::text && kind == Kind::text) {
            const char* const length = take(4);
            const char* const bytes = length == nullptr ? nullptr : take(load_length(length));
            if (bytes == nullptr)
                return malformed();
            row_.emplace_back(std::string_view(bytes, load_length(length)));
        } else if ((*tag == Tag::integer && kind == Kind::integer) ||
                   (*tag == Tag::real && kind == Kind::real)) {
            const char* const bytes = take(8);
            if (bytes == nullptr)
                return malformed();
            const auto value = load_integer(bytes);
            row_.push_back(kind == Kind::integer ? db::Param(value)
                                                 : db::Param(std::bit_cast<double>(value)));
        } else {
            return malformed();
        }
    }
    ++totals_.rows;
    return rest.empty() && !kinds_.empty() ? Result<>() : malformed();
}

Result<> RecordReader::read_end() {
    const auto said = read_json<Totals>(content_);
    if (!said)
        return fail(said.error());
    if (said->tables != totals_.tables || said->rows != totals_.rows)
        return malformed();
    char more = 0;
    while (!decompressor_.ended()) {
        if (decompressor_.take(&more, 1) != 0)
            return malformed();
        if (decompressor_.ended())
            break;
        const auto chunk = file_.next();
        if (!chunk)
            return fail(chunk.error());
        if (chunk->empty())
            return malformed();
        decompressor_.give(*chunk);
    }
    const auto behind = file_.next();
    if (!behind)
        return fail(behind.error());
    return behind->empty() ? Result<>() : malformed();
}

} // namespace buckstop::backup
