#include "features/imports/xml_reader.hpp"

#include <expat.h>
#include <new>

namespace buckstop::imports {
namespace {

std::string_view without_prefix(std::string_view name) {
    return name.substr(name.find(':') + 1); // npos + 1 is 0
}

} // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
    for (const auto* pair = pairs_; *pair != nullptr; pair += 2)
        if (without_prefix(pair[0]) == name)
            return pair[1];
    return std::nullopt;
}

void XmlReader::Free::operator()(XML_ParserStruct* parser) const noexcept {
    XML_ParserFree(parser);
}

XmlReader::XmlReader(XmlEvents events) : events_(std::move(events)), parser_(XML_ParserCreate(nullptr)) {
    if (!parser_)
        throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) {
            static_cast<XmlReader*>(self)->events_.begin(without_prefix(name), XmlAttributes(attributes));
        },
        [](void* self, const char* name) {
            static_cast<XmlReader*>(self)->events_.end(without_prefix(name));
        });
    XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int length) {
        static_cast<XmlReader*>(self)->events_.text({text, static_cast<std::size_t>(length)});
    });
    XML_SetStartDoctypeDeclHandler(parser_.get(), [](void* self, const char*, const char*, const char*, int) {
        XML_StopParser(static_cast<XmlReader*>(self)->parser_.get(), XML_FALSE);
    });
}

Result<> XmlReader::add(std::string_view piece) {
    return parse(piece, false);
}

Result<> XmlReader::finish() {
    return parse({}, true);
}

Result<> XmlReader::parse(std::string_view piece, bool is_last) {
    if (XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()), is_last ? 1 : 0) ==
        XML_STATUS_OK)
        return {};
    return fail(ErrorCode::invalid, "The workbook is damaged. Save it again, or save the sheet as CSV.");
}

} // namespace buckstop::imports
