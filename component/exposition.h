/* exposition.h - writes figures in the text format that Prometheus reads, version 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 *     exposition_family(&e, "tresen_chats", EXPOSITION_GAUGE, "Chats that are open.");
 *     exposition_count(&e, LABELS("department", id, "state", "queued"), 3);
 *
 * A family's lines stand together behind its HELP and TYPE. Names are constants of ours, values of
 * labels may be any UTF-8 text. Numbers are written without the locale. */
#pragma once

#include "base/buf.h"
#include "base/histogram.h"

#include <stdint.h>

/* More is our bug: what there is one of for each department is bounded by how many there may be. */
enum { EXPOSITION_MAX = 4 * 1024 * 1024 };

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

struct exposition {
    struct buf text;
    const char *family; /* the last one's name */
};

enum exposition_kind { EXPOSITION_GAUGE, EXPOSITION_COUNTER, EXPOSITION_HISTOGRAM };

/* Names and values by turns, NULL ends them. */
#define LABELS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_LABELS ((const char *const[]){NULL})

void exposition_init(struct exposition *e);
void exposition_finish(struct exposition *e);
/* What follows belongs to it. help: one line for people. */
void exposition_family(struct exposition *e, const char *name, enum exposition_kind kind,
                       const char *help);
void exposition_count(struct exposition *e, const char *const *labels, uint64_t value);
void exposition_seconds(struct exposition *e, const char *const *labels, time_ms value);
/* Of a family of that kind, in seconds. */
void exposition_histogram(struct exposition *e, const char *const *labels,
                          const struct histogram *h);
/* All of it; free() it. e is as after init. */
char *exposition_take(struct exposition *e, size_t *len);
