/* What administrators have added in the database: agents, departments and calendars that no file
 * names, walked by the same table as the file, and who belongs to which department.
 *
 * The file wins for what it names: an item that stands in both is the file's alone (a shadow), and
 * of an agent and a department that both stand there it is the file that says whether they belong
 * together. */
#include "config_table.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *maps; /* the option */
    const char *id;   /* its key that names an item */
    const char *word;
} KINDS[] = {
    [SETTING_AGENT] = {"agents", "jid", "agent"},
    [SETTING_DEPARTMENT] = {"departments", "id", "department"},
    [SETTING_CALENDAR] = {"calendars", "id", "hours"},
};

struct addition {
    struct config_draft *d;
    struct map *agents; /* JID -> itself: of the file */
    struct map *added;  /* the same: of the database */
    size_t departments; /* so many are the file's */
};

/* ---- words for what has no line ---- */

/* Takes words. */
static void name_added(struct config_draft *d, const char *key, char *take_words)
{
    d->added = mem_grow(d->added, (d->added_count + 1) * sizeof *d->added);
    d->added[d->added_count++] = (struct config_added){mem_dup(key), take_words};
    config_remember(d, key, 0);
}

char *config_added_print(const struct config_draft *d, const char *key)
{
    const struct config_added *best = NULL;

    for (size_t i = 0; i < d->added_count; i++) {
        size_t len = strlen(d->added[i].key);
        if (strncmp(d->added[i].key, key, len) == 0 && strchr(".[", key[len]) != NULL &&
            (best == NULL || len > strlen(best->key))) {
            best = &d->added[i];
        }
    }
    if (best == NULL) {
        return mem_dup(key);
    }
    const char *rest = key + strlen(best->key);
    return mem_print("%s%s%s", best->words, rest[0] != '\0' ? ": " : "",
                     rest[0] == '.' ? rest + 1 : rest);
}

/* Takes what. */
static void shadow(struct config *c, char *take_what, int line)
{
    c->shadows = mem_grow(c->shadows, (c->shadow_count + 1) * sizeof *c->shadows);
    c->shadows[c->shadow_count++] = (struct config_shadow){take_what, line};
}

/* ---- what the file names ---- */

static int line_of_item(const struct config *c, const char *maps, size_t at)
{
    char *key = mem_print("%s[%zu]", maps, at);
    int line = config_line(c, key);

    free(key);
    return line;
}

static void note_lines(struct addition *a)
{
    struct config *c = &a->d->config;

    for (size_t i = 0; i < c->agent_count; i++) {
        c->agents[i].line = line_of_item(c, "agents", i);
        map_set(a->agents, c->agents[i].jid, c);
    }
    for (size_t i = 0; i < c->calendar_count; i++) {
        c->calendars[i].line = line_of_item(c, "calendars", i);
    }
    for (size_t i = 0; i < c->department_count; i++) {
        c->departments[i].line = line_of_item(c, "departments", i);
        for (size_t k = 0; k < c->departments[i].agent_count; k++) {
            map_set(a->agents, c->departments[i].agents[k], c);
        }
    }
    a->departments = c->department_count;
}

/* The line in which the file names it first; 0: it does not. */
static int named_line(const struct addition *a, enum setting_kind kind, const char *id)
{
    const struct config *c = &a->d->config;

    for (size_t i = 0; kind == SETTING_AGENT && i < c->agent_count; i++) {
        if (c->agents[i].line > 0 && text_equal(c->agents[i].jid, id)) {
            return c->agents[i].line;
        }
    }
    for (size_t i = 0; kind == SETTING_CALENDAR && i < c->calendar_count; i++) {
        if (c->calendars[i].line > 0 && text_equal(c->calendars[i].id, id)) {
            return c->calendars[i].line;
        }
    }
    for (size_t i = 0; kind != SETTING_CALENDAR && i < a->departments; i++) {
        const struct config_department *p = &c->departments[i];
        if (kind == SETTING_DEPARTMENT && text_equal(p->id, id)) {
            return p->line;
        }
        for (size_t k = 0; kind == SETTING_AGENT && k < p->agent_count; k++) {
            if (text_equal(p->agents[k], id)) {
                char *key = mem_print("departments[%zu].agents[%zu]", i, k);
                int line = config_line(c, key);
                free(key);
                return line;
            }
        }
    }
    return 0;
}

/* ---- items ---- */

static const struct config_option *find_option(const char *path)
{
    for (size_t i = 0; i < config_option_count; i++) {
        if (strcmp(config_options[i].path, path) == 0) {
            return &config_options[i];
        }
    }
    return NULL;
}

/* A new item at the end of its list; NULL: there is no room, d->complaint. */
static char *append_item(struct config_draft *d, const struct config_option *o, const char *id,
                         const char *word, char **key)
{
    char **items = (char **)(void *)((char *)d + o->offset);
    size_t *count = (size_t *)(void *)((char *)d + o->count_offset);

    *key = mem_print("%s[%zu]", o->path, *count);
    name_added(d, *key, mem_print("%s %s", word, id));
    if (*count >= o->max) {
        config_complain(d, 0, *key, mem_print("is one too many; at most %lu are possible", o->max));
        return NULL;
    }
    *items = mem_grow(*items, (*count + 1) * o->item_size);
    char *item = *items + *count * o->item_size;
    memset(item, 0, o->item_size);
    (*count)++;
    return config_walk_absent(d, o, *key, item) ? item : NULL;
}

static bool read_one(struct config_draft *d, const struct config_option *o, const char *text,
                     const char *key, void *slot)
{
    char *complaint = o->type->read(d, o, text, slot);

    return complaint == NULL || config_complain(d, 0, key, complaint);
}

/* A line each. */
static bool read_many(struct config_draft *d, const struct config_option *o, const char *text,
                      const char *key, char *item)
{
    char ***list = (char ***)(void *)(item + o->offset);
    size_t *count = (size_t *)(void *)(item + o->count_offset);
    bool good = true;

    while (good && *text != '\0') {
        size_t len = strcspn(text, "\n");
        char *one = mem_dup_n(text, len);
        *list = mem_grow(*list, (*count + 1) * sizeof **list);
        (*list)[(*count)++] = NULL;
        good =
            *count <= o->max
                ? read_one(d, o, one, key, &(*list)[*count - 1])
                : config_complain(
                      d, 0, key, mem_print("has too many items; at most %lu are possible", o->max));
        free(one);
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    return good;
}

/* What is a list of maps, or in one, is for the file. */
static bool set_field(struct config_draft *d, const struct setting_record *r, const char *item_key,
                      char *item)
{
    char *path = mem_print("%s[].%s", KINDS[r->kind].maps, r->field);
    char *key = mem_print("%s.%s", item_key, r->field);
    const struct config_option *o = strchr(r->field, '[') == NULL ? find_option(path) : NULL;
    bool good;

    if (o == NULL || (o->shape != CONFIG_ONE && o->shape != CONFIG_MANY) ||
        strcmp(path, "departments[].agents") == 0) {
        good = config_complain(d, 0, key, mem_dup("is not known here"));
    } else if (o->shape == CONFIG_ONE) {
        good = read_one(d, o, r->value, key, item + o->offset);
    } else {
        good = read_many(d, o, r->value, key, item);
    }
    free(path);
    free(key);
    return good;
}

/* All rows of one item; they stand together. *next: behind them. */
static bool add_item(struct addition *a, const struct setting_record *rows, size_t count,
                     size_t *next)
{
    const struct setting_record *first = rows + *next;
    const struct config_option *maps = find_option(KINDS[first->kind].maps);
    int line = named_line(a, first->kind, first->id);
    char *key = NULL;
    char *item = NULL;
    bool good = true;

    if (line > 0) {
        shadow(&a->d->config, mem_print("%s %s", KINDS[first->kind].word, first->id), line);
    } else {
        item = append_item(a->d, maps, first->id, KINDS[first->kind].word, &key);
        const struct setting_record id = {first->kind, first->id, KINDS[first->kind].id, first->id};
        good = item != NULL && set_field(a->d, &id, key, item);
        if (good && first->kind == SETTING_AGENT) {
            map_set(a->added, ((const struct config_agent *)(const void *)item)->jid, a);
        }
    }
    for (;
         *next < count && rows[*next].kind == first->kind && strcmp(rows[*next].id, first->id) == 0;
         (*next)++) {
        const struct setting_record *r = &rows[*next];
        if (good && item != NULL && strcmp(r->field, KINDS[r->kind].id) != 0) {
            good = set_field(a->d, r, key, item);
        }
    }
    free(key);
    return good;
}

/* ---- who belongs where ---- */

static struct config_department *find_department(struct config *c, const char *id)
{
    for (size_t i = 0; i < c->department_count; i++) {
        if (text_equal(c->departments[i].id, id)) {
            return &c->departments[i];
        }
    }
    return NULL;
}

static bool is_member(const struct config_department *p, const char *jid)
{
    for (size_t i = 0; i < p->agent_count; i++) {
        if (text_equal(p->agents[i], jid)) {
            return true;
        }
    }
    return false;
}

static bool complain_member(struct config_draft *d, const struct setting_record *r, char *take_text)
{
    char *key = mem_print("member %s %s", r->id, r->field);

    name_added(d, key, mem_print("agent %s in %s", r->id, r->field));
    config_complain(d, 0, key, take_text);
    free(key);
    return false;
}

static bool join(struct config_draft *d, struct config_department *p,
                 const struct setting_record *r)
{
    const struct config_option *o = find_option("departments[].agents");

    if (p->agent_count >= o->max) {
        return complain_member(d, r,
                               mem_print("is one too many; at most %lu are possible", o->max));
    }
    char *key = mem_print("departments[%zu].agents[%zu]", (size_t)(p - d->config.departments),
                          p->agent_count);
    name_added(d, key, mem_print("agent %s in %s", r->id, r->field));
    free(key);
    p->agents = mem_grow(p->agents, (p->agent_count + 1) * sizeof *p->agents);
    p->agents[p->agent_count++] = mem_dup(r->id);
    return true;
}

static bool add_member(struct addition *a, const struct setting_record *r)
{
    struct config *c = &a->d->config;
    struct config_department *p = find_department(c, r->field);

    if (p == NULL) {
        return complain_member(a->d, r, mem_dup("there is no such department"));
    }
    if (map_get(a->agents, r->id) == NULL && map_get(a->added, r->id) == NULL) {
        return complain_member(a->d, r, mem_dup("there is no such agent"));
    }
    if (map_get(a->agents, r->id) != NULL && p->line > 0) {
        shadow(c, mem_print("agent %s in %s", r->id, r->field), p->line);
        return true;
    }
    return is_member(p, r->id) || join(a->d, p, r);
}

static bool check_members(struct addition *a)
{
    const struct config *c = &a->d->config;

    for (size_t i = a->departments; i < c->department_count; i++) {
        if (c->departments[i].agent_count == 0) {
            char *key = mem_print("departments[%zu]", i);
            config_complain(a->d, 0, key, mem_dup("has no agents"));
            free(key);
            return false;
        }
    }
    return true;
}

bool config_add_settings(struct config_draft *d, const struct setting_record *settings,
                         size_t count)
{
    struct addition a = {.d = d, .agents = map_create(), .added = map_create()};
    bool good = true;

    note_lines(&a);
    for (size_t i = 0; good && i < count && settings[i].kind != SETTING_MEMBER;) {
        good = add_item(&a, settings, count, &i);
    }
    for (size_t i = 0; good && i < count; i++) {
        good = settings[i].kind != SETTING_MEMBER || add_member(&a, &settings[i]);
    }
    good = good && check_members(&a);
    map_destroy(a.agents);
    map_destroy(a.added);
    return good;
}
