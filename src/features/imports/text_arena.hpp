// Keeps text for as long as its batch lives.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace buckstop::imports {

class TextArena {
  public:
    explicit TextArena(std::deque<std::string>& chunks) : chunks_(&chunks) {}

    // A copy that never moves.
    std::string_view keep(std::string_view text) {
        if (chunks_->empty() || chunks_->back().capacity() - chunks_->back().size() < text.size()) {
            // More than a string holds inside itself, so that moving the batch moves no text.
            chunks_->emplace_back().reserve(std::max(text.size(), chunk_size));
        }
        auto& chunk = chunks_->back();
        const auto start = chunk.size();
        chunk += text;
        size_ += text.size();
        return std::string_view(chunk).substr(start);
    }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t chunk_size = 256 << 10;
    std::deque<std::string>* chunks_;
    std::size_t size_ = 0;
};

} // namespace buckstop::imports
