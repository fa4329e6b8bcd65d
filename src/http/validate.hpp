// Holds JSON against the schemas that this program makes (base/json.hpp): enough of JSON Schema 2020-12 for
// tests to hold every answer against the document that describes it. A keyword that it doesn't know is itself
// a complaint, so nothing passes unchecked.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace buckstop::http {

// What is wrong with `instance`, each with its place: "/items/0/id: is missing". `document` is where
// references such as "#/components/schemas/Lesson" lead; the schema itself where it has its own "$defs".
[[nodiscard]] std::vector<std::string> validate(const boost::json::value& instance,
                                                const boost::json::value& schema,
                                                const boost::json::value& document);

} // namespace buckstop::http
