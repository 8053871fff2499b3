#include "config_yaml.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static bool complain(struct config_complaint *c, int line, const char *key, char *take_text)
{
    c->line = line;
    c->key = mem_dup(key);
    c->text = take_text;
    return false;
}

int config_yaml_line(const yaml_node_t *node)
{
    return (int)node->start_mark.line + 1;
}

size_t config_yaml_count(const yaml_node_t *node)
{
    if (node->type == YAML_MAPPING_NODE) {
        return (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    }
    if (node->type == YAML_SEQUENCE_NODE) {
        return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    }
    return 0;
}

yaml_node_t *config_yaml_root(struct config_yaml *y)
{
    return yaml_document_get_root_node(&y->document);
}

yaml_node_t *config_yaml_key(struct config_yaml *y, const yaml_node_t *map, size_t at)
{
    return yaml_document_get_node(&y->document, map->data.mapping.pairs.start[at].key);
}

yaml_node_t *config_yaml_value(struct config_yaml *y, const yaml_node_t *map, size_t at)
{
    return yaml_document_get_node(&y->document, map->data.mapping.pairs.start[at].value);
}

yaml_node_t *config_yaml_item(struct config_yaml *y, const yaml_node_t *list, size_t at)
{
    return yaml_document_get_node(&y->document, list->data.sequence.items.start[at]);
}

const char *config_yaml_text(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
}

/* ---- what no configuration needs ---- */

struct shape {
    struct config_yaml *y;
    struct config_complaint *complaint;
};

static bool check_node(struct shape *s, const yaml_node_t *node, const char *key);

static bool check_key(struct shape *s, const yaml_node_t *map, size_t at)
{
    const yaml_node_t *key = config_yaml_key(s->y, map, at);
    int line = config_yaml_line(key);
    if (key->type != YAML_SCALAR_NODE) {
        return complain(s->complaint, line, "yaml", mem_dup("a key must be plain text"));
    }
    const char *text = config_yaml_text(key);
    for (size_t i = 0; i < at; i++) {
        const yaml_node_t *other = config_yaml_key(s->y, map, i);
        if (strcmp(config_yaml_text(other), text) == 0) {
            return complain(
                s->complaint, line, text,
                mem_print("is there twice (first in line %d)", config_yaml_line(other)));
        }
    }
    return true;
}

static bool check_map(struct shape *s, const yaml_node_t *map, const char *key)
{
    size_t count = config_yaml_count(map);
    if (count > CONFIG_YAML_KEYS) {
        return complain(
            s->complaint, config_yaml_line(map), key,
            mem_print("has %zu keys; %d are more than enough", count, CONFIG_YAML_KEYS));
    }
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *name = config_yaml_key(s->y, map, i);
        if (!check_node(s, name, key) || !check_key(s, map, i) ||
            !check_node(s, config_yaml_value(s->y, map, i), config_yaml_text(name))) {
            return false;
        }
    }
    return true;
}

/* Recursive; check_events bounded the depth. */
static bool check_node(struct shape *s, const yaml_node_t *node, const char *key)
{
    if (node->type == YAML_SCALAR_NODE &&
        strlen(config_yaml_text(node)) != node->data.scalar.length) {
        return complain(s->complaint, config_yaml_line(node), key, mem_dup("has a NUL character"));
    }
    if (node->type == YAML_MAPPING_NODE) {
        return check_map(s, node, key);
    }
    for (size_t i = 0; node->type == YAML_SEQUENCE_NODE && i < config_yaml_count(node); i++) {
        if (!check_node(s, config_yaml_item(s->y, node, i), key)) {
            return false;
        }
    }
    return true;
}

static bool check_shape(struct config_yaml *y, struct config_complaint *complaint)
{
    const yaml_node_t *root = config_yaml_root(y);
    if (root == NULL) {
        return complain(complaint, 1, "yaml", mem_dup("the file is empty"));
    }
    if (root->type != YAML_MAPPING_NODE) {
        return complain(
            complaint, config_yaml_line(root), "yaml",
            mem_dup("the file must consist of keys, like \"domain: support.example.org\""));
    }
    struct shape s = {.y = y, .complaint = complaint};
    return check_node(&s, root, "yaml");
}

/* ---- loading ---- */

static bool complain_syntax(struct config_complaint *complaint, const yaml_parser_t *parser)
{
    size_t line = parser->problem_mark.line + 1;
    if (parser->error == YAML_READER_ERROR) {
        return complain(complaint, (int)line, "yaml",
                        mem_print("%s (the file must be UTF-8)", parser->problem));
    }
    return complain(complaint, (int)line, "yaml",
                    mem_print("%s%s%s", parser->context != NULL ? parser->context : "",
                              parser->context != NULL ? ": " : "",
                              parser->problem != NULL ? parser->problem : "cannot be read"));
}

static void start_parser(yaml_parser_t *parser, const char *bytes, size_t len)
{
    if (yaml_parser_initialize(parser) == 0) {
        abort(); /* only for want of memory */
    }
    yaml_parser_set_input_string(parser, (const unsigned char *)bytes, len);
}

/* What an event changes, in levels; *refused says why it is not wanted. */
static int depth_change(yaml_event_type_t type, int documents, const char **refused)
{
    switch (type) {
    case YAML_ALIAS_EVENT:
        *refused = "aliases (*name) are not allowed; write the value again";
        return 0;
    case YAML_DOCUMENT_START_EVENT:
        *refused = documents > 0 ? "a second document (after ---) is not allowed" : NULL;
        return 0;
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return 1;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return -1;
    default:
        return 0;
    }
}

/* Reads the events first: libyaml's scanner is quadratic in the depth, and its documents share
 * aliased nodes. */
static bool check_events(const char *bytes, size_t len, struct config_complaint *complaint)
{
    yaml_parser_t parser;
    yaml_event_type_t type = YAML_NO_EVENT;
    int depth = 0;
    int documents = 0;
    bool good = true;
    start_parser(&parser, bytes, len);
    while (good && type != YAML_STREAM_END_EVENT) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            good = complain_syntax(complaint, &parser);
            break;
        }
        type = event.type;
        const char *refused = NULL;
        depth += depth_change(type, documents, &refused);
        documents += type == YAML_DOCUMENT_START_EVENT ? 1 : 0;
        if (depth > CONFIG_YAML_DEPTH) {
            refused = "lists and maps are nested too deeply";
        }
        if (refused != NULL) {
            good = complain(complaint, (int)event.start_mark.line + 1, "yaml", mem_dup(refused));
        }
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return good;
}

bool config_yaml_init(struct config_yaml *y, const char *bytes, size_t len,
                      struct config_complaint *complaint)
{
    memset(y, 0, sizeof *y);
    if (len > CONFIG_YAML_BYTES) {
        return complain(complaint, 1, "yaml",
                        mem_print("the file is larger than %d KiB", CONFIG_YAML_BYTES / 1024));
    }
    if (!check_events(bytes, len, complaint)) {
        return false;
    }
    yaml_parser_t parser;
    start_parser(&parser, bytes, len);
    if (yaml_parser_load(&parser, &y->document) == 0) {
        complain_syntax(complaint, &parser);
    } else if (check_shape(y, complaint)) {
        y->loaded = true;
    } else {
        yaml_document_delete(&y->document);
    }
    yaml_parser_delete(&parser);
    return y->loaded;
}

void config_yaml_finish(struct config_yaml *y)
{
    if (y->loaded) {
        yaml_document_delete(&y->document);
        y->loaded = false;
    }
}
