/* tresen-agent: an agent in a terminal, for scripts, and an end-to-end check. */
#include "base/mem.h"
#include "client/expat_shim.h"
#include "client/json.h"
#include "client/lines.h"
#include "client/probe.h"
#include "client/screen.h"
#include "client/session.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, PASSWORD_MAX = 1024, TURN_MS = 1000 };

static const char USAGE[] =
    "tresen-agent --jid JID [--password-file FILE] [--host HOST] [--port PORT] [--plain] [--ca "
    "FILE]\n"
    "             [--json | --probe URL DEPARTMENT [--origin ORIGIN]]\n"
    "\n"
    "An agent of a Tresen desk in a terminal.\n"
    "  --jid JID              your XMPP address\n"
    "  --password-file FILE   its first line is the password (without: asked for)\n"
    "  --host, --port         the XMPP server, if DNS does not know it by the JID\n"
    "  --plain                without TLS: only for a server on this machine (loopback)\n"
    "  --ca FILE              certificates to trust, PEM (without: the system's)\n"
    "  --json                 one JSON object a line in both directions, for scripts and bots\n"
    "  --probe URL DEPARTMENT check an installation from end to end: URL is ws://… or wss://…,\n"
    "                         DEPARTMENT is sales@support.example; prints each step, exit 0 or 1\n"
    "  --origin ORIGIN        the probe visitor's website (without: the URL's own host)\n"
    "  --help, --version\n";

enum option_name {
    OPTION_JID,
    OPTION_PASSWORD_FILE,
    OPTION_HOST,
    OPTION_PORT,
    OPTION_PLAIN,
    OPTION_CA,
    OPTION_JSON,
    OPTION_PROBE,
    OPTION_ORIGIN,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT
};

/* What was given: its argument, "" without one, NULL when it was not given. */
struct options {
    const char *given[OPTION_COUNT];
    const char *department; /* of --probe */
};

static int complain(const char *what)
{
    fprintf(stderr, "tresen-agent: %s\n", what);
    return EXIT_USAGE;
}

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "::1") == 0 ||
           (strlen(host) > 10 && strcmp(host + strlen(host) - 10, ".localhost") == 0);
}

/* ---- password ---- */

static char *first_line_dup(FILE *file)
{
    char line[PASSWORD_MAX];
    if (!fgets(line, sizeof line, file)) {
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return mem_dup(line);
}

static char *password_from_file(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        fprintf(stderr, "tresen-agent: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    struct stat about;
    if (fstat(fileno(file), &about) == 0 && (about.st_mode & S_IROTH)) {
        fprintf(stderr, "tresen-agent: %s can be read by everybody (chmod 600)\n", path);
    }
    char *password = first_line_dup(file);
    fclose(file);
    return password;
}

static char *password_from_terminal(const char *jid)
{
    struct termios before;
    FILE *terminal = fopen("/dev/tty", "r+e");
    if (!terminal || tcgetattr(fileno(terminal), &before) != 0) {
        if (terminal) {
            fclose(terminal);
        }
        return NULL;
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
    fprintf(terminal, "Password of %s: ", jid);
    fflush(terminal);
    char *password = first_line_dup(terminal);
    tcsetattr(fileno(terminal), TCSAFLUSH, &before);
    fprintf(terminal, "\n");
    fclose(terminal);
    return password;
}

/* ---- an interface that reads lines ---- */

struct front {
    const struct session_calls *calls;
    bool (*handle_line)(void *ctx, char *line);
    void *ctx;
};

static int block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* False: the agent has typed that it leaves. */
static bool handle_lines(const struct front *front, struct lines *lines)
{
    bool stays = true;
    for (char *line = lines_take(lines); line; line = stays ? lines_take(lines) : NULL) {
        stays = front->handle_line(front->ctx, line);
        free(line);
    }
    return stays;
}

/* Input waits until the first login, so that what is piped in is not lost. */
static int converse(const struct front *front, struct session *s)
{
    struct lines lines;
    struct pollfd fds[] = {{.fd = block_signals(), .events = POLLIN}, {.events = POLLIN}};
    bool has_been_online = false;
    bool stays = true;
    lines_init(&lines, STDIN_FILENO);
    while (stays && !session_is_over(s)) {
        has_been_online = has_been_online || session_is_online(s);
        fds[1].fd = has_been_online ? STDIN_FILENO : -1;
        fds[0].revents = fds[1].revents = 0;
        session_turn(s, fds, 2, TURN_MS);
        if (fds[1].revents) {
            lines_read(&lines);
            stays = handle_lines(front, &lines) && !lines.ended;
        }
        stays = stays && !fds[0].revents;
    }
    int code = session_is_over(s) ? EXIT_FAILURE : EXIT_SUCCESS;
    session_leave(s);
    lines_finish(&lines);
    close(fds[0].fd);
    return code;
}

static int run_screen(const struct session_config *config)
{
    struct screen *screen = screen_create();
    struct front front = {&SCREEN_CALLS, screen_handle_line, screen};
    struct session *s = session_create(config, front.calls, front.ctx);
    screen_connect(screen, s);
    int code = converse(&front, s);
    session_destroy(s);
    screen_destroy(screen);
    return code;
}

static int run_json(const struct session_config *config)
{
    struct json *json = json_create();
    struct front front = {&JSON_CALLS, json_handle_line, json};
    struct session *s = session_create(config, front.calls, front.ctx);
    json_connect(json, s);
    int code = converse(&front, s);
    session_destroy(s);
    json_destroy(json);
    return code;
}

/* ---- arguments ---- */

static bool read_options(struct options *o, int argc, char **argv)
{
    static const struct option names[] = {
        {"jid", required_argument, NULL, OPTION_JID},
        {"password-file", required_argument, NULL, OPTION_PASSWORD_FILE},
        {"host", required_argument, NULL, OPTION_HOST},
        {"port", required_argument, NULL, OPTION_PORT},
        {"plain", no_argument, NULL, OPTION_PLAIN},
        {"ca", required_argument, NULL, OPTION_CA},
        {"json", no_argument, NULL, OPTION_JSON},
        {"probe", required_argument, NULL, OPTION_PROBE},
        {"origin", required_argument, NULL, OPTION_ORIGIN},
        {"help", no_argument, NULL, OPTION_HELP},
        {"version", no_argument, NULL, OPTION_VERSION},
        {0}};
    int name;
    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (name < 0 || name >= OPTION_COUNT) {
            return false; /* getopt has said why */
        }
        o->given[name] = optarg ? optarg : "";
    }
    int wanted = o->given[OPTION_PROBE] ? 1 : 0;
    o->department = wanted && optind < argc ? argv[optind] : NULL;
    return argc - optind == wanted;
}

/* NULL: fine. */
static const char *complaint_about(const struct options *o, struct session_config *config)
{
    const char *const *given = o->given;
    char *end = NULL;
    long port = given[OPTION_PORT] ? strtol(given[OPTION_PORT], &end, 10) : 0;
    if (!given[OPTION_JID] || !strchr(given[OPTION_JID], '@')) {
        return "--jid is missing: your XMPP address, like nina@example.org";
    }
    if (port < 0 || port > 65535 || (end && *end) || (given[OPTION_PORT] && port == 0)) {
        return "--port is a number from 1 to 65535";
    }
    *config = (struct session_config){
        .jid = given[OPTION_JID],
        .host = given[OPTION_HOST],
        .port = (int)port,
        .plain = given[OPTION_PLAIN] != NULL,
        .ca_file = given[OPTION_CA],
    };
    const char *host = config->host ? config->host : strchr(config->jid, '@') + 1;
    if (config->plain && !is_loopback(host)) {
        return "--plain would send your password through the network as clear text; it is for a "
               "server on this machine only (--host 127.0.0.1)";
    }
    if (o->given[OPTION_JSON] && o->given[OPTION_PROBE]) {
        return "--json and --probe exclude each other";
    }
    return NULL;
}

static int run_probe(const struct options *o, const struct session_config *session)
{
    char *agent = contact_bare_dup(session->jid);
    struct probe_config config = {
        .url = o->given[OPTION_PROBE],
        .department = o->department,
        .origin = o->given[OPTION_ORIGIN],
        .ca_file = o->given[OPTION_CA],
        .agent = agent,
    };
    const char *complaint = probe_complaint(&config);
    int code = EXIT_USAGE;
    if (complaint) {
        complain(complaint);
    } else {
        code = probe_run(&config, session) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    free(agent);
    return code;
}

static int run(const struct options *o, struct session_config *session)
{
    const char *file = o->given[OPTION_PASSWORD_FILE];
    char *password = file ? password_from_file(file) : password_from_terminal(session->jid);
    if (!password) {
        return complain("no password (--password-file FILE)");
    }
    session->password = password;
    int code = o->given[OPTION_PROBE]  ? run_probe(o, session)
               : o->given[OPTION_JSON] ? run_json(session)
                                       : run_screen(session);
    explicit_bzero(password, strlen(password));
    free(password);
    return code;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct session_config session;
    bool understood = read_options(&options, argc, argv);
    if (options.given[OPTION_HELP]) {
        fputs(USAGE, stdout);
        return EXIT_SUCCESS;
    }
    if (options.given[OPTION_VERSION]) {
        puts("tresen-agent " TRESEN_VERSION);
        return EXIT_SUCCESS;
    }
    if (!understood) {
        fputs(USAGE, stderr);
        return EXIT_USAGE;
    }
    const char *complaint = complaint_about(&options, &session);
    if (complaint) {
        return complain(complaint);
    }
    if (!expat_shim_works()) {
        fputs(
            "tresen-agent: this expat cannot be told to hand stanzas over at once; lines may come "
            "late\n",
            stderr);
    }
    signal(SIGPIPE, SIG_IGN);
    return run(&options, &session);
}
