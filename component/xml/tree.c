#include "xml/tree.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_FIRST = 1024, CHUNK_MAX = 64 * 1024, ALIGNMENT = sizeof(void *) };

struct chunk {
    struct chunk *next;
    size_t size;
    size_t used;
    char bytes[];
};

static struct chunk *chunk_create(size_t size, struct chunk *next)
{
    struct chunk *chunk = mem_grow(NULL, sizeof *chunk + size);
    *chunk = (struct chunk){.next = next, .size = size};
    return chunk;
}

/* A new newest chunk with room for size bytes. */
static void tree_extend(struct tree *tree, size_t size)
{
    size_t wanted = tree->newest->size * 2 < CHUNK_MAX ? tree->newest->size * 2 : CHUNK_MAX;
    tree->newest = chunk_create(size > wanted ? size : wanted, tree->newest);
}

static void *tree_alloc(struct tree *tree, size_t size, size_t alignment)
{
    size_t at = (tree->newest->used + alignment - 1) / alignment * alignment;
    if (at > tree->newest->size || size > tree->newest->size - at) {
        tree_extend(tree, size);
        at = 0;
    }
    tree->newest->used = at + size;
    return tree->newest->bytes + at;
}

struct element *tree_element(struct element *parent)
{
    struct tree *tree;
    if (parent) {
        tree = parent->tree;
    } else {
        struct chunk *chunk = chunk_create(CHUNK_FIRST - sizeof(struct chunk), NULL);
        chunk->used = sizeof *tree;
        tree = (struct tree *)(void *)chunk->bytes;
        *tree = (struct tree){.newest = chunk};
    }
    struct element *e = tree_alloc(tree, sizeof *e, ALIGNMENT);
    *e = (struct element){.name = "", .ns = "", .parent = parent, .tree = tree};
    if (parent && parent->last) {
        parent->last->next = e;
        parent->last = e;
    } else if (parent) {
        parent->first = e;
        parent->last = e;
    }
    return e;
}

struct attribute *tree_attributes(struct element *e, size_t count)
{
    e->attributes = tree_alloc(e->tree, count * sizeof *e->attributes, ALIGNMENT);
    e->attribute_count = count;
    return e->attributes;
}

const char *tree_string(struct element *e, const char *bytes, size_t len)
{
    char *copy = tree_alloc(e->tree, len + 1, 1);
    memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

/* Text that is the last thing in its chunk, as it mostly is, grows where it stands. */
static bool grow_in_place(struct element *e, size_t more)
{
    struct chunk *chunk = e->tree->newest;
    if (!e->text || e->text + e->text_size != chunk->bytes + chunk->used ||
        more > chunk->size - chunk->used) {
        return false;
    }
    chunk->used += more;
    e->text_size += more;
    return true;
}

void tree_add_text(struct element *e, const char *bytes, size_t len)
{
    size_t need = e->text_len + len + 1;
    if (need > e->text_size && !grow_in_place(e, need - e->text_size)) {
        size_t size = need > e->text_size * 2 ? need : e->text_size * 2;
        char *text = tree_alloc(e->tree, size, 1);
        if (e->text_len > 0) {
            memcpy(text, e->text, e->text_len);
        }
        e->text = text;
        e->text_size = size;
    }
    memcpy(e->text + e->text_len, bytes, len);
    e->text_len += len;
    e->text[e->text_len] = '\0';
}

void tree_cut_children(struct element *root)
{
    root->first = NULL;
    root->last = NULL;
    root->text = NULL;
    root->text_len = 0;
    root->text_size = 0;
}

struct element *element_hold(const struct element *e)
{
    e->tree->more_owners++;
    return (struct element *)(uintptr_t)e;
}

void element_destroy(struct element *root)
{
    if (!root) {
        return;
    }
    if (root->tree->more_owners > 0) {
        root->tree->more_owners--;
        return;
    }
    struct chunk *chunk = root->tree->newest;
    while (chunk) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}
