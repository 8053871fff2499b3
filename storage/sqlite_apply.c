/* What is written: each write by its statement, all that waits in one transaction. */
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

static const char *const statements[WRITE_KINDS] = {
    [PUT_VISITOR] =
        "INSERT INTO visitors (id, site, jid, name, email, language, zone, browser, page_url,"
        " page_title, referrer, only_agent, last_agent, first_seen, last_seen, phone, fields,"
        " consent, subject, claims, verified)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET site = excluded.site, jid = excluded.jid,"
        " name = excluded.name, email = excluded.email, language = excluded.language,"
        " zone = excluded.zone, browser = excluded.browser, page_url = excluded.page_url,"
        " page_title = excluded.page_title, referrer = excluded.referrer,"
        " only_agent = excluded.only_agent, last_agent = excluded.last_agent,"
        " first_seen = CASE WHEN excluded.first_seen = 0 THEN first_seen"
        " WHEN first_seen = 0 THEN excluded.first_seen"
        " ELSE min(first_seen, excluded.first_seen) END,"
        " last_seen = excluded.last_seen, phone = excluded.phone, fields = excluded.fields,"
        " consent = excluded.consent, subject = excluded.subject, claims = excluded.claims,"
        " verified = excluded.verified",
    [PUT_TOKEN] = "INSERT INTO tokens (hash, visitor, state, at) VALUES (?, ?, ?, ?)"
                  " ON CONFLICT (hash) DO UPDATE SET visitor = excluded.visitor,"
                  " state = excluded.state, at = excluded.at",
    [DROP_TOKEN] = "DELETE FROM tokens WHERE hash = ?",
    [DROP_TOKENS_OF] = "DELETE FROM tokens WHERE visitor = ?",
    [AGE_TOKENS] = "UPDATE tokens SET state = 3, at = ?2 WHERE visitor = ?1 AND state = 2",
    [PRUNE_TOKENS] = "DELETE FROM tokens WHERE visitor = ?1 AND state <> 2 AND at < ?2",
    [PUT_CHAT] = "INSERT INTO chats (number, visitor, department, state, owner, was_left, created,"
                 " waiting_since, claimed, closed, closed_by, offered, priority, tags, address,"
                 " handed_to, unrecorded)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (number) DO UPDATE SET visitor = excluded.visitor,"
                 " department = excluded.department, state = excluded.state,"
                 " owner = excluded.owner, was_left = excluded.was_left,"
                 " created = excluded.created, waiting_since = excluded.waiting_since,"
                 " claimed = excluded.claimed, closed = excluded.closed,"
                 " closed_by = excluded.closed_by, offered = excluded.offered,"
                 " priority = excluded.priority, tags = excluded.tags,"
                 " address = excluded.address, handed_to = excluded.handed_to,"
                 " unrecorded = excluded.unrecorded",
    [CHANGE_CHAT] = "UPDATE chats SET priority = ?2, tags = ?3 WHERE number = ?1",
    [PUT_PARTICIPANT] = "INSERT INTO participants (chat, agent, part) VALUES (?, ?, ?)"
                        " ON CONFLICT (chat, agent) DO UPDATE SET part = excluded.part",
    [DROP_PARTICIPANT] = "DELETE FROM participants WHERE chat = ? AND agent = ?",
    [PUT_ENTRY] =
        "INSERT INTO entries (sequence, chat, kind, by, at, agent, name, sender_id,"
        " event, body, seen, about, fate, shown, visitor_reactions, agent_reactions, form)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [CHANGE_ENTRY] = "UPDATE entries SET fate = ?2, shown = ?3, visitor_reactions = ?4,"
                     " agent_reactions = ?5 WHERE sequence = ?1",
    [MARK_ENTRY] = "UPDATE entries SET seen = ?2 WHERE sequence = ?1 AND seen < ?2",
    [PUT_OUTBOX] = "INSERT INTO outbox (id, side, recipient, sender, message_id, body, entry,"
                   " handed, attempts, at, visitor, chat, by, name, event, knows_ids, act, target,"
                   " payload)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (id) DO UPDATE SET side = excluded.side,"
                   " recipient = excluded.recipient, sender = excluded.sender,"
                   " message_id = excluded.message_id, body = excluded.body,"
                   " entry = excluded.entry, handed = excluded.handed,"
                   " attempts = excluded.attempts, at = excluded.at, visitor = excluded.visitor,"
                   " chat = excluded.chat, by = excluded.by, name = excluded.name,"
                   " event = excluded.event, knows_ids = excluded.knows_ids,"
                   " act = excluded.act, target = excluded.target, payload = excluded.payload",
    [DROP_OUTBOX] = "DELETE FROM outbox WHERE id = ?",
    [PUT_CONTACT] = "INSERT INTO contacts (agent, contact, name, in_roster, present)"
                    " VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (agent, contact) DO UPDATE SET name = excluded.name,"
                    " in_roster = excluded.in_roster, present = excluded.present",
    [DROP_CONTACT] = "DELETE FROM contacts WHERE agent = ? AND contact = ?",
    [PUT_SLOT] = "INSERT INTO slots (agent, number, visitor, chat, ended, unread, first_notice,"
                 " approved) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (agent, number) DO UPDATE SET visitor = excluded.visitor,"
                 " chat = excluded.chat, ended = excluded.ended, unread = excluded.unread,"
                 " first_notice = excluded.first_notice, approved = excluded.approved",
    [DROP_SLOT] = "DELETE FROM slots WHERE agent = ? AND number = ?",
    [PUT_SUBSCRIBER] = "INSERT INTO subscribers (jid, department) VALUES (?, ?)"
                       " ON CONFLICT DO NOTHING",
    [DROP_SUBSCRIBER] = "DELETE FROM subscribers WHERE jid = ? AND department = ?",
    [PUT_DUTY] = "INSERT INTO duty (agent, state, since, until) VALUES (?, ?, ?, ?)"
                 " ON CONFLICT (agent) DO UPDATE SET state = excluded.state,"
                 " since = excluded.since, until = excluded.until",
    [DROP_DUTY] = "DELETE FROM duty WHERE agent = ?",
    [PUT_NEWS] = "INSERT INTO news (agent, department, told) VALUES (?, ?, ?)"
                 " ON CONFLICT (agent, department) DO UPDATE SET told = excluded.told",
    [PUT_CANNED] = "INSERT INTO canned (scope, owner, word, text, author, changed)"
                   " VALUES (?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (scope, owner, word) DO UPDATE SET text = excluded.text,"
                   " author = excluded.author, changed = excluded.changed",
    [DROP_CANNED] = "DELETE FROM canned WHERE scope = ? AND owner = ? AND word = ?",
    [PUT_SAVED] = "INSERT INTO saved (agent, name, words) VALUES (?, ?, ?)"
                  " ON CONFLICT (agent, name) DO UPDATE SET words = excluded.words",
    [DROP_SAVED] = "DELETE FROM saved WHERE agent = ? AND name = ?",
    [PUT_SETTING] = "INSERT INTO settings (kind, id, field, value) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (kind, id, field) DO UPDATE SET value = excluded.value",
    [DROP_SETTING] = "DELETE FROM settings WHERE kind = ? AND id = ? AND field = ?",
    [PUT_SPENT] = "INSERT INTO spent (number, chat, agent, began, lasted, by_hand)"
                  " VALUES (nullif(?, 0), ?, ?, ?, ?, ?)",
    [PUT_AUDIT] = "INSERT INTO audit (number, at, who, what, before, after)"
                  " VALUES (nullif(?, 0), ?, ?, ?, ?, ?)",
    [PUT_FILE] = "INSERT INTO files (id, chat, sender, name, type, size, sha256, at)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_BLOCK] = "INSERT OR REPLACE INTO blocks (number, visitor, origin, chat, department,"
                  " agent, reason, at, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [DROP_BLOCK] = "DELETE FROM blocks WHERE number = ?",
    [PUT_BULLETIN] = "INSERT OR REPLACE INTO bulletins (scope, place, text, agent, at, until)"
                     " VALUES (?, ?, ?, ?, ?, ?)",
    [DROP_BULLETIN] = "DELETE FROM bulletins WHERE scope = ? AND place = ?",
    [PUT_TICKET] =
        "INSERT INTO tickets (number, department, state, owner, subject, due, level,"
        " converted, converted_by, changed, wake, overdue, priority, awaits,"
        " answer_since, answer_spent, solution_since, solution_spent, answered, solved,"
        " told, measured, missed, visitor, address, last, last_by, was_left, watchers, merged,"
        " unreached)"
        " VALUES (?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " ?, ?, ?)"
        " ON CONFLICT (number) DO UPDATE SET department = excluded.department,"
        " state = excluded.state, owner = excluded.owner, subject = excluded.subject,"
        " due = excluded.due, level = excluded.level, converted = excluded.converted,"
        " converted_by = excluded.converted_by, changed = excluded.changed,"
        " wake = excluded.wake, overdue = excluded.overdue,"
        " priority = excluded.priority, awaits = excluded.awaits,"
        " answer_since = excluded.answer_since, answer_spent = excluded.answer_spent,"
        " solution_since = excluded.solution_since,"
        " solution_spent = excluded.solution_spent, answered = excluded.answered,"
        " solved = excluded.solved, told = excluded.told,"
        " measured = excluded.measured, missed = excluded.missed,"
        " visitor = excluded.visitor, address = excluded.address,"
        " last = excluded.last, last_by = excluded.last_by,"
        " was_left = excluded.was_left,"
        " watchers = excluded.watchers, merged = excluded.merged,"
        " unreached = excluded.unreached",
    [PUT_RATING] = "INSERT INTO ratings (chat, scale, value, text, at, changed)"
                   " VALUES (?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (chat) DO UPDATE SET scale = excluded.scale,"
                   " value = excluded.value, text = excluded.text, at = excluded.at,"
                   " changed = excluded.changed",
    [PUT_OWN] = "INSERT INTO own_fields (chat, field, value) VALUES (?, ?, ?)"
                " ON CONFLICT (chat, field) DO UPDATE SET value = excluded.value",
    [DROP_OWN] = "DELETE FROM own_fields WHERE chat = ? AND field = ?",
    [PUT_LINK] = "INSERT INTO links (ticket, other) VALUES (?, ?) ON CONFLICT DO NOTHING",
    [DROP_LINK] = "DELETE FROM links WHERE ticket = ? AND other = ?",
    [PUT_MAIL] = "INSERT INTO mails (ticket, first, last, at, due, tries)"
                 " VALUES (?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (ticket, first) DO UPDATE SET last = excluded.last,"
                 " at = excluded.at, due = excluded.due, tries = excluded.tries",
    [DROP_MAIL] = "DELETE FROM mails WHERE ticket = ? AND first = ?",
    [PASS_ENTRY] = "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'entries' AND seq < ?1",
    [PUT_READ] = "INSERT INTO reads (number, at, who, what, visitor, chat)"
                 " VALUES (nullif(?, 0), ?, ?, ?, ?, ?)",
    [PRUNE_READS] = "DELETE FROM reads WHERE number IN (SELECT number FROM reads"
                    " ORDER BY number LIMIT 500) AND at < ?",
    [BEGIN_SCRUB] = "INSERT INTO upkeep (work, since) VALUES ('scrub', ?) ON CONFLICT DO NOTHING",
};

struct sqlite_applier {
    sqlite3 *db;
    sqlite3_stmt *writes[WRITE_KINDS];
    struct sqlite_eraser *eraser;
    struct sqlite_settler *settler;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    sqlite3_stmt *rollback;
};

static bool prepare(struct sqlite_applier *a)
{
    a->begin = sqlite_prepare(a->db, "BEGIN IMMEDIATE");
    a->commit = sqlite_prepare(a->db, "COMMIT");
    a->rollback = sqlite_prepare(a->db, "ROLLBACK");
    a->eraser = sqlite_eraser_create(a->db);
    a->settler = a->eraser ? sqlite_settler_create(a->db) : NULL;
    bool done = a->begin && a->commit && a->rollback && a->eraser && a->settler;
    for (size_t i = 0; i < WRITE_KINDS && done; i++) {
        a->writes[i] = statements[i] ? sqlite_prepare(a->db, statements[i]) : NULL;
        done = a->writes[i] != NULL || !statements[i];
    }
    return done;
}

struct sqlite_applier *sqlite_applier_create(sqlite3 *db)
{
    struct sqlite_applier *a = mem_alloc(sizeof *a);
    a->db = db;
    if (!prepare(a)) {
        sqlite_applier_destroy(a);
        return NULL;
    }
    return a;
}

void sqlite_applier_destroy(struct sqlite_applier *a)
{
    if (!a) {
        return;
    }
    for (size_t i = 0; i < WRITE_KINDS; i++) {
        sqlite3_finalize(a->writes[i]);
    }
    sqlite_eraser_destroy(a->eraser);
    sqlite_settler_destroy(a->settler);
    sqlite3_finalize(a->begin);
    sqlite3_finalize(a->commit);
    sqlite3_finalize(a->rollback);
    free(a);
}

static int apply_write(struct sqlite_applier *a, const struct write *write)
{
    sqlite3_stmt *statement = a->writes[write->kind];
    switch (write->kind) {
    case ERASE_CHAT:
        return sqlite_erase_chat(a->eraser, write->record.chat.number);
    case ERASE_VISITOR:
        return sqlite_erase_visitor(a->eraser, write->record.visitor.id);
    default:
        sqlite_bind_record(statement, record_shape(write->kind), &write->record);
        return sqlite_step_done(statement);
    }
}

static int apply_batch(struct sqlite_applier *a, const struct batch *batch)
{
    list_for_each (const struct write, write, &batch->writes, link) {
        int code = apply_write(a, write);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    return SQLITE_OK;
}

/* A file that was replaced would take our writes with it. */
static int check_place(struct sqlite_applier *a)
{
    int moved = 0;
    sqlite3_file_control(a->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved ? SQLITE_READONLY_DBMOVED : SQLITE_OK;
}

int sqlite_apply(struct sqlite_applier *a, const struct list *batches, bool keeps_index,
                 int failure)
{
    int code = check_place(a);
    if (code == SQLITE_OK) {
        code = sqlite_step_done(a->begin);
    }
    list_for_each (const struct batch, batch, batches, link) {
        if (code == SQLITE_OK) {
            code = apply_batch(a, batch);
        }
    }
    if (code == SQLITE_OK && keeps_index) {
        code = sqlite_settle(a->settler);
    }
    if (code == SQLITE_OK && failure == 0) {
        code = sqlite_step_done(a->commit);
    }
    return code == SQLITE_OK ? failure : code;
}

void sqlite_roll_back(struct sqlite_applier *a)
{
    if (!sqlite3_get_autocommit(a->db)) {
        sqlite_step_done(a->rollback);
    }
}
