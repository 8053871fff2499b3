/* Walks a YAML document by the table of options. */
#include "config_table.h"

#include "base/buf.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- complaints and places ---- */

bool config_complain(struct config_draft *d, int line, const char *key, char *take_text)
{
    if (d->complaint.text != NULL) {
        free(take_text);
        return false;
    }
    d->complaint.line = line;
    d->complaint.key = mem_dup(key);
    d->complaint.text = take_text;
    return false;
}

void config_remember(struct config_draft *d, const char *key, int line)
{
    struct config *c = &d->config;
    if ((c->place_count & (c->place_count - 1)) == 0) { /* grows at powers of two */
        size_t room = c->place_count == 0 ? 1 : c->place_count * 2;
        c->places = mem_grow(c->places, room * sizeof *c->places);
    }
    c->places[c->place_count++] = (struct config_place){.key = mem_dup(key), .line = line};
}

/* Is what key names, or stands around, what whole names? */
static bool is_around(const char *key, const char *whole)
{
    size_t len = strlen(key);
    return strncmp(key, whole, len) == 0 &&
           (whole[len] == '\0' || whole[len] == '.' || whole[len] == '[');
}

int config_line(const struct config *c, const char *key)
{
    int line = 1;
    size_t best = 0;
    for (size_t i = 0; i < c->place_count; i++) {
        size_t len = strlen(c->places[i].key);
        if (len > best && is_around(c->places[i].key, key)) {
            best = len;
            line = c->places[i].line;
        }
    }
    return line;
}

/* ---- did you mean ---- */

enum { NEAREST_LENGTH = 40 };

/* Levenshtein's distance; texts of at most NEAREST_LENGTH bytes. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[NEAREST_LENGTH + 1];
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            size_t skip = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < skip ? change : skip;
        }
    }
    return row[b_len];
}

char *config_nearest_dup(const char *text, const char *words)
{
    size_t len = strlen(text);
    size_t best = len / 3 + 2; /* one less counts as near */
    const char *found = NULL;
    size_t found_len = 0;
    while (len <= NEAREST_LENGTH && *words != '\0') {
        size_t word = strcspn(words, " ");
        if (word > 0 && word <= NEAREST_LENGTH) {
            size_t far = distance(text, len, words, word);
            if (far < best && far < word) {
                best = far;
                found = words;
                found_len = word;
            }
        }
        words += word + (words[word] == ' ' ? 1 : 0);
    }
    return found != NULL ? mem_dup_n(found, found_len) : NULL;
}

static char *siblings_dup(const struct config_option *parent)
{
    struct buf words;
    buf_init(&words, 4096);
    for (size_t i = 0; i < config_option_count; i++) {
        const char *name;
        if (config_option_is_in(&config_options[i], parent, &name)) {
            buf_printf(&words, "%s ", name);
        }
    }
    return buf_detach(&words);
}

/* A key that is known elsewhere: "port" at the top is server.port. */
static const char *same_name_elsewhere(const char *name)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const char *last = strrchr(config_options[i].path, '.');
        if (last != NULL && strcmp(last + 1, name) == 0) {
            return config_options[i].path;
        }
    }
    return NULL;
}

static bool complain_unknown(struct config_draft *d, int line, const char *key, const char *name,
                             const struct config_option *parent)
{
    char *words = siblings_dup(parent);
    char *near = config_nearest_dup(name, words);
    const char *other = same_name_elsewhere(name);
    if (near != NULL) {
        config_complain(d, line, key, mem_print("is not a known key; did you mean \"%s\"?", near));
    } else if (other != NULL) {
        config_complain(d, line, key,
                        mem_print("is not a known key here; did you mean \"%s\"?", other));
    } else {
        words[strlen(words) - 1] = '\0';
        config_complain(d, line, key, mem_print("is not a known key; there are: %s", words));
    }
    free(near);
    free(words);
    return false;
}

/* ---- walking ---- */

/* node NULL: the map is not there, and its options get their defaults. */
static bool walk_map(struct config_draft *d, struct config_yaml *y, const yaml_node_t *node,
                     const struct config_option *parent, const char *prefix, char *base);

static bool read_value(struct config_draft *d, const struct config_option *o, const char *text,
                       const char *key, int line, void *slot)
{
    char *complaint = o->type->read(d, o, text, slot);
    return complaint == NULL || config_complain(d, line, key, complaint);
}

static bool walk_one(struct config_draft *d, const yaml_node_t *node, const struct config_option *o,
                     const char *key, char *base)
{
    int line = config_yaml_line(node);
    if (node->type != YAML_SCALAR_NODE) {
        return config_complain(d, line, key, mem_print("must be one value (%s)", o->type->words));
    }
    return read_value(d, o, config_yaml_text(node), key, line, base + o->offset);
}

static bool check_count(struct config_draft *d, const struct config_option *o,
                        const yaml_node_t *node, const char *key)
{
    size_t count = config_yaml_count(node);
    if (count < o->min) {
        return config_complain(d, config_yaml_line(node), key, mem_dup("is empty"));
    }
    if (count > o->max) {
        return config_complain(d, config_yaml_line(node), key,
                               mem_print("has %zu items; at most %lu are possible", count, o->max));
    }
    return true;
}

static bool walk_many(struct config_draft *d, struct config_yaml *y, const yaml_node_t *node,
                      const struct config_option *o, const char *key, char *base)
{
    char ***list = (char ***)(void *)(base + o->offset);
    size_t *count = (size_t *)(void *)(base + o->count_offset);
    if (node->type == YAML_SCALAR_NODE) {
        *list = mem_array(1, sizeof **list);
        *count = 1;
        return read_value(d, o, config_yaml_text(node), key, config_yaml_line(node), &(*list)[0]);
    }
    if (node->type != YAML_SEQUENCE_NODE) {
        return config_complain(d, config_yaml_line(node), key,
                               mem_dup("must be a list: [one, two]"));
    }
    if (!check_count(d, o, node, key)) {
        return false;
    }
    size_t items = config_yaml_count(node);
    *list = mem_array(items + 1, sizeof **list);
    for (size_t i = 0; i < items; i++) {
        const yaml_node_t *item = config_yaml_item(y, node, i);
        char *item_key = mem_print("%s[%zu]", key, i);
        *count = i + 1;
        config_remember(d, item_key, config_yaml_line(item));
        bool good = item->type == YAML_SCALAR_NODE
                        ? read_value(d, o, config_yaml_text(item), item_key, config_yaml_line(item),
                                     &(*list)[i])
                        : config_complain(d, config_yaml_line(item), item_key,
                                          mem_print("must be one value (%s)", o->type->words));
        free(item_key);
        if (!good) {
            return false;
        }
    }
    return true;
}

static bool walk_maps(struct config_draft *d, struct config_yaml *y, const yaml_node_t *node,
                      const struct config_option *o, const char *key, char *base)
{
    char **items = (char **)(void *)(base + o->offset);
    size_t *count = (size_t *)(void *)(base + o->count_offset);
    if (node->type != YAML_SEQUENCE_NODE) {
        return config_complain(d, config_yaml_line(node), key,
                               mem_dup("must be a list, each item beginning with \"- \""));
    }
    if (!check_count(d, o, node, key)) {
        return false;
    }
    size_t total = config_yaml_count(node);
    *items = mem_array(total + 1, o->item_size);
    for (size_t i = 0; i < total; i++) {
        const yaml_node_t *item = config_yaml_item(y, node, i);
        char *item_key = mem_print("%s[%zu]", key, i);
        *count = i + 1;
        config_remember(d, item_key, config_yaml_line(item));
        bool good = walk_map(d, y, item, o, item_key, *items + i * o->item_size);
        free(item_key);
        if (!good) {
            return false;
        }
    }
    return true;
}

static bool walk_present(struct config_draft *d, struct config_yaml *y, const yaml_node_t *node,
                         const struct config_option *o, const char *key, char *base)
{
    switch (o->shape) {
    case CONFIG_ONE:
        return walk_one(d, node, o, key, base);
    case CONFIG_MANY:
        return walk_many(d, y, node, o, key, base);
    case CONFIG_MAP:
        return walk_map(d, y, node, o, key, base);
    case CONFIG_MAPS:
        return walk_maps(d, y, node, o, key, base);
    }
    return false;
}

/* The default of an option that the file does not name. */
static bool walk_absent(struct config_draft *d, struct config_yaml *y,
                        const struct config_option *o, const char *key, char *base)
{
    if (o->shape == CONFIG_MAP) {
        return walk_map(d, y, NULL, o, key, base);
    }
    if (o->fallback == NULL) {
        return true;
    }
    if (o->shape == CONFIG_ONE) {
        return read_value(d, o, o->fallback, key, 0, base + o->offset);
    }
    char ***list = (char ***)(void *)(base + o->offset);
    size_t *count = (size_t *)(void *)(base + o->count_offset);
    *list = mem_array(o->max, sizeof **list);
    for (const char *at = o->fallback; *at != '\0';) {
        size_t len = strcspn(at, " ");
        char *word = mem_dup_n(at, len);
        bool good = read_value(d, o, word, key, 0, &(*list)[(*count)++]);
        free(word);
        if (!good) {
            return false;
        }
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    return true;
}

/* The value under that name, NULL if there is none; remembers where the key stands. */
static const yaml_node_t *find(struct config_draft *d, struct config_yaml *y,
                               const yaml_node_t *map, const char *name, const char *key)
{
    for (size_t i = 0; map != NULL && i < config_yaml_count(map); i++) {
        const yaml_node_t *found = config_yaml_key(y, map, i);
        if (strcmp(config_yaml_text(found), name) == 0) {
            config_remember(d, key, config_yaml_line(found));
            return config_yaml_value(y, map, i);
        }
    }
    return NULL;
}

static char *key_print(const char *prefix, const char *name)
{
    return mem_print("%s%s%s", prefix, prefix[0] != '\0' ? "." : "", name);
}

static bool check_known(struct config_draft *d, struct config_yaml *y, const yaml_node_t *map,
                        const struct config_option *parent, const char *prefix)
{
    for (size_t i = 0; i < config_yaml_count(map); i++) {
        const yaml_node_t *node = config_yaml_key(y, map, i);
        const char *name = config_yaml_text(node);
        if (config_option_find(parent, name) == NULL) {
            char *key = key_print(prefix, name);
            complain_unknown(d, config_yaml_line(node), key, name, parent);
            free(key);
            return false;
        }
    }
    return true;
}

static bool walk_map(struct config_draft *d, struct config_yaml *y, const yaml_node_t *node,
                     const struct config_option *parent, const char *prefix, char *base)
{
    if (node != NULL && node->type != YAML_MAPPING_NODE) {
        return config_complain(d, config_yaml_line(node), prefix, mem_dup("must be a map of keys"));
    }
    if (node != NULL && !check_known(d, y, node, parent, prefix)) {
        return false;
    }
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_options[i];
        const char *name;
        if (!config_option_is_in(o, parent, &name)) {
            continue;
        }
        char *key = key_print(prefix, name);
        const yaml_node_t *value = find(d, y, node, name, key);
        bool good =
            value != NULL ? walk_present(d, y, value, o, key, base)
            : node != NULL && o->required
                ? config_complain(d, config_line(&d->config, prefix), key, mem_dup("is missing"))
                : walk_absent(d, y, o, key, base);
        free(key);
        if (!good) {
            return false;
        }
    }
    return true;
}

bool config_walk_absent(struct config_draft *d, const struct config_option *maps, const char *key,
                        char *item)
{
    return walk_map(d, NULL, NULL, maps, key, item);
}

bool config_walk(struct config_draft *d, struct config_yaml *y)
{
    return walk_map(d, y, config_yaml_root(y), NULL, "", (char *)d);
}
