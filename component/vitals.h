/* vitals.h - how the daemon is, in figures: collected once (app_vitals.c), and then told to who
 * asks: as JSON to `tresen status`, as Prometheus's text to who fetches /metrics
 * (transport/metrics.h). docs/OPERATIONS.md, "Figures to watch", says what each means.
 *
 * No figure is of a person: labels are departments, states and reasons, of which there is a fixed
 * number. */
#pragma once

#include "desk/census.h"
#include "outbox/outbox.h"
#include "transport/gateway.h"
#include "transport/link.h"
#include "visitors/visitors.h"

/* Of a department. */
struct vitals_department {
    struct department_view view;
    struct census_department census;
};

/* Plain values; what they point to is borrowed from the parts, until those do anything again. */
struct vitals {
    const char *version;
    time_ms started; /* UTC */
    time_ms uptime;
    size_t memory_bytes; /* resident; 0: not known */
    size_t used_bytes;   /* of it, in use by us: the rest is code, and what is kept for later */
    time_ms processor;   /* time of it that was used */
    const char *unready; /* NULL: ready; else why not, in a word or some */
    bool link_up;
    enum link_fault fault; /* of the last attempt, while it is not up */
    uint64_t handshakes;
    const char *roster;
    unsigned streams;
    size_t connections;
    unsigned max_connections;
    struct census_visitors visitors;
    bool is_refusing; /* storage */
    size_t waiting_writes;
    const struct histogram *commits;
    bool is_outbox_full;
    struct outbox_census outbox;
    uint64_t gateway_refused[GATEWAY_REFUSALS];
    uint64_t visitors_refused[VISITORS_REFUSALS];
    bool has_mail;
    size_t mail_waiting;
    const char *mail_trouble; /* "": none */
    struct vitals_department *departments;
    size_t department_count;
};

void vitals_finish(struct vitals *v);
/* free() it. */
char *vitals_json_print(const struct vitals *v);
/* The same; *len without the final NUL. vitals_exposition.c. */
char *vitals_exposition_print(const struct vitals *v, size_t *len);
/* Words for labels and keys. */
const char *vitals_gateway_reason(enum gateway_refusal why);
const char *vitals_availability(enum availability availability);
