/* config_yaml.h - a YAML file as libyaml's document, checked for what no configuration needs, and
 * the nodes of it.
 *
 * The one place (with config_yaml.c) that knows libyaml. Refused before anything is looked at: more
 * than 256 KiB, a second document, aliases (so nothing can grow, "billion laughs"), more than eight
 * levels, more than 64 keys in a map, keys that are no plain text, and the same key twice. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

enum { CONFIG_YAML_BYTES = 256 * 1024, CONFIG_YAML_DEPTH = 8, CONFIG_YAML_KEYS = 64 };

struct config_yaml {
    yaml_document_t document;
    bool loaded;
};

/* Where and what, for "file:line: key: complaint". */
struct config_complaint {
    int line;
    char *key;  /* free() it; NULL: none, all is well */
    char *text; /* free() it */
};

/* False and *complaint filled on failure; then there is nothing to finish. */
bool config_yaml_init(struct config_yaml *y, const char *bytes, size_t len,
                      struct config_complaint *complaint);
void config_yaml_finish(struct config_yaml *y);

/* Nodes are borrowed from the document. */
yaml_node_t *config_yaml_root(struct config_yaml *y);
int config_yaml_line(const yaml_node_t *node);
size_t
config_yaml_count(const yaml_node_t *node); /* pairs of a map, items of a list, 0 of a scalar */
yaml_node_t *config_yaml_key(struct config_yaml *y, const yaml_node_t *map, size_t at);
yaml_node_t *config_yaml_value(struct config_yaml *y, const yaml_node_t *map, size_t at);
yaml_node_t *config_yaml_item(struct config_yaml *y, const yaml_node_t *list, size_t at);
/* Text of a scalar, "" where a map or a list stands. */
const char *config_yaml_text(const yaml_node_t *node);
