// Packs every file below a folder into one blob, sorted by path, for .incbin into the program.
// Format, little-endian, repeated to the end: u32 length of path, path, u64 length of data, data.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {
template <class Number>
void write_number(std::ostream& out, Number value) {
    for (unsigned shift = 0; shift < 8 * sizeof(Number); shift += 8)
        out.put(static_cast<char>((value >> shift) & 0xffU));
}
} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: pack_folder FOLDER BLOB\n";
        return 2;
    }
    const fs::path folder = argv[1];
    std::vector<fs::path> files;
    if (fs::is_directory(folder))
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file())
                files.push_back(entry.path());
    std::ranges::sort(files);
    std::ofstream out(argv[2], std::ios::binary);
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string data{std::istreambuf_iterator<char>(in), {}};
        const std::string name = fs::relative(file, folder).generic_string();
        write_number(out, static_cast<std::uint32_t>(name.size()));
        out << name;
        write_number(out, static_cast<std::uint64_t>(data.size()));
        out << data;
    }
    return out.good() ? 0 : 1;
}
