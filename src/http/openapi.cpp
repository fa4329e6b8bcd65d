#include "http/openapi.hpp"

#include "http/problem.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

namespace buckstop::http {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::string_view local = "#/$defs/";

std::string capitalised(std::string_view word) {
    std::string text(word);
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

// The parts of "http.Page-lessons.LessonSummary", last first, each without its namespaces or with them.
std::string component_name(std::string_view full, bool with_namespaces) {
    std::string name;
    for (;;) {
        const auto dash = full.rfind('-');
        auto part = dash == full.npos ? full : full.substr(dash + 1);
        if (!with_namespaces)
            part = part.substr(part.rfind('.') + 1);
        while (!part.empty()) {
            const auto end = std::min(part.find_first_of("._"), part.size());
            name += capitalised(part.substr(0, end));
            part.remove_prefix(std::min(end + 1, part.size()));
        }
        if (dash == full.npos)
            return name;
        full = full.substr(0, dash);
    }
}

// Collects the definitions of all schemas, gives each a name, and puts the names into references.
class Components {
  public:
    void collect(const object& schema) {
        if (const auto* definitions = schema.if_contains("$defs"))
            for (const auto& [full, body] : definitions->as_object())
                entries_.try_emplace({std::string(full), boost::json::serialize(body)},
                                     Entry{&definitions->as_object(), {}});
    }

    // After everything was collected.
    void name_all() {
        std::map<std::string, int> uses;
        for (const auto& [key, entry] : entries_)
            ++uses[component_name(key.first, false)];
        std::map<std::string, int> given;
        for (auto& [key, entry] : entries_) {
            entry.name = component_name(key.first, false);
            if (uses[entry.name] > 1)
                entry.name = component_name(key.first, true);
            if (const int before = given[entry.name]++; before > 0) // unnamed namespaces hide the difference
                entry.name += std::to_string(before + 1);
        }
    }

    // The schema as it stands in the document.
    [[nodiscard]] value placed(const value& schema, const object& definitions) const {
        if (const auto* list = schema.if_array()) {
            array result;
            for (const auto& element : *list)
                result.push_back(placed(element, definitions));
            return result;
        }
        const auto* members = schema.if_object();
        if (members == nullptr)
            return schema;
        object result;
        for (const auto& [name, member] : *members) {
            if (name == "$ref")
                result["$ref"] =
                    "#/components/schemas/" + name_of(std::string_view(member.as_string()), definitions);
            else if (name != "$defs")
                result[name] = placed(member, definitions);
        }
        return result;
    }
    [[nodiscard]] value placed(const object& schema) const { return placed(schema, definitions_of(schema)); }

    [[nodiscard]] object all() const {
        object schemas;
        for (const auto& [key, entry] : entries_)
            schemas[entry.name] = placed(entry.definitions->at(key.first), *entry.definitions);
        return schemas;
    }

    static const object& definitions_of(const object& schema) {
        static const object none;
        const auto* definitions = schema.if_contains("$defs");
        return definitions ? definitions->as_object() : none;
    }

  private:
    struct Entry {
        const object* definitions; // where its own references lead
        std::string name;
    };
    [[nodiscard]] std::string name_of(std::string_view reference, const object& definitions) const {
        const auto full = reference.substr(local.size());
        return entries_.at({std::string(full), boost::json::serialize(definitions.at(full))}).name;
    }
    std::map<std::pair<std::string, std::string>, Entry> entries_;
};

// The struct behind a schema that is a reference.
const object& members_of(const object& schema) {
    const auto* reference = schema.if_contains("$ref");
    if (reference == nullptr)
        return schema;
    const std::string_view name = reference->as_string();
    return schema.at("$defs").at(name.substr(local.size())).as_object();
}

bool has_members(const object& schema) {
    const auto* properties = members_of(schema).if_contains("properties");
    return properties != nullptr && !properties->as_object().empty();
}

array parameters_of(const Route& route, const Components& components) {
    array parameters;
    std::string_view rest = route.pattern;
    for (auto begin = rest.find('{'); begin != rest.npos; begin = rest.find('{')) {
        const auto end = rest.find('}', begin);
        parameters.push_back(object{{"name", rest.substr(begin + 1, end - begin - 1)},
                                    {"in", "path"},
                                    {"required", true},
                                    {"schema", object{{"type", "string"}}}});
        rest.remove_prefix(end + 1);
    }
    if (route.method == Method::post)
        parameters.push_back(object{{"$ref", "#/components/parameters/IdempotencyKey"}});
    if (route.method == Method::put || route.method == Method::patch || route.method == Method::del)
        parameters.push_back(object{{"$ref", "#/components/parameters/IfMatch"}});
    if (route.input_from != InputFrom::query || !has_members(route.input_schema))
        return parameters;
    const auto& members = members_of(route.input_schema);
    const auto* required = members.if_contains("required");
    for (const auto& [name, schema] : members.at("properties").as_object()) {
        const auto* type = schema.as_object().if_contains("type");
        const bool is_list = type != nullptr && *type == "array";
        const bool needed = required != nullptr && std::ranges::find(required->as_array(), value(name)) !=
                                                       required->as_array().end();
        parameters.push_back(
            object{{"name", name},
                   {"in", "query"},
                   {"required", needed && !is_list},
                   {"schema", components.placed(schema, Components::definitions_of(route.input_schema))}});
    }
    return parameters;
}

object content(std::string_view type, value schema) {
    return {{type, object{{"schema", std::move(schema)}}}};
}

object responses_of(const Route& route, const Components& components) {
    object success{{"description", reason_of(route.about.success_status)}};
    if (!route.output_schema.empty())
        success["content"] = content("application/json", components.placed(route.output_schema));
    else if (!route.about.gives.empty())
        success["content"] = content(route.about.gives, object());
    object responses{{std::to_string(route.about.success_status), std::move(success)}};
    if (route.method == Method::get)
        responses["304"] = object{{"description", "Not Modified"}};
    responses["default"] = object{{"$ref", "#/components/responses/Problem"}};
    return responses;
}

// "getLessonsByLesson" of GET /lessons/{lesson}.
std::string operation_id(const Route& route) {
    std::string id = route.method == Method::del ? "delete" : std::string(method_name(route.method));
    std::ranges::transform(
        id, id.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    std::string_view rest = route.pattern;
    while (!rest.empty()) {
        const auto end = std::min(rest.find_first_of("/-._", 1), rest.size());
        auto word = rest.substr(1, end - 1);
        rest.remove_prefix(end);
        if (word.starts_with('{')) {
            id += "By";
            word = word.substr(1, word.size() - 2);
        }
        id += capitalised(word);
    }
    return id;
}

object operation_of(const Route& route, const Components& components) {
    object operation{{"operationId", operation_id(route)},
                     {"tags", array{route.about.tag}},
                     {"summary", route.about.summary},
                     {"parameters", parameters_of(route, components)}};
    if (route.input_from != InputFrom::query && has_members(route.input_schema))
        operation["requestBody"] = {
            {"required", true},
            {"content", content("application/json", components.placed(route.input_schema))}};
    else if (!route.about.takes.empty())
        operation["requestBody"] = {{"required", true}, {"content", content(route.about.takes, object())}};
    operation["responses"] = responses_of(route, components);
    if (route.about.audience == Audience::anybody)
        operation["security"] = array();
    return operation;
}

object header_parameter(std::string_view name, std::string_view description, object schema) {
    return {{"name", name},
            {"in", "header"},
            {"required", false},
            {"description", description},
            {"schema", std::move(schema)}};
}

} // namespace

object openapi(const std::vector<Route>& routes, const ApiInfo& info) {
    const auto problem = problem_schema();
    Components components;
    components.collect(problem);
    for (const auto& route : routes) {
        if (has_members(route.input_schema))
            components.collect(route.input_schema);
        components.collect(route.output_schema);
    }
    components.name_all();
    object paths;
    for (const auto& route : routes) {
        auto method =
            route.method == Method::del ? std::string("delete") : std::string(method_name(route.method));
        std::ranges::transform(method, method.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        auto& path = paths[route.pattern];
        if (!path.is_object())
            path.emplace_object();
        path.get_object()[method] = operation_of(route, components);
    }
    const object key_schema{{"type", "string"}, {"minLength", 16}, {"maxLength", 128}};
    const object parameters{
        {"IdempotencyKey",
         header_parameter("Idempotency-Key",
                          "Carries the request out at most once, however often it is sent.", key_schema)},
        {"IfMatch",
         header_parameter("If-Match", "The ETag of the version that is changed.", {{"type", "string"}})}};
    const object problem_response{
        {"description", "What went wrong (RFC 9457)"},
        {"content", content("application/problem+json", components.placed(problem))}};
    return {{"openapi", "3.1.0"},
            {"info", {{"title", info.title}, {"version", info.version}}},
            {"servers", array{object{{"url", info.server}}}},
            {"security", array{object{{"session", array()}}}},
            {"paths", std::move(paths)},
            {"components",
             {{"schemas", components.all()},
              {"parameters", parameters},
              {"responses", {{"Problem", problem_response}}},
              {"securitySchemes",
               {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "buckstop_session"}}}}}}}};
}

void add_openapi(Router& router, ApiInfo info) {
    struct Document {
        std::once_flag made;
        std::string text;
    };
    const auto document = std::make_shared<Document>();
    // Weak, since this route is one of them.
    auto serve = [document, info = std::move(info),
                  weak = std::weak_ptr(router.shared_routes())](Call&) -> Result<Response> {
        std::call_once(document->made, [&] {
            if (const auto routes = weak.lock())
                document->text = boost::json::serialize(openapi(*routes, info));
        });
        return Response{.headers = {{"cache-control", "no-cache"}}, .body = document->text};
    };
    router.raw(Method::get, "/openapi.json",
               {.tag = "api",
                .summary = "This description",
                .audience = Audience::anybody,
                .gives = "application/json"},
               std::move(serve));
}

} // namespace buckstop::http
