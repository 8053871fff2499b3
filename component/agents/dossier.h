/* dossier.h - all that is kept of a person: looking at what there is, erasing it, giving it away.
 *
 * The composition root does it (component/erasure.c); the commands of the role data protection and
 * the subcommands ask it through this port, so that all of them are one implementation. */
#pragma once

#include "agents/language.h"
#include "base/buf.h"
#include "storage/storage.h"

enum dossier_act { DOSSIER_LOOK, DOSSIER_ERASE, DOSSIER_EXPORT };

struct dossier_order {
    const char *who; /* for the audit log */
    enum dossier_act act;
    struct person_query person;
    bool ends;        /* ERASE: an open chat with them is closed; else it refuses */
    const char *path; /* EXPORT: see storage_export_person */
};

enum dossier_outcome {
    DOSSIER_DONE,
    DOSSIER_NOBODY,   /* there is nothing of such a person (any more) */
    DOSSIER_RUNNING,  /* a chat with them is open */
    DOSSIER_BUSY,     /* another order is under way */
    DOSSIER_REFUSING, /* nothing can be stored */
    DOSSIER_FAILED    /* words say why; what was begun is finished by another order */
};

struct dossier_result {
    enum dossier_outcome outcome;
    enum dossier_act act;
    const struct person_part *parts; /* what there is, or was */
    size_t part_count;
    size_t files;      /* removed from the folder */
    bool unfinished;   /* an erasure was interrupted before */
    int64_t bytes;     /* LOOK: of the database */
    const char *path;  /* EXPORT */
    const char *text;  /* EXPORT: JSON, if it went into no file */
    const char *words; /* FAILED */
    bool archives;     /* ERASE: those of agents' servers were asked to forget, too */
};

typedef void (*dossier_done)(void *ctx, const struct dossier_result *r);

struct dossiers {
    void *ctx;
    /* done is called once, in the call or later; not at all if the program ends. */
    void (*order)(void *ctx, const struct dossier_order *o, dossier_done done, void *done_ctx);
};

/* "visitor-…", "jid:ADDRESS", "identity:SITE/SUBJECT" or an e-mail address. False: it is none of
 * these. out borrows. */
bool dossier_read_person(const char *text, struct person_query *out);
bool dossier_has_failed(const struct dossier_result *r);
/* What came of it, in words. */
void dossier_write_result(struct buf *out, enum language language, const struct dossier_result *r);
/* The JSON as lines for people: a heading for each table, "name: value" for what is not empty. */
void dossier_write_text(struct buf *out, enum language language, const char *json);
