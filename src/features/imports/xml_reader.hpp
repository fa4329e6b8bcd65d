// XML from an untrusted file, as events (expat). A document type, which could define entities that multiply,
// ends the reading.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

struct XML_ParserStruct;

namespace buckstop::imports {

// Of the element that begins, without namespace prefixes.
class XmlAttributes {
  public:
    explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  private:
    const char* const* pairs_;
};

struct XmlEvents {
    std::function<void(std::string_view element, const XmlAttributes& attributes)> begin;
    std::function<void(std::string_view element)> end = [](std::string_view) {};
    std::function<void(std::string_view text)> text = [](std::string_view) {};
};

class XmlReader {
  public:
    explicit XmlReader(XmlEvents events);
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    // Errors: invalid.
    [[nodiscard]] Result<> add(std::string_view piece);
    [[nodiscard]] Result<> finish();

  private:
    struct Free {
        void operator()(XML_ParserStruct* parser) const noexcept;
    };
    [[nodiscard]] Result<> parse(std::string_view piece, bool is_last);

    XmlEvents events_;
    std::unique_ptr<XML_ParserStruct, Free> parser_;
};

} // namespace buckstop::imports
