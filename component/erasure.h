/* erasure.h - what is done with all that is kept of a person (agents/dossier.h), step by step.
 *
 * Erasing goes in this order, so that a second order finds and finishes what a first one left when
 * it was interrupted at any point: memory (through the house) · chats one by one with their files ·
 * the visitor, last of all · the scrub of the database, which is noted as unfinished from before
 * the first step until it has ended. Each step waits for the commit of the one before; none blocks
 * the loop. Without a house (no daemon) nobody has the person in memory. */
#pragma once

#include "agents/dossier.h"

struct files;

struct erasure_house {
    void *ctx;
    bool (*is_talking)(void *ctx, const char *visitor);
    /* An open chat is closed. True: the archives of the agents' server are asked to forget, too. */
    bool (*forget_visitor)(void *ctx, const char *visitor);
    /* False: it is in memory, or, if only what is unused goes, somebody acts on it. */
    bool (*forget_chat)(void *ctx, int64_t number, bool if_unused);
    bool (*is_here)(void *ctx, const char *visitor); /* in memory */
    /* Their contact is still to be taken out of somebody's roster. */
    bool (*is_shown)(void *ctx, const char *visitor);
};

struct erasure;

/* house NULL: no daemon. storage, files and house are borrowed. */
struct erasure *erasure_create(struct storage *storage, struct files *files,
                               const struct erasure_house *house);
/* What is under way is dropped without an answer. */
void erasure_destroy(struct erasure *e);
/* One at a time. done is called once, in the call or later. */
void erasure_order(struct erasure *e, const struct dossier_order *o, dossier_done done, void *ctx);
/* Every second. */
void erasure_tick(struct erasure *e);
/* One chat that was kept long enough goes, with its files; the rows in the open batch. False: it is
 * in memory. *files counts. */
bool erasure_chat(struct erasure *e, int64_t number, size_t *files);
/* The same of a visitor without chats. False: is here, or talks. */
bool erasure_visitor(struct erasure *e, const char *visitor);
