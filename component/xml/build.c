#include "xml/build.h"

#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "xml/tree.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Stands between namespace and name in what expat reports. XML 1.0 has no such character, not even
 * as a reference, so no namespace can contain it (CVE-2022-25236, V-047). */
#define SEPARATOR '\x01'

enum { RECENT = 8 };

struct build {
    const struct reader_profile *profile;
    XML_Parser parser;
    bool is_stream;
    enum reader_result verdict;
    size_t level;        /* open elements in the tree */
    size_t elements;     /* of the tree */
    size_t declarations; /* of namespaces, on the start tag that is being read */
    bool bad_namespace;  /* one of them is refused */
    bool in_stream;      /* the stream element is open */
    size_t ns_bytes;     /* that names of the tree refer to and that were copied for it */
    struct element *root;
    struct element *open;       /* the innermost; NULL when root is complete */
    const char *recent[RECENT]; /* namespaces copied last into the tree: most names share one */
    unsigned recent_next;
};

/* Not in every header of an expat that has it; where it is missing there is no deferral. */
extern XML_Bool XML_SetReparseDeferralEnabled(XML_Parser parser, XML_Bool enabled)
    __attribute__((weak));

static unsigned long random_salt(void)
{
    unsigned long salt = 0;
    while (salt == 0) {
        id_bytes(&salt, sizeof salt);
    }
    return salt;
}

static void stop(struct build *b, enum reader_result verdict)
{
    if (b->verdict == READER_OK) {
        b->verdict = verdict;
        XML_StopParser(b->parser, XML_FALSE);
    }
}

/* A name as expat gives it: "namespace SEPARATOR local", or "local". */
struct name {
    const char *ns;
    size_t ns_len;
    const char *local;
    size_t local_len;
};

static struct name split_name(const char *name)
{
    const char *separator = strchr(name, SEPARATOR);
    const char *local = separator ? separator + 1 : name;
    return (struct name){.ns = name,
                         .ns_len = separator ? (size_t)(separator - name) : 0,
                         .local = local,
                         .local_len = strlen(local)};
}

static bool is_name_over(const struct build *b, const struct name *name)
{
    return name->local_len > b->profile->max_name || name->ns_len > b->profile->max_attribute;
}

static bool is_same(const char *ns, const struct name *name)
{
    return strncmp(ns, name->ns, name->ns_len) == 0 && ns[name->ns_len] == '\0';
}

/* The namespace as a string of the tree, copied only where it is new. Copies count towards
 * max_bytes: short prefixes must not make a small input a large tree. */
static const char *intern_ns(struct build *b, struct element *e, const struct name *name)
{
    if (name->ns_len == 0) {
        return "";
    }
    for (unsigned i = 0; i < RECENT; i++) {
        if (b->recent[i] && is_same(b->recent[i], name)) {
            return b->recent[i];
        }
    }
    if (name->ns_len > b->profile->max_bytes - b->ns_bytes) {
        stop(b, READER_LIMIT);
        return "";
    }
    b->ns_bytes += name->ns_len;
    const char *copy = tree_string(e, name->ns, name->ns_len);
    b->recent[b->recent_next] = copy;
    b->recent_next = (b->recent_next + 1) % RECENT;
    return copy;
}

static size_t count_attributes(const XML_Char **attributes)
{
    size_t count = 0;
    while (attributes[2 * count]) {
        count++;
    }
    return count;
}

/* What the answer to a skipped stanza needs. */
static bool is_needed(const char *name)
{
    return strcmp(name, "from") == 0 || strcmp(name, "to") == 0 || strcmp(name, "id") == 0 ||
           strcmp(name, "type") == 0;
}

static bool is_attribute_over(const struct build *b, const struct name *name, size_t value_len)
{
    return is_name_over(b, name) || value_len > b->profile->max_attribute;
}

/* All caps of one start tag, before memory is taken for it. */
static bool is_start_over(const struct build *b, const struct name *name,
                          const XML_Char **attributes, size_t count)
{
    const struct reader_profile *p = b->profile;
    if (b->bad_namespace || b->level + 1 > p->max_depth || b->elements + 1 > p->max_elements ||
        count + b->declarations > p->max_attributes || is_name_over(b, name)) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct name attribute = split_name(attributes[2 * i]);
        if (is_attribute_over(b, &attribute, strlen(attributes[2 * i + 1]))) {
            return true;
        }
    }
    return false;
}

static void add_attributes(struct build *b, struct element *e, const XML_Char **attributes,
                           size_t count)
{
    if (count == 0) {
        return;
    }
    struct attribute *a = tree_attributes(e, count);
    for (size_t i = 0; i < count; i++) {
        struct name name = split_name(attributes[2 * i]);
        const char *value = attributes[2 * i + 1];
        a[i].ns = intern_ns(b, e, &name);
        a[i].name = tree_string(e, name.local, name.local_len);
        a[i].value = tree_string(e, value, strlen(value));
    }
}

/* The start tag of a tree that is over a cap by it alone: no more than an answer needs. */
static void build_head(struct build *b, const struct name *name, const XML_Char **attributes,
                       size_t count)
{
    const XML_Char *needed[2 * 4];
    size_t found = 0;
    for (size_t i = 0; i < count && found < 4; i++) {
        if (is_needed(attributes[2 * i]) &&
            strlen(attributes[2 * i + 1]) <= b->profile->max_attribute) {
            needed[2 * found] = attributes[2 * i];
            needed[2 * found + 1] = attributes[2 * i + 1];
            found++;
        }
    }
    b->root = tree_element(NULL);
    if (!is_name_over(b, name)) {
        b->root->ns = intern_ns(b, b->root, name);
        b->root->name = tree_string(b->root, name->local, name->local_len);
    }
    add_attributes(b, b->root, needed, found);
}

static void on_start(void *ctx, const XML_Char *raw_name, const XML_Char **attributes)
{
    struct build *b = ctx;
    if (b->verdict != READER_OK) {
        return;
    }
    struct name name = split_name(raw_name);
    size_t count = count_attributes(attributes);
    bool is_over = is_start_over(b, &name, attributes, count);
    b->declarations = 0;
    b->bad_namespace = false;
    if (is_over) {
        if (!b->open) {
            build_head(b, &name, attributes, count);
        }
        stop(b, READER_LIMIT);
        return;
    }
    struct element *e = tree_element(b->open);
    if (!b->open) {
        b->root = e;
    }
    e->ns = intern_ns(b, e, &name);
    e->name = tree_string(e, name.local, name.local_len);
    add_attributes(b, e, attributes, count);
    if (b->is_stream && !b->in_stream) {
        b->in_stream = true;
        return;
    }
    b->elements++;
    b->level++;
    b->open = e;
}

static void on_end(void *ctx, const XML_Char *name)
{
    struct build *b = ctx;
    (void)name;
    if (b->verdict == READER_OK && b->open) {
        b->level--;
        b->open = b->open->parent;
    }
}

static void on_text(void *ctx, const XML_Char *text, int len)
{
    struct build *b = ctx;
    if (b->verdict == READER_OK && b->open && len > 0) {
        tree_add_text(b->open, text, (size_t)len);
    }
}

static void on_namespace(void *ctx, const XML_Char *prefix, const XML_Char *uri)
{
    struct build *b = ctx;
    b->declarations++;
    size_t len = uri ? strlen(uri) : 0;
    b->bad_namespace = b->bad_namespace || len > b->profile->max_attribute ||
                       (prefix && strlen(prefix) > b->profile->max_name);
    for (size_t i = 0; i < len; i++) {
        b->bad_namespace = b->bad_namespace || (unsigned char)uri[i] <= ' ' || uri[i] == 0x7F;
    }
}

static void on_comment(void *ctx, const XML_Char *text)
{
    (void)text;
    stop(ctx, READER_RESTRICTED);
}

static void on_instruction(void *ctx, const XML_Char *target, const XML_Char *text)
{
    (void)target, (void)text;
    stop(ctx, READER_RESTRICTED);
}

static void on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public, int has_internal)
{
    (void)name, (void)system, (void)public, (void)has_internal;
    stop(ctx, READER_RESTRICTED);
}

static void on_declaration(void *ctx, const XML_Char *version, const XML_Char *encoding,
                           int standalone)
{
    struct build *b = ctx;
    (void)version, (void)standalone;
    if (!b->is_stream) {
        stop(b, READER_RESTRICTED);
    } else if (encoding && strcasecmp(encoding, "UTF-8") != 0) {
        stop(b, READER_ILL_FORMED);
    }
}

/* All that XML_ParserReset forgets. */
static void prepare(struct build *b)
{
    XML_Parser p = b->parser;
    if (XML_SetReparseDeferralEnabled) {
        XML_SetReparseDeferralEnabled(p, XML_FALSE);
    }
    XML_SetHashSalt(p, random_salt());
    XML_SetUserData(p, b);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
    XML_SetStartNamespaceDeclHandler(p, on_namespace);
    XML_SetCommentHandler(p, on_comment);
    XML_SetProcessingInstructionHandler(p, on_instruction);
    XML_SetStartDoctypeDeclHandler(p, on_doctype);
    XML_SetXmlDeclHandler(p, on_declaration);
}

struct build *build_create(const struct reader_profile *profile, bool is_stream)
{
    struct build *b = mem_alloc(sizeof *b);
    b->profile = profile;
    b->is_stream = is_stream;
    b->parser = XML_ParserCreateNS("UTF-8", SEPARATOR);
    if (!b->parser) {
        BUG("out of memory: no XML parser");
    }
    prepare(b);
    return b;
}

void build_destroy(struct build *b)
{
    if (b) {
        element_destroy(b->root);
        XML_ParserFree(b->parser);
        free(b);
    }
}

/* Ready for the next tree. */
static void forget_tree(struct build *b)
{
    b->root = NULL;
    b->open = NULL;
    b->level = 0;
    b->elements = 0;
    b->ns_bytes = 0;
    memset(b->recent, 0, sizeof b->recent);
}

bool build_reset(struct build *b)
{
    element_destroy(b->root);
    forget_tree(b);
    b->verdict = READER_OK;
    b->declarations = 0;
    b->bad_namespace = false;
    b->in_stream = false;
    if (!XML_ParserReset(b->parser, "UTF-8")) {
        return false;
    }
    prepare(b);
    return true;
}

void build_set_profile(struct build *b, const struct reader_profile *profile)
{
    b->profile = profile;
}

enum reader_result build_feed(struct build *b, const char *bytes, size_t len, bool is_final)
{
    do {
        int part = len > INT_MAX ? INT_MAX : (int)len;
        bool is_last = is_final && (size_t)part == len;
        if (XML_Parse(b->parser, bytes, part, is_last) != XML_STATUS_OK) {
            b->verdict = b->verdict == READER_OK ? READER_ILL_FORMED : b->verdict;
        }
        bytes += part;
        len -= (size_t)part;
    } while (len > 0 && b->verdict == READER_OK);
    return b->verdict;
}

struct element *build_take(struct build *b, size_t bytes)
{
    struct element *root = b->root;
    if (!root || b->open) {
        return NULL;
    }
    root->tree->bytes = bytes;
    forget_tree(b);
    return root;
}

struct element *build_take_head(struct build *b, size_t bytes)
{
    struct element *root = b->root;
    if (root) {
        tree_cut_children(root);
        root->tree->bytes = bytes;
    }
    forget_tree(b);
    return root;
}
