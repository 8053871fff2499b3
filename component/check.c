/* tresen check: after the file itself, what it names. One line a thing, and below it what to
 * change. */
#include "administration.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_advice.h"
#include "check_files.h"
#include "check_link.h"
#include "check_mail.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "database.h"
#include "settings.h"
#include "storage/storage.h"
#include "transport/versions.h"
#include "xml/jid.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_TIMEOUT_S = 10, TRIAL_TIMEOUT_S = 60 };

struct check {
    const struct config *config;
    char *trial; /* prepared JID, or NULL */
    int failed;
};

static void say(const char *verdict, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(const char *verdict, const char *what, const char *format, ...)
{
    va_list arguments;
    printf("%-5s %-14s ", verdict, what);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

#define GOOD(what, ...) say("ok", what, __VA_ARGS__)
#define BAD(check, what, ...) ((check)->failed++, say("FAIL", what, __VA_ARGS__))

/* ---- database ---- */

static void check_new_database(struct check *c, const char *path)
{
    char *folder = mem_dup_n(path, (size_t)(strrchr(path, '/') - path));
    const char *shown = folder[0] != '\0' ? folder : "/";
    if (access(shown, W_OK | X_OK) == 0) {
        GOOD("database", "%s is not there yet and can be made", path);
    } else {
        BAD(c, "database", "%s cannot be made in %s: %s", path, shown, strerror(errno));
    }
    free(folder);
}

static void check_database(struct check *c)
{
    const char *path = database_path(c->config->storage);
    if (access(path, F_OK) != 0) {
        check_new_database(c, path);
        return;
    }
    if (database_is_locked(c->config->storage)) {
        BAD(c, "database", "%s is in use by another tresen, which does not answer on %s", path,
            c->config->control);
        return;
    }
    char *error = storage_inspect(c->config->storage);
    if (error != NULL) {
        BAD(c, "database", "%s", error);
    } else if (access(path, W_OK) != 0) {
        BAD(c, "database", "%s cannot be written: %s", path, strerror(errno));
    } else {
        GOOD("database", "%s is whole", path);
    }
    free(error);
}

static void check_files(struct check *c)
{
    char *words = NULL;
    if (c->config->web.public_url == NULL) {
        say("-", "files", "none can come in: web.public_url is not set");
    } else if (check_files_try(c->config, &words)) {
        GOOD("files", "%s", words);
    } else {
        BAD(c, "files", "%s", words);
    }
    free(words);
}

static void check_mail(struct check *c)
{
    char *words = NULL;
    if (c->config->mail.url == NULL) {
        say("-", "mail", "none goes out: mail is not configured");
    } else if (check_mail_try(c->config, &words)) {
        GOOD("mail", "%s", words);
    } else {
        BAD(c, "mail", "%s", words);
    }
    free(words);
}

/* ---- who works here: the file's and the database's ---- */

static void say_item(void *ctx, const struct administration_item *i)
{
    struct buf line;

    buf_init(&line, SIZE_MAX - 1);
    administration_write_item(&line, LANGUAGE_EN, i);
    say("-", ctx, "%s", line.bytes);
    buf_finish(&line);
}

static void check_settings(struct check *c)
{
    static const struct {
        enum setting_kind kind;
        char what[12];
    } LISTS[] = {
        {SETTING_DEPARTMENT, "department"}, {SETTING_AGENT, "agent"}, {SETTING_CALENDAR, "hours"}};
    size_t count = 0;
    char *error = NULL;
    struct settings *settings = settings_peek(c->config->storage, &error);
    const struct setting_record *rows = settings != NULL ? settings_rows(settings, &count) : NULL;
    struct config *whole =
        settings != NULL ? config_load_with(c->config->file, rows, count, &error) : NULL;

    if (whole == NULL) {
        BAD(c, "settings", "%s", error);
    }
    for (size_t i = 0; whole != NULL && i < sizeof LISTS / sizeof *LISTS; i++) {
        administration_list(whole, LISTS[i].kind, say_item, (void *)(uintptr_t)LISTS[i].what);
    }
    for (size_t i = 0; whole != NULL && i < whole->shadow_count; i++) {
        say("-", "shadowed", "%s: the database says something, but %s:%d counts",
            whole->shadows[i].what, whole->file, whole->shadows[i].line);
    }
    config_destroy(whole);
    settings_destroy(settings);
    free(error);
}

/* ---- web ---- */

static socklen_t read_address(const char *listen, struct sockaddr_storage *out)
{
    const char *colon = strrchr(listen, ':');
    in_port_t port = htons((in_port_t)strtoul(colon + 1, NULL, 10));
    bool v6 = listen[0] == '[';
    char *host = v6 ? mem_dup_n(listen + 1, (size_t)(colon - listen) - 2)
                    : mem_dup_n(listen, (size_t)(colon - listen));
    memset(out, 0, sizeof *out);
    socklen_t len;
    if (v6) {
        struct sockaddr_in6 *address = (struct sockaddr_in6 *)(void *)out;
        address->sin6_family = AF_INET6;
        address->sin6_port = port;
        inet_pton(AF_INET6, host, &address->sin6_addr);
        len = sizeof *address;
    } else {
        struct sockaddr_in *address = (struct sockaddr_in *)(void *)out;
        address->sin_family = AF_INET;
        address->sin_port = port;
        inet_pton(AF_INET, host, &address->sin_addr);
        len = sizeof *address;
    }
    free(host);
    return len;
}

/* what: the part of the configuration whose key listen says so. */
static void check_listen(struct check *c, const char *what, const char *listening)
{
    struct sockaddr_storage address;
    socklen_t len = read_address(listening, &address);
    int on = 1;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, len) != 0) {
        bool is_taken = errno == EADDRINUSE;
        BAD(c, what, "%s cannot be listened on: %s%s%s", listening,
            is_taken ? "another program does; change " : strerror(errno), is_taken ? what : "",
            is_taken ? ".listen or end it" : "");
    } else {
        GOOD(what, "%s is free", listening);
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* What is there beside the current one, in words; free() it. */
static char *kept_dup(struct check *c, const char *current, const struct versions *kept)
{
    char *words = mem_dup("");

    for (size_t i = 0; i < kept->count; i++) {
        const struct version *v = &kept->items[i];
        if (v->fault != NULL) {
            BAD(c, "widget", "%s: it is not served", v->fault);
        } else if (strcmp(v->name, current) != 0) {
            char *before = words;
            words = mem_print("%s%s %s", before, before[0] == '\0' ? ", and also" : ",", v->name);
            free(before);
        }
    }
    return words;
}

static void check_versions(struct check *c, const char *widget)
{
    const char *folder = c->config->web.widget_versions;
    struct versions kept = {0};
    char *error = NULL;
    char *current = version_read_dup(widget, &error);

    if (current == NULL || (folder != NULL && !versions_find(&kept, folder, &error))) {
        BAD(c, "widget", "%s", error);
    } else {
        char *others = kept_dup(c, current, &kept);
        GOOD("widget", "%s: version %s%s", widget, current, others);
        free(others);
    }
    versions_finish(&kept);
    free(current);
    free(error);
}

static void check_folders(struct check *c)
{
    const char *widget = c->config->web.widget;
    char *manifest = mem_print("%s/manifest.json", widget != NULL ? widget : "");
    if (widget == NULL) {
        BAD(c, "widget", "web.widget is not set, and no widget was installed with this program");
    } else if (access(manifest, R_OK) != 0) {
        BAD(c, "widget", "%s: %s; build it: cd widget && npm ci && npm run build", manifest,
            strerror(errno));
    } else {
        check_versions(c, widget);
    }
    free(manifest);
    if (c->config->web.website != NULL && access(c->config->web.website, R_OK | X_OK) != 0) {
        BAD(c, "website", "%s: %s", c->config->web.website, strerror(errno));
    }
}

/* ---- rosters ---- */

static const char *trial_words(enum trial_outcome outcome)
{
    switch (outcome) {
    case TRIAL_WORKS:
        return "works";
    case TRIAL_STAYS:
        return "adds contacts but cannot remove them";
    case TRIAL_NOT_CONFIGURED:
        return "is not configured (server.api)";
    case TRIAL_FAILS:
        break;
    }
    return "does not work";
}

/* Where contacts of visitors' own cannot be made, or shall not. */
static void say_slots(const struct check *c)
{
    for (size_t i = 0; i < c->config->agent_count; i++) {
        const struct config_agent *agent = &c->config->agents[i];
        if (text_equal(agent->jid, c->trial) && agent->contacts != CONFIG_CONTACTS_VISITOR) {
            printf("%-20s %s has %u slots instead, to approve once\n", "", agent->jid,
                   agent->slots);
        }
    }
}

static void check_trial(struct check *c, const struct trial_result *result)
{
    bool wanted[] = {c->config->server.roster != CONFIG_ROSTER_API,
                     c->config->server.roster != CONFIG_ROSTER_PRIVILEGE};
    bool works = (wanted[0] && result->privilege == TRIAL_WORKS) ||
                 (wanted[1] && result->api == TRIAL_WORKS);
    if (c->config->server.roster == CONFIG_ROSTER_NONE) {
        GOOD("rosters", "switched off (server.roster: none): agents have slots, to approve once");
    } else if (works) {
        GOOD("rosters", "contacts come and go in the roster of %s", c->trial);
    } else {
        BAD(c, "rosters", "no contact could be put into the roster of %s", c->trial);
    }
    printf("%-20s XEP-0356 (privileged entity) %s\n", "", trial_words(result->privilege));
    printf("%-20s ejabberd's HTTP API %s\n", "", trial_words(result->api));
    if (!works) {
        say_slots(c);
    }
    if (!works && c->config->server.roster != CONFIG_ROSTER_NONE) {
        check_advise_roster(c->config, c->trial);
    }
}

static void say_untried(const struct check *c)
{
    if (c->trial == NULL) {
        say("-", "rosters", "not tried; --roster-trial %s does", c->config->agents[0].jid);
    }
}

/* ---- what servers keep of what has no transcript here ---- */

static void check_archives(const struct check_archives *a)
{
    for (size_t i = 0; i < a->count; i++) {
        const char *host = a->servers[i].host;
        if (a->servers[i].keeps) {
            say("-", "archive",
                "%s keeps archives (XEP-0313): what agents write in departments without a "
                "transcript may stand there. Switch it off for them, or let it expire soon",
                host);
        } else {
            say("-", "archive",
                "%s does not say whether it keeps archives of what agents write in departments "
                "without a transcript: look for its module mam",
                host);
        }
    }
}

/* ---- the link ---- */

static void check_server(struct check *c)
{
    struct check_link result;
    char *error = check_link_run(c->config, c->trial, &result);
    if (error != NULL) {
        BAD(c, "link", "%s", error);
        free(error);
        return;
    }
    if (!result.up) {
        BAD(c, "link", "%s:%d: %s", c->config->server.host, c->config->server.port,
            link_fault_words(result.fault));
        check_advise_link(c->config, result.fault);
        return;
    }
    GOOD("link", "%s:%d takes us as %s", c->config->server.host, c->config->server.port,
         c->config->domain);
    if (result.tried) {
        check_trial(c, &result.trial);
    } else if (c->trial != NULL) {
        BAD(c, "rosters", "the server gave no answer about the roster of %s", c->trial);
    }
    say_untried(c);
    check_archives(&result.archives);
}

/* ---- through the daemon ---- */

static void check_daemon_link(struct check *c, const json_t *status)
{
    const json_t *link = json_object_get(status, "link");
    const char *state = json_string_value(json_object_get(link, "state"));
    const char *words = json_string_value(json_object_get(link, "fault"));
    if (state != NULL && strcmp(state, "up") == 0) {
        GOOD("link", "up, says the daemon");
    } else {
        BAD(c, "link", "%s, says the daemon%s%s", state != NULL ? state : "unknown",
            words != NULL ? ": " : "", words != NULL ? words : "");
    }
}

/* What the daemon has found out so far, without a trial. */
static void check_daemon_way(struct check *c, const char *way)
{
    if (way != NULL && strstr(way, "none that works") != NULL &&
        c->config->contacts != CONFIG_CONTACTS_VISITOR) {
        say("-", "rosters", "no way works, says the daemon: agents have slots, to approve once");
    } else if (way != NULL && strstr(way, "none that works") != NULL) {
        BAD(c, "rosters", "no way works, says the daemon; --roster-trial JID says what to change");
    } else {
        say("-", "rosters", "%s, says the daemon", way != NULL ? way : "unknown");
    }
}

static void check_daemon_roster(struct check *c, const json_t *status)
{
    char *text = NULL;
    struct trial_result result;
    if (c->trial == NULL) {
        check_daemon_way(c, json_string_value(json_object_get(status, "roster")));
    } else if (control_ask(c->config->control, "roster-trial", c->trial, TRIAL_TIMEOUT_S, &text) !=
               CONTROL_ANSWERED) {
        BAD(c, "rosters", "%s", text != NULL ? text : "the daemon has ended");
    } else if (trial_result_read(text, &result)) {
        check_trial(c, &result);
    } else {
        BAD(c, "rosters", "the daemon's answer cannot be understood");
    }
    free(text);
}

/* The daemon holds the database, the address and the link: it is asked, and nothing is opened a
 * second time. */
static void check_through_daemon(struct check *c, const char *text)
{
    json_error_t error;
    struct check_archives archives;
    json_t *status = json_loads(text, 0, &error);
    GOOD("daemon", "runs, and answers on %s", c->config->control);
    const char *storage = json_string_value(json_object_get(status, "storage"));
    if (storage == NULL || strcmp(storage, "good") != 0) {
        BAD(c, "database", "the daemon cannot write it now; its log says why");
    } else {
        GOOD("database", "%s is in use by the daemon", database_path(c->config->storage));
    }
    check_files(c);
    GOOD("web", "%s is listened on by the daemon", c->config->web.listen);
    if (c->config->metrics.listen != NULL) {
        GOOD("metrics", "%s is listened on by the daemon", c->config->metrics.listen);
    }
    check_folders(c);
    check_daemon_link(c, status);
    check_daemon_roster(c, status);
    check_archives_find(&archives, c->config);
    check_archives(&archives);
    check_mail(c);
    json_decref(status);
}

int command_check(const struct config *config, const struct command_line *line)
{
    struct check c = {.config = config};
    char *text = NULL;
    if (line->roster_trial != NULL && (c.trial = jid_bare_dup(line->roster_trial)) == NULL) {
        fprintf(stderr, "tresen: --roster-trial: %s is no XMPP address\n", line->roster_trial);
        return COMMAND_MISCONFIGURED;
    }
    log_set_level(
        LOG_ERROR); /* what the link and the roster would log is said below in other words */
    GOOD("configuration", "%s", config->file);
    check_settings(&c);
    enum control_outcome outcome =
        control_ask(config->control, "status", "", STATUS_TIMEOUT_S, &text);
    if (outcome == CONTROL_ANSWERED) {
        check_through_daemon(&c, text);
    } else if (outcome == CONTROL_REFUSED) {
        BAD(&c, "daemon", "%s", text);
    } else {
        check_database(&c);
        check_files(&c);
        check_listen(&c, "web", config->web.listen);
        if (config->metrics.listen != NULL) {
            check_listen(&c, "metrics", config->metrics.listen);
        }
        check_folders(&c);
        check_server(&c);
        check_mail(&c);
    }
    free(text);
    free(c.trial);
    return c.failed > 0 ? COMMAND_FAILED : COMMAND_DONE;
}
