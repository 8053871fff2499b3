/* The load: visitors and agents of one XMPP server or of the desk, in one thread.
 *
 *   bench_load NAME=VALUE …     where, and how many (usage below); then a task a line on standard
 *                               input (crowd.h), each told in a line of JSON when it is done, until
 *                               that input ends. "agents" lets the agents log in, "link" waits for
 *                               the desk's link; "answers 0" keeps agents from answering.
 *
 * Ends with 1 when anything went otherwise than it should. */
#include "agent.h"
#include "crowd.h"
#include "line.h"
#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char USAGE[] =
    "bench_load web=PORT host=DOMAIN visitors=MAX [origin=URL] [department=JID] [transport=bosh]\n"
    "  [agent-port=PORT | link=PORT] [agent-host=DOMAIN agents=COUNT]\n";

struct load {
    struct place place;
    unsigned visitors;
    struct crowd *crowd;
    struct agents *agents;
    struct peer *peer; /* NULL: none is wanted */
};

static bool read_word(struct load *load, char *word)
{
    struct place *p = &load->place;
    char *value = strchr(word, '=');
    if (value == NULL) {
        return false;
    }
    *value++ = '\0';
    const struct {
        const char *name;
        const char **text;
        int *port;
        unsigned *count;
    } words[] = {
        {"web", NULL, &p->web_port, NULL},          {"link", NULL, &p->link_port, NULL},
        {"agent-port", NULL, &p->agent_port, NULL}, {"host", &p->host, NULL, NULL},
        {"origin", &p->origin, NULL, NULL},         {"department", &p->department, NULL, NULL},
        {"agent-host", &p->agent_host, NULL, NULL}, {"agents", NULL, NULL, &p->agent_count},
        {"visitors", NULL, NULL, &load->visitors},
    };
    if (strcmp(word, "transport") == 0) {
        p->is_bosh = strcmp(value, "bosh") == 0;
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].name, word) == 0) {
            if (words[i].text != NULL) {
                *words[i].text = value;
            } else if (words[i].port != NULL) {
                *words[i].port = (int)strtol(value, NULL, 10);
            } else {
                *words[i].count = (unsigned)strtoul(value, NULL, 10);
            }
            return true;
        }
    }
    return false;
}

/* ---- tasks that are no crowd's ---- */

static int told(const char *name, const char *trouble)
{
    printf("{\"task\": \"%s\", \"lost\": %d, \"why\": \"%s\"}\n", name, trouble != NULL,
           trouble != NULL ? trouble : "");
    fflush(stdout);
    return trouble != NULL;
}

static int let_agents_come(struct load *load)
{
    while (!agents_come(load->agents) && agents_trouble(load->agents) == NULL) {
        lines_turn(load->place.lines, 100);
    }
    return told("agents", agents_trouble(load->agents));
}

static int await_link(struct load *load)
{
    while (!peer_is_up(load->peer)) {
        lines_turn(load->place.lines, 100);
    }
    return told("link", NULL);
}

static int run_task(struct load *load, const char *name, double first, double second)
{
    if (!crowd_begin(load->crowd, name, first, second)) {
        return told(name, "no such task");
    }
    while (!crowd_go_on(load->crowd) && agents_trouble(load->agents) == NULL) {
        lines_turn(load->place.lines, 1);
    }
    if (agents_trouble(load->agents) != NULL) {
        return told(name, agents_trouble(load->agents));
    }
    crowd_tell(load->crowd, stdout);
    return 0;
}

static int obey(struct load *load, const char *command)
{
    char name[32] = "";
    double first = 0;
    double second = 0;
    if (sscanf(command, "%31s %lf %lf", name, &first, &second) < 1) {
        return 0;
    }
    if (strcmp(name, "agents") == 0) {
        return let_agents_come(load);
    }
    if (strcmp(name, "link") == 0 && load->peer != NULL) {
        return await_link(load);
    }
    if (strcmp(name, "answers") == 0) {
        load->place.answers = first > 0;
        return told(name, NULL);
    }
    return run_task(load, name, first, second);
}

/* One command at a time: whoever gives them waits for each to be told. */
static int serve(struct load *load)
{
    char command[128];
    int wrong = 0;
    while (true) {
        while (!lines_turn(load->place.lines, 1000)) {
        }
        ssize_t len = read(STDIN_FILENO, command, sizeof command - 1);
        if (len <= 0) {
            return wrong;
        }
        command[len] = '\0';
        wrong |= obey(load, command);
    }
}

int main(int count, char **words)
{
    struct load load = {.visitors = 0, .place = {.answers = true}};
    for (int i = 1; i < count; i++) {
        if (!read_word(&load, words[i])) {
            fputs(USAGE, stderr);
            return 2;
        }
    }
    if (load.place.web_port == 0 || load.place.host == NULL || load.visitors == 0) {
        fputs(USAGE, stderr);
        return 2;
    }
    load.place.lines = lines_create(STDIN_FILENO);
    load.agents = agents_create(&load.place);
    load.crowd = crowd_create(&load.place, load.visitors);
    load.peer = load.place.link_port != 0 ? peer_create(&load.place) : NULL;
    int wrong = load.place.link_port != 0 && load.peer == NULL;
    if (!wrong) {
        wrong = serve(&load);
    }
    crowd_destroy(load.crowd);
    agents_destroy(load.agents);
    peer_destroy(load.peer);
    lines_destroy(load.place.lines);
    return wrong;
}
