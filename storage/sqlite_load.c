/* The start: what was going on when the daemon ended. */
#include "base/log.h"
#include "storage/sqlite.h"

#include <stdlib.h>

static int load_counters(sqlite3 *db, const struct storage_loader *loader)
{
    int64_t counters[] = {FIRST_NUMBER - 1, 0, 0};
    static const char *const queries[] = {
        "SELECT seq FROM sqlite_sequence WHERE name = 'chats'",
        "SELECT seq FROM sqlite_sequence WHERE name = 'entries'",
        "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
    };
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        int code = sqlite_number(db, queries[i], &counters[i]);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    if (loader->counters) {
        loader->counters(loader->ctx, counters[0], counters[1], counters[2]);
    }
    return SQLITE_OK;
}

union any_record {
    struct visitor_record visitor;
    struct chat_record chat;
    struct entry_record entry;
    struct participant_record participant;
    struct own_record own;
    struct outbox_record outbox;
    struct contact_record contact;
    struct slot_record slot;
    struct subscriber_record subscriber;
    struct duty_record duty;
    struct news_record news;
    struct canned_record canned;
    struct saved_record saved;
    struct setting_record setting;
    struct file_record file;
    struct block_record block;
    struct bulletin_record bulletin;
    struct mail_record mail;
};

static void hand_over(const struct storage_loader *loader, enum write_kind kind,
                      const union any_record *record)
{
    switch (kind) {
    case PUT_VISITOR:
        loader->visitor(loader->ctx, &record->visitor);
        break;
    case PUT_CHAT:
        loader->chat(loader->ctx, &record->chat);
        break;
    case PUT_PARTICIPANT:
        loader->participant(loader->ctx, &record->participant);
        break;
    case PUT_ENTRY:
        loader->entry(loader->ctx, &record->entry);
        break;
    case PUT_OWN:
        loader->own(loader->ctx, &record->own);
        break;
    case PUT_OUTBOX:
        loader->outbox(loader->ctx, &record->outbox);
        break;
    case PUT_CONTACT:
        loader->contact(loader->ctx, &record->contact);
        break;
    case PUT_SLOT:
        loader->slot(loader->ctx, &record->slot);
        break;
    case PUT_SUBSCRIBER:
        loader->subscriber(loader->ctx, &record->subscriber);
        break;
    case PUT_DUTY:
        loader->duty(loader->ctx, &record->duty);
        break;
    case PUT_NEWS:
        loader->news(loader->ctx, &record->news);
        break;
    case PUT_CANNED:
        loader->canned(loader->ctx, &record->canned);
        break;
    case PUT_SAVED:
        loader->saved(loader->ctx, &record->saved);
        break;
    case PUT_SETTING:
        loader->setting(loader->ctx, &record->setting);
        break;
    case PUT_FILE:
        loader->file(loader->ctx, &record->file);
        break;
    case PUT_BLOCK:
        loader->block(loader->ctx, &record->block);
        break;
    case PUT_BULLETIN:
        loader->bulletin(loader->ctx, &record->bulletin);
        break;
    case PUT_MAIL:
        loader->mail(loader->ctx, &record->mail);
        break;
    default:
        BUG("no record to load kind=%d", (int)kind);
    }
}

static void load_statement(const struct storage_loader *loader, enum write_kind kind,
                           sqlite3_stmt *statement)
{
    while (sqlite3_step(statement) == SQLITE_ROW) {
        union any_record record;
        sqlite_read_record(statement, 0, record_shape(kind), &record);
        hand_over(loader, kind, &record);
    }
}

static int load_rows(sqlite3 *db, const struct storage_loader *loader, enum write_kind kind,
                     const char *sql)
{
    sqlite3_stmt *statement = sqlite_prepare(db, sql);
    if (!statement) {
        return sqlite3_extended_errcode(db);
    }
    load_statement(loader, kind, statement);
    return sqlite3_finalize(statement);
}

/* Chat by chat, so that of each only the last ones are looked at. */
static int load_entries(sqlite3 *db, const struct storage_loader *loader)
{
    sqlite3_stmt *chats = sqlite_prepare(
        db, "SELECT number FROM chats WHERE state <> 4 ORDER BY waiting_since, number");
    sqlite3_stmt *entries = sqlite_prepare(
        db, "SELECT " SQLITE_ENTRY_COLUMNS
            " FROM entries WHERE sequence IN (SELECT sequence FROM entries WHERE chat = ?1"
            " ORDER BY sequence DESC LIMIT ?2) ORDER BY sequence");
    int code = chats && entries ? SQLITE_OK : sqlite3_extended_errcode(db);
    while (code == SQLITE_OK && sqlite3_step(chats) == SQLITE_ROW) {
        sqlite3_bind_int64(entries, 1, sqlite3_column_int64(chats, 0));
        sqlite3_bind_int(entries, 2, LOAD_ENTRIES);
        load_statement(loader, PUT_ENTRY, entries);
        code = sqlite3_reset(entries);
    }
    sqlite3_finalize(entries);
    int end = sqlite3_finalize(chats);
    return code == SQLITE_OK ? end : code;
}

#define LOAD_SETTINGS "SELECT kind, id, field, value FROM settings ORDER BY kind, id, field"

/* lint: long because it is one table, in the order in which the loader is called. */
static int load_all(sqlite3 *db, const struct storage_loader *loader)
{
    const struct {
        bool is_wanted;
        enum write_kind kind;
        const char *sql; /* NULL: load_entries */
    } steps[] = {
        {loader->visitor != NULL, PUT_VISITOR,
         "SELECT id, site, jid, name, email, language, zone, browser, page_url, page_title,"
         " referrer, only_agent, last_agent, first_seen, last_seen, phone, fields,"
         " consent, subject, claims, verified FROM visitors"
         " WHERE id IN (SELECT visitor FROM chats WHERE state <> 4) ORDER BY id"},
        {loader->chat != NULL, PUT_CHAT,
         "SELECT number, visitor, department, state, owner, was_left, created, waiting_since,"
         " claimed, closed, closed_by, offered, priority, tags, address, handed_to, unrecorded "
         "FROM chats"
         " WHERE state <> 4"
         " ORDER BY waiting_since, number"},
        {loader->participant != NULL, PUT_PARTICIPANT,
         "SELECT chat, agent, part FROM participants"
         " WHERE chat IN (SELECT number FROM chats WHERE state <> 4) ORDER BY chat, agent"},
        {loader->entry != NULL, PUT_ENTRY, NULL},
        {loader->own != NULL, PUT_OWN,
         "SELECT chat, field, value FROM own_fields"
         " WHERE chat IN (SELECT number FROM chats WHERE state <> 4) ORDER BY chat, field"},
        {loader->outbox != NULL, PUT_OUTBOX,
         "SELECT id, side, recipient, sender, message_id, body, entry, handed, attempts, at,"
         " visitor, chat, by, name, event, knows_ids, act, target, payload FROM outbox"
         " ORDER BY id"},
        {loader->contact != NULL, PUT_CONTACT,
         "SELECT agent, contact, name, in_roster, present FROM contacts ORDER BY agent, contact"},
        {loader->slot != NULL, PUT_SLOT,
         "SELECT agent, number, visitor, chat, ended, unread, first_notice, approved FROM slots"
         " ORDER BY agent, number"},
        {loader->subscriber != NULL, PUT_SUBSCRIBER,
         "SELECT jid, department FROM subscribers ORDER BY jid, department"},
        {loader->duty != NULL, PUT_DUTY,
         "SELECT agent, state, since, until FROM duty ORDER BY agent"},
        {loader->news != NULL, PUT_NEWS,
         "SELECT agent, department, told FROM news ORDER BY agent, department"},
        {loader->canned != NULL, PUT_CANNED,
         "SELECT scope, owner, word, text, author, changed FROM canned"
         " ORDER BY scope, owner, word"},
        {loader->saved != NULL, PUT_SAVED,
         "SELECT agent, name, words FROM saved ORDER BY agent, name"},
        {loader->setting != NULL, PUT_SETTING, LOAD_SETTINGS},
        {loader->file != NULL, PUT_FILE,
         "SELECT id, chat, sender, name, type, size, sha256, at FROM files ORDER BY id"},
        {loader->block != NULL, PUT_BLOCK,
         "SELECT number, visitor, origin, chat, department, agent, reason, at, until FROM blocks"
         " ORDER BY number"},
        {loader->bulletin != NULL, PUT_BULLETIN,
         "SELECT scope, place, text, agent, at, until FROM bulletins ORDER BY scope, place"},
        {loader->mail != NULL, PUT_MAIL,
         "SELECT ticket, first, last, at, due, tries FROM mails ORDER BY due, ticket, first"},
    };
    int code = load_counters(db, loader);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && code == SQLITE_OK; i++) {
        if (steps[i].is_wanted) {
            code = steps[i].sql ? load_rows(db, loader, steps[i].kind, steps[i].sql)
                                : load_entries(db, loader);
        }
    }
    return code;
}

int sqlite_load_settings(sqlite3 *db, const struct storage_loader *loader)
{
    int64_t there = 0;
    int code =
        sqlite_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'settings'", &there);
    return code == SQLITE_OK && there > 0 ? load_rows(db, loader, PUT_SETTING, LOAD_SETTINGS)
                                          : code;
}

bool sqlite_load(const char *path, const struct storage_loader *loader)
{
    char *error = NULL;
    sqlite3 *db = sqlite_connect(path, path, SQLITE_OPEN_READONLY, &error);
    if (db) {
        int code = sqlite_run(db, "BEGIN");
        if (code == SQLITE_OK) {
            code = load_all(db, loader);
        }
        if (code != SQLITE_OK) {
            error = sqlite_words(db, path, code);
        }
        sqlite3_close(db);
    }
    if (error) {
        log_error("storage: cannot load: %s", error);
        free(error);
        return false;
    }
    return true;
}
