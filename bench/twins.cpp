// How long companies that may be one are looked for among many, and how many are found:
//
//   build-bench/twins_bench [COUNT [NAMES]]     (100000; a file with a name in each line, else made-up ones)
//
// With a file its own names come first: how many pairs there are among them (a list that is clean has none).
// Then to each name its twin is added: another legal form, words in another order, an accent or "The", a
// typing error. Says how many of each sort were found.
#include "features/quality/twins.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <random>

namespace {

using namespace buckstop::quality;

std::mt19937 chance(7); // the same each time
std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(chance);
}

// Syllables enough that two words are rarely alike by chance.
std::string made_up_word() {
    constexpr std::string_view begin = "bcdfghjklmnprstvwz", middle = "aeiou", end = "lmnrstkd";
    std::string word;
    for (std::size_t i = 2 + below(3); i > 0; --i)
        word += {begin[below(begin.size())], middle[below(middle.size())], end[below(end.size())]};
    return word;
}

// One or two words of its own and one that many have, as companies are called.
std::string made_up_name() {
    constexpr std::array common{"Logistics", "Solutions", "Systems", "International",
                                "Foods",     "Marine",    "Energy"};
    std::string name = made_up_word();
    if (below(2) == 0)
        name += " " + made_up_word();
    if (below(3) != 0)
        name += std::string(" ") + common[below(common.size())];
    return name;
}

std::string with_typing_error(std::string name) {
    const auto at = below(name.size() - 1);
    switch (below(4)) {
    case 0:
        name.erase(at, 1);
        break;
    case 1:
        name.insert(at, 1, 'x');
        break;
    case 2:
        name[at] = name[at] == 'x' ? 'q' : 'x';
        break;
    default:
        std::swap(name[at], name[at + 1]);
    }
    return name;
}

std::string twin_of(const std::string& name, std::string_view sort) {
    if (sort != "typing error" && (sort == "legal form" || name.find(' ') == std::string::npos))
        return "The " + name + ", GmbH & Co. KG";
    if (sort == "word order")
        return name.substr(name.find(' ') + 1) + " " + name.substr(0, name.find(' '));
    return with_typing_error(name);
}

std::vector<std::string> read_names(const char* path) {
    std::ifstream file(path);
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);)
        names.push_back(line);
    return names;
}

std::vector<Name> compared(const std::vector<std::string>& names) {
    std::vector<Name> result;
    for (const auto& name : names)
        result.push_back(compared_name(name));
    return result;
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t count = argc > 1 ? std::stoul(argv[1]) : 100'000;
    auto names = argc > 2 ? read_names(argv[2]) : std::vector<std::string>();
    if (names.empty())
        while (names.size() < count / 2)
            names.push_back(made_up_name());
    fmt::print("{} names, {} pairs among them\n", names.size(), find_twins(compared(names)).size());

    constexpr std::array<std::string_view, 3> sorts{"legal form", "word order", "typing error"};
    const std::size_t originals = names.size();
    for (std::size_t i = 0; i < originals; ++i)
        names.push_back(twin_of(names[i], sorts[i % sorts.size()]));
    const auto begin = std::clock(); // of the processor, whatever else it does
    const auto twins = find_twins(compared(names));
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::map<std::string_view, std::size_t> found;
    for (const auto& twin : twins)
        if (twin.later >= originals && twin.earlier == twin.later - originals)
            ++found[sorts[twin.earlier % sorts.size()]];
    fmt::print("{} names in {:.2f} s\n", names.size(), seconds);
    for (std::size_t sort = 0; sort < sorts.size(); ++sort)
        fmt::print("{:>14}: {} of {} found\n", sorts[sort], found[sorts[sort]],
                   (originals + sorts.size() - 1 - sort) / sorts.size());
}
