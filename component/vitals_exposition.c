/* The same figures as Prometheus reads them. Each family is a function's lines, in the order of
 * docs/OPERATIONS.md; a test compares the names. */
#include "exposition.h"
#include "transport/link_fault.h"
#include "vitals.h"

static void gauge(struct exposition *e, const char *name, const char *help, uint64_t value)
{
    exposition_family(e, name, EXPOSITION_GAUGE, help);
    exposition_count(e, NO_LABELS, value);
}

static void counter(struct exposition *e, const char *name, const char *help, uint64_t value)
{
    exposition_family(e, name, EXPOSITION_COUNTER, help);
    exposition_count(e, NO_LABELS, value);
}

static void add_process(struct exposition *e, const struct vitals *v)
{
    exposition_family(e, "tresen_build_info", EXPOSITION_GAUGE, "Always 1; the label says more.");
    exposition_count(e, LABELS("version", v->version), 1);
    exposition_family(e, "process_start_time_seconds", EXPOSITION_GAUGE,
                      "When the process started, in seconds since 1970.");
    exposition_seconds(e, NO_LABELS, v->started);
    exposition_family(e, "process_cpu_seconds_total", EXPOSITION_COUNTER,
                      "Time of processors that the process has used.");
    exposition_seconds(e, NO_LABELS, v->processor);
    if (v->memory_bytes > 0) {
        gauge(e, "process_resident_memory_bytes", "Memory that the process has.", v->memory_bytes);
    }
    gauge(e, "tresen_used_memory_bytes",
          "Memory in use; of what is resident beyond it, much is kept for the next crowd.",
          v->used_bytes);
    gauge(e, "tresen_ready", "1: link, outbox and storage are good, as /readyz says.",
          v->unready == NULL ? 1 : 0);
}

static void add_link(struct exposition *e, const struct vitals *v)
{
    gauge(e, "tresen_link_up", "1: the XMPP server has accepted us.", v->link_up ? 1 : 0);
    exposition_family(e, "tresen_link_fault", EXPOSITION_GAUGE,
                      "1 for why the last attempt ended, while the link is not up.");
    for (int fault = LINK_FINE + 1; fault <= LINK_SILENT; fault++) {
        exposition_count(e, LABELS("fault", link_fault_name((enum link_fault)fault)),
                         !v->link_up && v->fault == (enum link_fault)fault ? 1 : 0);
    }
    counter(e, "tresen_link_handshakes_total", "How often the XMPP server has accepted us.",
            v->handshakes);
}

static void add_web(struct exposition *e, const struct vitals *v)
{
    exposition_family(e, "tresen_visitors", EXPOSITION_GAUGE,
                      "Visitors who are online, with and without an open chat.");
    exposition_count(e, LABELS("chat", "yes"), v->visitors.chatting);
    exposition_count(e, LABELS("chat", "no"), v->visitors.online - v->visitors.chatting);
    gauge(e, "tresen_streams", "XMPP streams of browsers on our gateway.", v->streams);
    gauge(e, "tresen_connections", "Connections of browsers and proxies.", v->connections);
    gauge(e, "tresen_connections_limit", "So many there may be.", v->max_connections);
    exposition_family(e, "tresen_gateway_refused_total", EXPOSITION_COUNTER,
                      "Browsers that were turned away.");
    for (int why = 0; why < GATEWAY_REFUSALS; why++) {
        exposition_count(e, LABELS("reason", vitals_gateway_reason((enum gateway_refusal)why)),
                         v->gateway_refused[why]);
    }
    exposition_family(e, "tresen_visitors_refused_total", EXPOSITION_COUNTER,
                      "What visitors said or asked for, and was not taken.");
    for (int why = 0; why < VISITORS_REFUSALS; why++) {
        exposition_count(e, LABELS("reason", visitors_refusal_name((enum visitors_refusal)why)),
                         v->visitors_refused[why]);
    }
}

static void add_storage(struct exposition *e, const struct vitals *v)
{
    gauge(e, "tresen_storage_refusing", "1: nothing can be stored, new messages are refused.",
          v->is_refusing ? 1 : 0);
    gauge(e, "tresen_storage_waiting_writes", "Writes that are not on disk yet.",
          v->waiting_writes);
    exposition_family(e, "tresen_commit_seconds", EXPOSITION_HISTOGRAM,
                      "From the end of a turn of the loop until what it wrote is on disk.");
    exposition_histogram(e, NO_LABELS, v->commits);
}

static void add_outbox(struct exposition *e, const struct vitals *v)
{
    exposition_family(
        e, "tresen_outbox_messages", EXPOSITION_GAUGE,
        "Messages for the XMPP server: not sent yet, sent, or waiting for a receipt.");
    exposition_count(e, LABELS("state", "queued"), v->outbox.queued);
    exposition_count(e, LABELS("state", "sent"), v->outbox.sent);
    exposition_count(e, LABELS("state", "handed"), v->outbox.handed);
    gauge(e, "tresen_outbox_full", "1: limits.max_outbox is reached, new lines are refused.",
          v->is_outbox_full ? 1 : 0);
    counter(e, "tresen_outbox_sent_total", "Messages that were sent, repeats included.",
            v->outbox.sendings);
    counter(e, "tresen_outbox_bounced_total", "Messages that came back as an error.",
            v->outbox.bounced);
    counter(e, "tresen_outbox_set_aside_total",
            "Messages that ended the link again and again, and are not sent any more.",
            v->outbox.set_aside);
}

static void add_mail(struct exposition *e, const struct vitals *v)
{
    if (v->has_mail) {
        gauge(e, "tresen_mail_waiting", "Mails to visitors that wait.", v->mail_waiting);
        gauge(e, "tresen_mail_trouble", "1: none can be sent now.",
              v->mail_trouble[0] != '\0' ? 1 : 0);
    }
}

/* ---- departments: one family after the other, in each all departments ---- */

static void add_chats(struct exposition *e, const struct vitals_department *p)
{
    const struct census_department *c = &p->census;

    exposition_count(e, LABELS("department", p->view.id, "state", "queued"), c->queued);
    exposition_count(e, LABELS("department", p->view.id, "state", "offered"), c->offered);
    exposition_count(e, LABELS("department", p->view.id, "state", "active"), c->active);
    exposition_count(e, LABELS("department", p->view.id, "state", "left"), c->left);
}

static void add_longest_wait(struct exposition *e, const struct vitals_department *p)
{
    exposition_seconds(e, LABELS("department", p->view.id), p->census.longest_wait);
}

static void add_waits(struct exposition *e, const struct vitals_department *p)
{
    exposition_histogram(e, LABELS("department", p->view.id), &p->census.counts->waits);
}

static void add_begun(struct exposition *e, const struct vitals_department *p)
{
    exposition_count(e, LABELS("department", p->view.id), p->census.counts->begun);
}

static void add_left(struct exposition *e, const struct vitals_department *p)
{
    exposition_count(e, LABELS("department", p->view.id), p->census.counts->left);
}

static void add_abandoned(struct exposition *e, const struct vitals_department *p)
{
    exposition_count(e, LABELS("department", p->view.id), p->census.counts->abandoned);
}

static void add_agents(struct exposition *e, const struct vitals_department *p)
{
    for (int a = AVAILABILITY_GONE; a <= AVAILABILITY_FREE; a++) {
        exposition_count(e,
                         LABELS("department", p->view.id, "availability",
                                vitals_availability((enum availability)a)),
                         p->census.agents[a]);
    }
}

static void add_seats(struct exposition *e, const struct vitals_department *p)
{
    exposition_count(e, LABELS("department", p->view.id), p->view.free_seats);
}

static void add_hours(struct exposition *e, const struct vitals_department *p)
{
    exposition_count(e, LABELS("department", p->view.id), p->view.is_closed ? 0 : 1);
}

static const struct {
    const char *name;
    enum exposition_kind kind;
    const char *help;
    void (*add)(struct exposition *e, const struct vitals_department *p);
} OF_DEPARTMENTS[] = {
    {"tresen_department_open", EXPOSITION_GAUGE, "1: it is opening time, whoever is there.",
     add_hours},
    {"tresen_agents", EXPOSITION_GAUGE,
     "Agents of the department; who is in two is counted in both.", add_agents},
    {"tresen_free_seats", EXPOSITION_GAUGE, "Chats that agents who are there could have more.",
     add_seats},
    {"tresen_chats", EXPOSITION_GAUGE, "Open chats; left: messages that were left and wait.",
     add_chats},
    {"tresen_queue_longest_wait_seconds", EXPOSITION_GAUGE,
     "The longest of the waits that go on, in this run.", add_longest_wait},
    {"tresen_queue_wait_seconds", EXPOSITION_HISTOGRAM,
     "How long visitors had waited whom an agent took.", add_waits},
    {"tresen_chats_begun_total", EXPOSITION_COUNTER, "Chats that began.", add_begun},
    {"tresen_chats_left_total", EXPOSITION_COUNTER, "Chats that became messages that were left.",
     add_left},
    {"tresen_chats_abandoned_total", EXPOSITION_COUNTER,
     "Chats that ended while their visitor waited for an agent.", add_abandoned},
};

static void add_departments(struct exposition *e, const struct vitals *v)
{
    for (size_t f = 0; f < sizeof OF_DEPARTMENTS / sizeof *OF_DEPARTMENTS; f++) {
        exposition_family(e, OF_DEPARTMENTS[f].name, OF_DEPARTMENTS[f].kind,
                          OF_DEPARTMENTS[f].help);
        for (size_t i = 0; i < v->department_count; i++) {
            OF_DEPARTMENTS[f].add(e, &v->departments[i]);
        }
    }
}

char *vitals_exposition_print(const struct vitals *v, size_t *len)
{
    struct exposition e;

    exposition_init(&e);
    add_process(&e, v);
    add_link(&e, v);
    add_web(&e, v);
    add_departments(&e, v);
    add_outbox(&e, v);
    add_storage(&e, v);
    add_mail(&e, v);
    char *text = exposition_take(&e, len);
    exposition_finish(&e);
    return text;
}
