#include "features/demo/demo.hpp"
#include "base/json.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace buckstop::cli {
namespace {

void print_for_people(const demo::Created& created) {
    fmt::print("{} is ready: invented, and removable with one click or `buckstop demo --remove`.\n"
               "Sign in with the password \"{}\" as\n\n",
               created.organisation, created.password);
    for (const auto& sign_in : created.sign_ins)
        fmt::print("  {:<36} {}, {}\n", sign_in.email, sign_in.name, sign_in.role);
    fmt::print("\n");
}

} // namespace

Result<ExitCode> run(const Demo& demo, const Common& common) {
    auto program =
        open_program(common, demo.remove ? app::Program::Missing::refuse : app::Program::Missing::create);
    if (!program)
        return fail(program.error());
    const Context& context = (*program)->context();
    if (demo.remove) {
        if (const auto removed = demo::remove(context); !removed)
            return fail(removed.error());
        fmt::print("{}", common.json ? "{\"removed\": true}\n" : "The demonstration is gone.\n");
        return ExitCode::done;
    }
    const bool terminal = isatty(STDERR_FILENO) != 0 && !common.json;
    const auto created = demo.scale == 0
                             ? demo::create(context)
                             : demo::create_at_scale(context, {.deals = demo.scale * 1000,
                                                               .seed = demo.seed,
                                                               .on_progress = [&](std::int64_t made) {
                                                                   if (terminal)
                                                                       fmt::print(stderr, "\r{} deals", made);
                                                               }});
    if (terminal && demo.scale != 0)
        fmt::print(stderr, "\r\033[K");
    if (!created)
        return fail(created.error());
    if (common.json)
        fmt::print("{}\n", json::to_text(*created));
    else
        print_for_people(*created);
    return ExitCode::done;
}

CLI::App* add_demo(CLI::App& app, Demo& demo) {
    auto* sub = app.add_subcommand("demo", "Create the demonstration organisation");
    sub->add_option("--scale", demo.scale, "Instead: a generated organisation with this many thousand deals")
        ->check(CLI::Range(1, 100'000));
    sub->add_option("--seed", demo.seed, "With --scale: the same seed gives the same deals")
        ->capture_default_str();
    sub->add_flag("--remove", demo.remove, "Remove the demonstration organisation and everything in it");
    sub->footer(R"(Prints who can sign in. Every person and deal in it is invented.

Examples:
  buckstop demo && buckstop serve                     look around
  buckstop demo --remove                              as if it had never been there
  buckstop demo --scale 200 --database sqlite:big.db  200,000 deals, for loads

Exit codes: 0 done · 1 failure (such as: it is there already) · 2 wrong usage)");
    return sub;
}

} // namespace buckstop::cli
