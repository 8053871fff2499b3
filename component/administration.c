#include "administration.h"

#include "agents/named.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "xml/jid.h"

#include <stdlib.h>
#include <string.h>

/* Of one list, and of all that is said of one thing: a value of the longest address fits into each.
 * What is longer says how many more there are. */
enum { LIST_BYTES = 1500, FACTS_BYTES = 16 * 1024 };

static const char *const KIND_WORDS[] = {
    [SETTING_AGENT] = "agent", [SETTING_DEPARTMENT] = "department", [SETTING_CALENDAR] = "hours"};
static const char *const ACT_WORDS[] = {[ADMINISTRATION_ADD] = "add",
                                        [ADMINISTRATION_CHANGE] = "change",
                                        [ADMINISTRATION_REMOVE] = "remove"};

int administration_code(const struct administration_result *r)
{
    if (!administration_has_failed(r)) {
        return COMMAND_DONE;
    }
    return r->outcome == ADMINISTRATION_BUSY || r->outcome == ADMINISTRATION_REFUSING
               ? COMMAND_FAILED
               : COMMAND_MISCONFIGURED;
}

/* ---- what there is ---- */

int administration_line(const struct config *c, enum setting_kind kind, const char *id)
{
    for (size_t i = 0; kind == SETTING_AGENT && i < c->agent_count; i++) {
        if (text_equal(c->agents[i].jid, id)) {
            return c->agents[i].line;
        }
    }
    for (size_t i = 0; kind == SETTING_DEPARTMENT && i < c->department_count; i++) {
        if (text_equal(c->departments[i].id, id)) {
            return c->departments[i].line;
        }
    }
    for (size_t i = 0; kind == SETTING_CALENDAR && i < c->calendar_count; i++) {
        if (text_equal(c->calendars[i].id, id)) {
            return c->calendars[i].line;
        }
    }
    return 0;
}

/* One list among the facts. */
struct said {
    size_t begin;
    size_t count;
    size_t more; /* that are not said */
};

static void add_value(struct buf *facts, struct said *said, const char *name, const char *value)
{
    if (said->count == 0) {
        said->begin = facts->len;
        buf_printf(facts, "%s%s=%s", facts->len > 0 ? " " : "", name, value);
    } else if (said->more > 0 || facts->len - said->begin + strlen(value) > LIST_BYTES) {
        said->more++;
        return;
    } else {
        buf_printf(facts, "; %s", value);
    }
    said->count++;
}

static void end_values(struct buf *facts, const struct said *said)
{
    if (said->more > 0) {
        buf_printf(facts, " and %zu more", said->more);
    }
}

static void add_list(struct buf *facts, const char *name, char *const *values, size_t count)
{
    struct said said = {.count = 0};

    for (size_t i = 0; i < count; i++) {
        add_value(facts, &said, name, values[i]);
    }
    end_values(facts, &said);
}

static void write_agent(struct buf *facts, const struct config *c, const struct config_agent *a)
{
    struct said said = {.count = 0};

    for (size_t i = 0; i < c->department_count; i++) {
        const struct config_department *p = &c->departments[i];
        for (size_t k = 0; k < p->agent_count; k++) {
            if (text_equal(p->agents[k], a->jid)) {
                add_value(facts, &said, "departments", p->id);
            }
        }
    }
    end_values(facts, &said);
    buf_printf(facts, " capacity=%u", a->capacity);
    if (a->level > 1) {
        buf_printf(facts, " level=%u", a->level);
    }
    add_list(facts, "skills", a->skills, a->skill_count);
    add_list(facts, "languages", a->languages, a->language_count);
}

static void write_department(struct buf *facts, const struct config_department *p)
{
    add_list(facts, "agents", p->agents, p->agent_count);
    if (p->calendar != NULL) {
        buf_printf(facts, " calendar=%s", p->calendar);
    }
}

static void write_calendar(struct buf *facts, const struct config_calendar *k)
{
    add_list(facts, "hours", k->hours, k->hours_count);
    add_list(facts, "holidays", k->holidays, k->holiday_count);
    if (k->zone != NULL) {
        buf_printf(facts, " zone=%s", k->zone);
    }
}

/* False behind the last. */
static bool read_item(const struct config *c, enum setting_kind kind, size_t at, struct buf *facts,
                      struct administration_item *out)
{
    out->file = c->file;
    if (kind == SETTING_AGENT && at < c->agent_count) {
        out->id = c->agents[at].jid;
        out->name = c->agents[at].name;
        out->line = c->agents[at].line;
        write_agent(facts, c, &c->agents[at]);
        return true;
    }
    if (kind == SETTING_DEPARTMENT && at < c->department_count) {
        out->id = c->departments[at].id;
        out->name = c->departments[at].name;
        out->line = c->departments[at].line;
        write_department(facts, &c->departments[at]);
        return true;
    }
    if (kind == SETTING_CALENDAR && at < c->calendar_count) {
        out->id = out->name = c->calendars[at].id;
        out->line = c->calendars[at].line;
        write_calendar(facts, &c->calendars[at]);
        return true;
    }
    return false;
}

void administration_list(const struct config *c, enum setting_kind kind,
                         void (*item)(void *ctx, const struct administration_item *i), void *ctx)
{
    struct administration_item i;
    struct buf facts;
    size_t at = 0;

    buf_init(&facts, FACTS_BYTES);
    while (read_item(c, kind, at++, &facts, &i)) {
        i.facts = facts.bytes;
        item(ctx, &i);
        buf_reset(&facts);
    }
    buf_finish(&facts);
}

/* ---- a plan ---- */

/* The next of several values, prepared; NULL behind the last. What stands between them is a comma,
 * a semicolon or a line break; hours have blanks of their own. */
static char *next_value_dup(const char **text, bool blanks)
{
    const char *separators = blanks ? ",;\n " : ",;\n";

    *text += strspn(*text, ",;\n ");
    size_t len = strcspn(*text, separators);
    if (len == 0) {
        return NULL;
    }
    char *raw = mem_dup_n(*text, len);
    char *value = text_name_dup(raw, len);
    free(raw);
    *text += len;
    return value;
}

static bool is_list(const char *field)
{
    static const char *const LISTS[] = {"skills", "languages", "hours", "holidays"};

    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
        if (text_equal(LISTS[i], field)) {
            return true;
        }
    }
    return false;
}

/* As an account is compared; what is no address stays, for the complaint. */
static char *account_dup(const char *text)
{
    char *jid = jid_bare_dup(text);

    return jid != NULL ? jid : mem_dup(text);
}

char *administration_id_dup(enum setting_kind kind, const char *text)
{
    return kind == SETTING_AGENT ? account_dup(text) : mem_dup(text);
}

static void put_members(struct settings *next, const struct administration_order *o, const char *id,
                        const char *text)
{
    char *value;

    if (o->kind == SETTING_AGENT) {
        settings_drop_item(next, SETTING_MEMBER, id);
    } else {
        settings_drop_members_of(next, id);
    }
    while ((value = next_value_dup(&text, true)) != NULL) {
        char *jid = o->kind == SETTING_AGENT ? mem_dup(id) : account_dup(value);
        settings_put(next, &(struct setting_record){SETTING_MEMBER, jid,
                                                    o->kind == SETTING_AGENT ? value : id, ""});
        free(jid);
        free(value);
    }
}

static void put_list(struct settings *next, enum setting_kind kind, const char *id,
                     const struct administration_field *f)
{
    const char *text = f->value;
    struct buf lines;
    char *value;

    buf_init(&lines, strlen(text) + 1);
    while ((value = next_value_dup(&text, kind != SETTING_CALENDAR)) != NULL) {
        buf_printf(&lines, "%s%s", lines.len > 0 ? "\n" : "", value);
        free(value);
    }
    settings_put(next, &(struct setting_record){kind, id, f->name, lines.bytes});
    buf_finish(&lines);
}

static void put_field(struct settings *next, const struct administration_order *o, const char *id,
                      const struct administration_field *f)
{
    const char *members = o->kind == SETTING_AGENT        ? "departments"
                          : o->kind == SETTING_DEPARTMENT ? "agents"
                                                          : NULL;

    if (text_equal(f->name, members)) {
        put_members(next, o, id, text_equal(f->value, "-") ? "" : f->value);
    } else if (text_equal(f->value, "-")) {
        settings_drop(next, o->kind, id, f->name);
    } else if (is_list(f->name)) {
        put_list(next, o->kind, id, f);
    } else {
        settings_put(next, &(struct setting_record){o->kind, id, f->name, f->value});
    }
}

static struct settings *changed_dup(const struct settings *now,
                                    const struct administration_order *o, const char *id)
{
    struct settings *next = settings_dup(now);

    if (o->act == ADMINISTRATION_REMOVE) {
        settings_drop_item(next, o->kind, id);
        if (o->kind == SETTING_AGENT) {
            settings_drop_item(next, SETTING_MEMBER, id);
        } else if (o->kind == SETTING_DEPARTMENT) {
            settings_drop_members_of(next, id);
        }
        return next;
    }
    const char *key = o->kind == SETTING_AGENT ? "jid" : "id"; /* so that it is there at all */
    settings_put(next, &(struct setting_record){o->kind, id, key, id});
    for (size_t i = 0; i < o->field_count; i++) {
        if (!text_equal(o->fields[i].name, key)) {
            put_field(next, o, id, &o->fields[i]);
        }
    }
    return next;
}

/* What speaks against it before anything is tried. */
static enum administration_outcome look(const char *file, const struct settings *now,
                                        const struct administration_order *o, const char *id,
                                        struct administration_result *result, char **words)
{
    struct config *alone = config_load(file, words);

    if (alone == NULL) {
        return ADMINISTRATION_INVALID;
    }
    result->line = administration_line(alone, o->kind, id);
    config_destroy(alone);
    if (result->line > 0) {
        return ADMINISTRATION_NAMED;
    }
    bool there = settings_has(now, o->kind, id);
    if (there && o->act == ADMINISTRATION_ADD) {
        return ADMINISTRATION_THERE;
    }
    return there || o->act == ADMINISTRATION_ADD ? ADMINISTRATION_DONE : ADMINISTRATION_UNKNOWN;
}

static enum administration_outcome try_next(const char *file, const struct settings *now,
                                            const struct settings *next, char **words)
{
    size_t count;
    const struct setting_record *rows = settings_rows(next, &count);

    if (settings_equal(now, next)) {
        return ADMINISTRATION_UNCHANGED;
    }
    struct config *whole = config_load_with(file, rows, count, words);
    if (whole == NULL) {
        return ADMINISTRATION_INVALID;
    }
    config_destroy(whole);
    return ADMINISTRATION_DONE;
}

struct settings *administration_plan(const char *file, const struct settings *now,
                                     const struct administration_order *o,
                                     struct administration_result *result, char **words)
{
    char *id = administration_id_dup(o->kind, o->id);
    struct settings *next = NULL;

    *words = NULL;
    *result = (struct administration_result){
        .kind = o->kind, .act = o->act, .id = o->id, .file = file, .words = ""};
    result->outcome = look(file, now, o, id, result, words);
    if (result->outcome == ADMINISTRATION_DONE) {
        next = changed_dup(now, o, id);
        result->outcome = try_next(file, now, next, words);
    }
    if (result->outcome != ADMINISTRATION_DONE) {
        settings_destroy(next);
        next = NULL;
    }
    result->words = *words != NULL ? *words : "";
    free(id);
    return next;
}

void administration_write(struct storage *storage, const struct settings *before,
                          const struct settings *after, const struct administration_order *o)
{
    char *id = administration_id_dup(o->kind, o->id);
    char *what = mem_print("%s %s %s", KIND_WORDS[o->kind], ACT_WORDS[o->act], id);
    char *old = settings_print(before, o->kind, id);
    char *new = settings_print(after, o->kind, id);

    settings_write(storage, before, after);
    storage_put_audit(
        storage,
        &(struct audit_record){
            .at = clock_utc_ms(), .who = o->who, .what = what, .before = old, .after = new});
    free(id);
    free(what);
    free(old);
    free(new);
}

/* ---- as text ---- */

enum { FIELDS_MAX = 24 };

struct reading {
    struct administration_field fields[FIELDS_MAX];
    size_t count;
};

static bool take_field(void *ctx, const char *name, const char *value)
{
    struct reading *r = ctx;

    if (r->count == FIELDS_MAX) {
        return false;
    }
    r->fields[r->count++] = (struct administration_field){mem_dup(name), mem_dup(value)};
    return true;
}

static int find_word(const char *const *words, int count, const char *word)
{
    for (int i = 0; i < count; i++) {
        if (text_equal(words[i], word)) {
            return i;
        }
    }
    return -1;
}

enum setting_kind administration_kind(const char *word)
{
    int at = find_word(KIND_WORDS, sizeof KIND_WORDS / sizeof *KIND_WORDS, word);

    return at > 0 ? (enum setting_kind)at : (enum setting_kind)0;
}

static char *next_word_dup(const char **text)
{
    *text += strspn(*text, " \t\n");
    size_t len = strcspn(*text, " \t\n");
    char *word = mem_dup_n(*text, len);

    *text += len;
    return word;
}

char *administration_read(const char *text, const char *who,
                          void (*run)(void *ctx, const struct administration_order *o), void *ctx)
{
    struct reading reading = {.count = 0};
    char *kind = next_word_dup(&text);
    char *act = next_word_dup(&text);
    char *id = next_word_dup(&text);
    enum setting_kind which = administration_kind(kind);
    int act_at = find_word(ACT_WORDS, sizeof ACT_WORDS / sizeof *ACT_WORDS, act);
    char *error = NULL;

    if (which == 0 || act_at < 0 || id[0] == '\0') {
        error = mem_dup("it goes like this: add|change|remove WHAT [FIELD=VALUE ...]");
    } else if (!named_split(text, take_field, &reading)) {
        error = mem_print("each further word belongs to a FIELD=VALUE, at most %d", FIELDS_MAX);
    } else {
        run(ctx, &(struct administration_order){.who = who,
                                                .kind = which,
                                                .act = (enum administration_act)act_at,
                                                .id = id,
                                                .fields = reading.fields,
                                                .field_count = reading.count});
    }
    for (size_t i = 0; i < reading.count; i++) {
        free((void *)(uintptr_t)reading.fields[i].name);
        free((void *)(uintptr_t)reading.fields[i].value);
    }
    free(kind);
    free(act);
    free(id);
    return error;
}
