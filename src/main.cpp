// Buckstop's entry: reads the command line, runs one subcommand, turns what went wrong into words and an exit
// code.
#include "base/json.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"

#include <exception>
#include <fmt/format.h>
#include <iostream>

namespace {

using namespace buckstop;

cli::ExitCode report(const Error& error, bool as_json) {
    if (as_json) {
        boost::json::array errors;
        for (const FieldError& field : error.fields)
            errors.push_back({{"field", field.field}, {"rule", field.rule}, {"message", field.message}});
        std::cout << boost::json::value{{"error", error.message}, {"errors", std::move(errors)}} << '\n';
    } else {
        fmt::print(stderr, "buckstop: {}\n", error.message);
        for (const FieldError& field : error.fields)
            if (field.message != error.message)
                fmt::print(stderr, "  {}: {}\n", field.field, field.message);
    }
    return cli::exit_code(error.code);
}

cli::ExitCode run(int argc, const char* const* argv) {
    const auto invocation = cli::parse_command_line(argc, argv);
    if (!invocation)
        return invocation.error();
    const auto& common = invocation->common;
    const auto result =
        std::visit([&](const auto& command) { return cli::run(command, common); }, invocation->command);
    return result ? *result : report(result.error(), common.json);
}

} // namespace

int main(int argc, char** argv) {
    try {
        return static_cast<int>(run(argc, argv));
    } catch (const std::exception& bug) {
        fmt::print(stderr, "buckstop: something went wrong that shouldn't have: {}\n", bug.what());
        return static_cast<int>(buckstop::cli::ExitCode::failure);
    }
}
