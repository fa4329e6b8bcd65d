#include "features/backup/backup.hpp"

#include "db/migrate.hpp"
#include "features/audit/audit.hpp"
#include "features/backup/store.hpp"
#include "features/demo/demo.hpp"
#include "support/databases.hpp"

#include <atomic>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <map>
#include <set>
#include <thread>

namespace buckstop::backup {
namespace {

using testing::HasSubstr;

constexpr auto key = "a key of the tests";

// A service's surroundings over a database.
struct Surroundings {
    explicit Surroundings(db::Database& database)
        : context{.database = database, .config = config, .jobs = jobs, .events = events} {}
    Config config;
    work::Jobs jobs;
    http::Events events;
    const Context context;
};

std::string shown(const db::Row& row, const Table& table) {
    std::string line;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const int column = static_cast<int>(i);
        line += table.columns[i].name + '=';
        if (row.is_null(column))
            line += "null ";
        else if (table.columns[i].kind == Kind::integer)
            line += fmt::format("{} ", row.integer(column));
        else if (table.columns[i].kind == Kind::real)
            line += fmt::format("{:a} ", row.real(column));
        else
            line += fmt::format("'{}' ", row.text(column));
    }
    return line;
}

// Every row of every table, as text.
std::map<std::string, std::multiset<std::string>> contents(db::Database& database) {
    return database.read([](db::Transaction& tx) {
        std::map<std::string, std::multiset<std::string>> rows;
        for (auto& table : store::tables(tx)) {
            std::ranges::sort(table.columns, {}, &Column::name);
            auto& of_table = rows[table.name];
            store::each_row(tx, table, [&](const db::Row& row) { of_table.insert(shown(row, table)); });
        }
        return rows;
    });
}

std::int64_t count(db::Database& database, const std::string& from) {
    return database.read(
        [&](db::Transaction& tx) { return tx.value<std::int64_t>("select count(*) from " + from); });
}

class BackupTest : public test::BothDatabases {
  protected:
    [[nodiscard]] std::string file(const std::string& name = "test.backup") const {
        return directory.file(name);
    }
    Result<Summary> back_up(db::Database& from, const std::string& name = "test.backup") {
        return write(from, file(name), key, quick);
    }
    OrgId demonstrate(db::Database& into) {
        const Surroundings surroundings(into);
        return demo::create(surroundings.context).value().id;
    }
    // A file that says what it is told to.
    std::string forged(const std::function<void(RecordWriter&)>& say) {
        auto sealed = SealedWriter::create(file("forged"), key, {.passes = 1, .memory = 8192});
        RecordWriter records(sealed.value());
        say(records);
        records.end();
        EXPECT_TRUE(sealed->finish());
        return file("forged");
    }

    test::TemporaryDirectory directory;
    Options quick{.on_progress = {}, .should_stop = {}, .quick_key = true};
};
INSTANTIATE_BOTH_DATABASES(BackupTest);

TEST_P(BackupTest, comes_back_row_by_row_in_either_database) {
    const auto org = demonstrate(database());
    const auto written = back_up(database());
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_GT(written->rows, 5000);
    const auto checked = check(file(), key);
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(checked->rows, written->rows);
    EXPECT_EQ(checked->bytes, static_cast<std::int64_t>(std::filesystem::file_size(file())));
    EXPECT_EQ(checked->made_at, written->made_at);
    const auto before = contents(database());
    for (const auto dialect : {db::Dialect::sqlite, db::Dialect::postgres}) {
        const test::TestDatabase target(dialect, test::Schema::none);
        const auto into = target.open();
        const auto restored = restore(*into, file(), key, Target::empty);
        ASSERT_TRUE(restored) << restored.error().message;
        EXPECT_EQ(contents(*into), before);
        EXPECT_EQ(count(*into, "lesson_text"), count(*into, "lesson")) << "the full text is made anew";
        EXPECT_GT(count(*into, "lesson"), 0);
        EXPECT_TRUE(into->read([&](db::Transaction& tx) { return audit::verify(tx, org); }).whole);
        EXPECT_EQ(db::migration_state(*into).value().database_version, db::program_schema_version());
        EXPECT_TRUE(db::migrate(*into).value().applied_now.empty());
    }
}

// Each write changes two tables at once: a backup that took one before and the other after would show it.
TEST_P(BackupTest, is_one_moment_while_writes_go_on) {
    demonstrate(database());
    std::atomic<bool> enough = false;
    std::atomic<int> pairs = 0;
    const auto writer_database = test_database().open();
    std::jthread writer([&] {
        while (!enough) {
            writer_database->write([&](db::Transaction& tx) {
                const auto id = tx.new_id<struct Job>();
                tx.execute("insert into deferred_index (org_id, name, definition, import_id)"
                           " values (1, $1, '', 0)",
                           id.text());
                tx.execute("insert into setup_token (org_id, token_hash, created_at) values ($1, 'pair', 0)",
                           id);
                tx.execute("insert into server_secret (org_id, name, secret) values ($1, 'pair', '')", id);
            });
            ++pairs;
        }
    });
    while (pairs < 5)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const int before = pairs;
    // Not so fast that nothing happens meanwhile.
    auto slow = quick;
    int at_first_rows = 0;
    slow.on_progress = [&](std::string_view, std::int64_t) {
        if (at_first_rows == 0)
            at_first_rows = pairs;
        for (const int seen = pairs; pairs == seen;)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    const auto written = write(database(), file(), key, slow);
    const int after = pairs;
    enough = true;
    writer.join();
    ASSERT_TRUE(written) << written.error().message;
    EXPECT_GT(after, at_first_rows + 3) << "writes went on";
    const test::TestDatabase target(GetParam(), test::Schema::none);
    const auto into = target.open();
    ASSERT_TRUE(restore(*into, file(), key, Target::empty));
    const auto tokens = count(*into, "setup_token where token_hash = 'pair'");
    EXPECT_EQ(tokens, count(*into, "server_secret where name = 'pair'"));
    EXPECT_GE(tokens, before);
    EXPECT_LE(tokens, at_first_rows + 1) << "what came after the snapshot began isn't in it";
    EXPECT_EQ(count(*into, "deferred_index"), 0) << "true of the old database alone";
}

TEST_P(BackupTest, a_database_that_holds_something_is_kept_unless_told_otherwise) {
    demonstrate(database());
    ASSERT_TRUE(back_up(database()));
    const auto wanted = contents(database());
    const test::TestDatabase target(GetParam());
    const auto into = target.open();
    into->write([](db::Transaction& tx) {
        tx.execute("insert into server_secret (org_id, name, secret) values (0, 'mine', '')");
    });
    const auto mine = contents(*into);
    const auto refused = restore(*into, file(), key, Target::empty);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr("isn't empty"));
    EXPECT_EQ(contents(*into), mine);
    const auto replaced = restore(*into, file(), key, Target::replace);
    ASSERT_TRUE(replaced) << replaced.error().message;
    EXPECT_EQ(contents(*into), wanted);
    EXPECT_THROW(into->write([](db::Transaction& tx) { tx.execute("delete from audit_entry"); }), db::Failure)
        << "what guards the audit log is there again";
}

TEST_P(BackupTest, a_schema_without_rows_counts_as_empty_and_another_programs_database_does_not) {
    demonstrate(database());
    ASSERT_TRUE(back_up(database()));
    const test::TestDatabase migrated(GetParam());
    EXPECT_TRUE(restore(*migrated.open(), file(), key, Target::empty));
    const test::TestDatabase foreign(GetParam(), test::Schema::none);
    const auto into = foreign.open();
    into->change_schema([](db::Transaction& tx) { tx.execute("create table theirs (id bigint)"); });
    const auto refused = restore(*into, file(), key, Target::replace);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("aren't Buckstop's"));
    EXPECT_EQ(count(*into, "theirs"), 0) << "it is still there";
}

TEST_P(BackupTest, a_file_that_turns_out_bad_changes_nothing) {
    demonstrate(database());
    ASSERT_TRUE(back_up(database()));
    const auto before = contents(database());
    std::string bytes = [&] {
        std::ifstream whole(file(), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(whole), {});
    }();
    bytes[bytes.size() - 1000] = static_cast<char>(bytes[bytes.size() - 1000] ^ 1);
    const auto bad = directory.write("bad.backup", bytes);
    EXPECT_FALSE(check(bad, key));
    const auto refused = restore(database(), bad, key, Target::replace);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    EXPECT_EQ(contents(database()), before);
    const test::TestDatabase target(GetParam(), test::Schema::none);
    const auto into = target.open();
    EXPECT_FALSE(restore(*into, bad, key, Target::empty));
    EXPECT_FALSE(into->read([](db::Transaction& tx) { return store::has_tables(tx); }));
}

TEST_P(BackupTest, an_older_schema_is_brought_up_to_date) {
    const auto path = forged([&](RecordWriter& records) {
        records.begin({.schema_version = 1, .program_version = "0.0.1", .made_at = {}});
        records.table(
            {"audit_head", {{"org_id", Kind::integer}, {"hash", Kind::text}, {"sequence", Kind::integer}}});
        database().write([](db::Transaction& tx) {
            tx.execute("insert into audit_head (org_id, hash, sequence) values (7, 'old', 5)");
        });
        database().read([&](db::Transaction& tx) {
            tx.run("select org_id, hash, sequence from audit_head", {},
                   [&](const db::Row& row) { records.row(row); });
        });
    });
    const test::TestDatabase target(GetParam(), test::Schema::none);
    const auto into = target.open();
    const auto restored = restore(*into, path, key, Target::empty);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->schema_version, 1);
    EXPECT_EQ(db::migration_state(*into).value().database_version, db::program_schema_version());
    EXPECT_EQ(count(*into, "audit_head where org_id = 7 and hash = 'old'"), 1);
}

TEST_P(BackupTest, knows_every_table_in_both_databases) {
    const auto described = [](db::Database& of) {
        std::set<std::string> found;
        for (const auto& table : of.read([](db::Transaction& tx) { return store::tables(tx); }))
            for (const auto& column : table.columns)
                found.insert(fmt::format("{}.{} {}", table.name, column.name, enum_name(column.kind)));
        return found;
    };
    const test::TestDatabase sqlite(db::Dialect::sqlite);
    const test::TestDatabase postgres(db::Dialect::postgres);
    EXPECT_EQ(described(*sqlite.open()), described(*postgres.open())) << "else one can't go into the other";
    const auto all = postgres.open()->read([](db::Transaction& tx) {
        return tx.query<std::string>("select relname from pg_class where relkind in ('r', 'p')"
                                     " and relnamespace = cast(current_schema() as regnamespace)");
    });
    std::set<std::string> left_out(all.begin(), all.end());
    for (const auto& table : postgres.open()->read([](db::Transaction& tx) { return store::tables(tx); }))
        left_out.erase(table.name);
    EXPECT_THAT(left_out, testing::ElementsAre("deferred_index", "lesson_text", "schema_migration"))
        << "what a backup doesn't hold is made anew by restore(), and named in docs/operators/backup.md";
}

TEST_P(BackupTest, what_it_cannot_read_is_refused) {
    const auto refused = [&](const std::function<void(RecordWriter&)>& say) {
        const auto path = forged(say);
        const auto result = restore(database(), path, key, Target::empty);
        std::filesystem::remove(path);
        return result ? std::string("nothing") : result.error().message;
    };
    const auto begin = [](RecordWriter& records, int schema) {
        records.begin({.schema_version = schema, .program_version = "9.9", .made_at = {}});
    };
    EXPECT_THAT(refused([&](RecordWriter& records) { begin(records, 999); }),
                HasSubstr("restore it with Buckstop 9.9 or newer"));
    EXPECT_THAT(refused([&](RecordWriter& records) {
                    records.table({"job", {{"id", Kind::integer}}});
                }),
                HasSubstr("can't read"));
    EXPECT_THAT(refused([&](RecordWriter& records) {
                    begin(records, db::program_schema_version());
                    begin(records, db::program_schema_version());
                }),
                HasSubstr("can't read"));
    for (const Table& unknown : {Table{"nothing", {{"id", Kind::integer}}}, Table{"job", {{"x", Kind::text}}},
                                 Table{"job", {{"id", Kind::text}}}})
        EXPECT_THAT(refused([&](RecordWriter& records) {
                        begin(records, db::program_schema_version());
                        records.table(unknown);
                    }),
                    HasSubstr("isn't as this program knows it"));
}

TEST_P(BackupTest, stops_when_it_should_and_needs_a_key_and_something_to_back_up) {
    demonstrate(database());
    auto stopping = quick;
    stopping.should_stop = [] { return true; };
    EXPECT_EQ(write(database(), file(), key, stopping).error().code, ErrorCode::cancelled);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
    EXPECT_EQ(write(database(), file(), "too short", quick).error().code, ErrorCode::invalid);
    const test::TestDatabase empty(GetParam(), test::Schema::none);
    EXPECT_EQ(back_up(*empty.open()).error().code, ErrorCode::not_found);
    ASSERT_TRUE(back_up(database()));
    EXPECT_EQ(back_up(database()).error().code, ErrorCode::conflict) << "the file is there already";
    const test::TestDatabase target(GetParam(), test::Schema::none);
    EXPECT_EQ(restore(*target.open(), file(), key, Target::empty, stopping).error().code,
              ErrorCode::cancelled);
}

} // namespace
} // namespace buckstop::backup
