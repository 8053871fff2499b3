/* administration.h - how commands change who works here: agents, departments, hours.
 *
 * The composition root does it (component/administration.c); commands, forms and subcommands ask it
 * through this port, so that all of them are one implementation. What stands in the configuration
 * file is not changed. */
#pragma once

#include "agents/language.h"
#include "base/buf.h"
#include "storage/storage.h"

struct administration_field {
    const char
        *name; /* as the configuration calls it; "departments" and "agents": who belongs where */
    const char *value; /* "-": as if it had never been given */
};

enum administration_act { ADMINISTRATION_ADD, ADMINISTRATION_CHANGE, ADMINISTRATION_REMOVE };

struct administration_order {
    const char *who; /* for the audit log */
    enum setting_kind kind;
    enum administration_act act;
    const char *id;
    const struct administration_field *fields;
    size_t field_count;
};

enum administration_outcome {
    ADMINISTRATION_DONE,      /* stored and in force */
    ADMINISTRATION_UNCHANGED, /* it was so before */
    ADMINISTRATION_NAMED,     /* file:line names it: to be changed there */
    ADMINISTRATION_THERE,     /* it is there already */
    ADMINISTRATION_UNKNOWN,   /* there is no such item */
    ADMINISTRATION_INVALID,   /* words: the complaint of the configuration */
    ADMINISTRATION_BUSY,      /* another change is being stored */
    ADMINISTRATION_REFUSING,  /* nothing can be stored */
    ADMINISTRATION_KEPT       /* stored, and words say why it is not in force yet */
};

struct administration_result {
    enum administration_outcome outcome;
    enum setting_kind kind;
    enum administration_act act;
    const char *id;
    const char *file;
    int line;
    const char *words;
    unsigned chats; /* that the agent who was removed had: they wait for others */
};

typedef void (*administration_done)(void *ctx, const struct administration_result *r);

struct administration_item {
    const char *id;
    const char *name;
    const char *facts; /* "departments=sales capacity=5": the same in all languages */
    const char *file;
    int line; /* 0: it is the database's */
};

struct administration {
    void *ctx;
    /* done is called once, in the call or after the commit; not at all if the program ends. */
    void (*order)(void *ctx, const struct administration_order *o, administration_done done,
                  void *done_ctx);
    /* What is in force, the file's and the database's. */
    void (*list)(void *ctx, enum setting_kind kind,
                 void (*item)(void *item_ctx, const struct administration_item *i), void *item_ctx);
    /* A value as the database has it, lines where there are several; NULL: it has none. free() it.
     */
    char *(*value_dup)(void *ctx, enum setting_kind kind, const char *id, const char *field);
};

/* What came of it, in words. */
void administration_write_result(struct buf *out, enum language language,
                                 const struct administration_result *r);
bool administration_has_failed(const struct administration_result *r);
/* One line. */
void administration_write_item(struct buf *out, enum language language,
                               const struct administration_item *i);
/* One line of the audit log, times in UTC. */
void administration_write_audit(struct buf *out, enum language language,
                                const struct audit_record *r);
