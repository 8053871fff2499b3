#include "agents/dossier.h"

#include "base/text.h"

#include <jansson.h>
#include <string.h>

#define JID "jid:"
#define IDENTITY "identity:"

bool dossier_read_person(const char *text, struct person_query *out)
{
    if (strncmp(text, "visitor-", 8) == 0) {
        *out = (struct person_query){PERSON_VISITOR, text};
    } else if (strncmp(text, JID, sizeof JID - 1) == 0) {
        *out = (struct person_query){PERSON_JID, text + sizeof JID - 1};
    } else if (strncmp(text, IDENTITY, sizeof IDENTITY - 1) == 0) {
        *out = (struct person_query){PERSON_IDENTITY, text + sizeof IDENTITY - 1};
        const char *slash = strchr(out->value, '/');
        return slash != NULL && slash > out->value && slash[1] != '\0';
    } else {
        *out = (struct person_query){PERSON_EMAIL, text};
    }
    return out->by == PERSON_VISITOR || strchr(out->value, '@') != NULL;
}

bool dossier_has_failed(const struct dossier_result *r)
{
    return r->outcome != DOSSIER_DONE && r->outcome != DOSSIER_NOBODY;
}

/* Each table by what it is to people; of a new one its own name is better than nothing. */
static const char *name_of(const char *table)
{
    static const struct {
        const char *table;
        const char *name;
    } NAMES[] = {
        {"visitors", N_("Visitors (who they are)")},
        {"tokens", N_("Keys of browsers")},
        {"chats", N_("Chats")},
        {"participants", N_("Agents who joined chats")},
        {"entries", N_("Lines, notices and notes")},
        {"files", N_("Files")},
        {"spent", N_("Time spent")},
        {"tickets", N_("Tickets")},
        {"ratings", N_("Ratings")},
        {"own_fields", N_("Own fields of tickets")},
        {"links", N_("Links between tickets")},
        {"mails", N_("Mails")},
        {"tags", N_("Tags")},
        {"outbox", N_("Messages on their way")},
        {"contacts", N_("Contacts in rosters")},
        {"slots", N_("Slots")},
        {"subscribers", N_("Subscriptions")},
        {"blocks", N_("Blocks")},
        {"reads", N_("Who looked at it")},
    };

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (strcmp(NAMES[i].table, table) == 0) {
            return NAMES[i].name;
        }
    }
    return table;
}

static void write_parts(struct buf *out, enum language language, const struct dossier_result *r)
{
    for (size_t i = 0; i < r->part_count; i++) {
        if (r->parts[i].rows > 0) {
            buf_printf(out, "\n%s: %lld", language_text(language, name_of(r->parts[i].table)),
                       (long long)r->parts[i].rows);
        }
    }
}

static void write_outside(struct buf *out, enum language language, const struct dossier_result *r)
{
    if (r->archives) {
        buf_printf(out, "\n%s",
                   language_text(language, N_("The archives of agents on the server of server.api "
                                              "are asked to forget it, too; the log says what "
                                              "failed.")));
    }
    buf_printf(out, "\n%s",
               language_text(language,
                             N_("Not in our hands: what agents' clients have stored, the archives "
                                "and offline storage of XMPP servers, files that agents uploaded "
                                "there, and backups made before.")));
}

static void write_done(struct buf *out, enum language language, const struct dossier_result *r)
{
    switch (r->act) {
    case DOSSIER_LOOK:
        buf_add_text(out, language_text(language, N_("This is kept of the person:")));
        write_parts(out, language, r);
        buf_printf(out, "\n");
        buf_printf(
            out,
            language_text(language,
                          N_("Nothing was changed. To erase it, the whole database (%lld KiB) "
                             "is gone through; all else goes on meanwhile.")),
            (long long)(r->bytes / 1024));
        write_outside(out, language, r);
        break;
    case DOSSIER_ERASE:
        buf_add_text(out, language_text(language, N_("Erased, and nothing of it is left here:")));
        write_parts(out, language, r);
        write_outside(out, language, r);
        break;
    case DOSSIER_EXPORT:
        if (r->path[0] != '\0') {
            buf_add_text(out, r->path);
        } else {
            dossier_write_text(out, language, r->text);
        }
        break;
    }
}

void dossier_write_result(struct buf *out, enum language language, const struct dossier_result *r)
{
    switch (r->outcome) {
    case DOSSIER_DONE:
        write_done(out, language, r);
        break;
    case DOSSIER_NOBODY:
        buf_add_text(out, language_text(language, N_("Nothing is kept of such a person.")));
        if (r->unfinished) {
            buf_printf(out, "\n%s",
                       language_text(language, N_("An erasure was interrupted before; it is "
                                                  "finished now.")));
        }
        break;
    case DOSSIER_RUNNING:
        buf_add_text(
            out, language_text(language, N_("A chat with this person is open. Nothing was changed; "
                                            "end the chat first, or say that it is to be ended.")));
        break;
    case DOSSIER_BUSY:
        buf_add_text(out, language_text(language, N_("Another such order is under way. Try again "
                                                     "in a moment.")));
        break;
    case DOSSIER_REFUSING:
        buf_add_text(out, language_text(language, N_("Nothing can be stored at the moment. Try "
                                                     "again later.")));
        break;
    case DOSSIER_FAILED:
        buf_printf(out,
                   language_text(language, N_("It did not come to its end: %s. Give the same "
                                              "order again.")),
                   r->words);
        break;
    }
}

/* ---- as lines ---- */

static void write_value(struct buf *out, const char *key, const json_t *value)
{
    if (json_is_string(value) && json_string_value(value)[0] != '\0') {
        buf_printf(out, "\n%s: %s", key, json_string_value(value));
    } else if (json_is_integer(value) && json_integer_value(value) != 0) {
        buf_printf(out, "\n%s: %lld", key, (long long)json_integer_value(value));
    }
}

void dossier_write_text(struct buf *out, enum language language, const char *json)
{
    json_t *all = json_loads(json, 0, NULL);
    const char *table;
    json_t *rows;

    json_object_foreach(all, table, rows)
    {
        size_t at;
        json_t *row;
        json_array_foreach(rows, at, row)
        {
            const char *key;
            json_t *value;
            buf_printf(out, "%s%s %zu", out->len > 0 ? "\n\n" : "",
                       language_text(language, name_of(table)), at + 1);
            json_object_foreach(row, key, value)
            {
                write_value(out, key, value);
            }
        }
    }
    json_decref(all);
}
