/* Arguments, configuration, run, exit code. */
#include "agents/language.h"
#include "app.h"
#include "base/log.h"
#include "base/mem.h"
#include "command.h"
#include "config.h"
#include "database.h"
#include "installed.h"
#include "settings.h"
#include "storage/storage.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_CONFIG "/etc/tresen/tresen.yml"

struct subcommand {
    const char *name;
    const char *operand; /* what may stand behind it, for the help; NULL: nothing */
    int least, most;     /* so many words */
    bool configured;     /* needs the configuration */
    int (*run)(const struct config *config, const struct command_line *line);
    const char *help;
};

/* ---- run ---- */

/* Nobody reads our memory or files, and nothing we might execute gets more rights. */
static void harden(void)
{
    struct rlimit files;
    struct rlimit core = {0};
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &core);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* The texts lie where they were installed, or in the build's folder. */
static void learn_languages(void)
{
    char *folder = installed_path_dup("../share/tresen/locale");

    if (folder == NULL) {
        folder = installed_path_dup("locale");
    }
    language_start(folder);
    free(folder);
}

static int failure_of(const char *storage)
{
    if (database_is_locked(storage)) {
        return COMMAND_LOCKED;
    }
    return storage_is_damaged(storage) ? COMMAND_DAMAGED : COMMAND_FAILED;
}

/* The file, and what administrators have added in the database. What cannot be read there is said
 * by who opens it. */
static struct config *load_whole(const struct config *file, char **error)
{
    size_t count = 0;
    struct settings *settings = settings_peek(file->storage, error);
    const struct setting_record *rows = settings != NULL ? settings_rows(settings, &count) : NULL;

    free(*error);
    *error = NULL;
    struct config *whole = config_load_with(file->file, rows, count, error);
    settings_destroy(settings);
    return whole;
}

static int serve(const struct config *config)
{
    char *error = NULL;
    struct app *app = app_create(config, &error);
    if (app == NULL) {
        log_error("tresen: %s", error);
        free(error);
        return failure_of(config->storage);
    }
    int code = app_run(app);
    app_destroy(app);
    return code;
}

static int run_daemon(const struct config *config, const struct command_line *line)
{
    (void)line;
    char *error = NULL;
    harden();
    log_set_level((enum log_level)config->log_level);
    if (geteuid() == 0) {
        log_warn("tresen: runs as root, which it never needs to: use a user of its own");
    }
    learn_languages();
    struct config *whole = load_whole(config, &error);
    if (whole == NULL) {
        log_error("%s", error);
        free(error);
        return COMMAND_MISCONFIGURED;
    }
    int code = serve(whole);
    config_destroy(whole);
    return code;
}

/* ---- what needs no configuration ---- */

static int print_version(const struct config *config, const struct command_line *line)
{
    (void)config;
    (void)line;
    printf("tresen %s\n", TRESEN_VERSION);
    return COMMAND_DONE;
}

static int print_reference(const struct config *config, const struct command_line *line)
{
    (void)config;
    char *reference = line->manual ? config_manual_print() : config_reference_print();
    fputs(reference, stdout);
    free(reference);
    return COMMAND_DONE;
}

static int print_help(const struct config *config, const struct command_line *line);

enum { MANY = 100 };

static const struct subcommand subcommands[] = {
    {"run", NULL, 0, 0, true, run_daemon, "serves until SIGTERM or SIGINT"},
    {"check", NULL, 0, 0, true, command_check,
     "validates the configuration and tries what it names"},
    {"reload", NULL, 0, 0, true, command_reload,
     "puts the changed configuration in force, as SIGHUP does"},
    {"status", NULL, 0, 0, true, command_status, "asks the running daemon how it is"},
    {"agent", "DO ...", 1, MANY, true, command_administer_agent,
     "list; add, change or remove ADDRESS [FIELD=VALUE ...]"},
    {"department", "DO ...", 1, MANY, true, command_administer_department,
     "list; add, change or remove ID [FIELD=VALUE ...]"},
    {"hours", "DO ...", 1, MANY, true, command_administer_hours,
     "list; add, change or remove ID [FIELD=VALUE ...]"},
    {"canned", "DO ...", 1, MANY, true, command_administer_canned,
     "list; set WHOSE WORD TEXT or remove WHOSE WORD of canned answers; WHOSE is a department or "
     "all, TEXT - reads it"},
    {"audit", "[N]", 0, 1, true, command_read_audit, "who changed what, the latest N lines (20)"},
    {"tickets", "DO ...", 1, MANY, true, command_read_tickets,
     "list; search WORDS; show, export NUMBER; set NUMBER FIELD=VALUE"},
    {"report", "[PERIOD]", 0, 1, true, command_read_report,
     "figures of today, yesterday, week, month (the default), last-month, 2026, 2026-03, "
     "2026-03-31"},
    {"erase", "WHO", 1, 1, true, command_erase_person,
     "what is kept of a person (visitor-..., an e-mail address, jid:ADDRESS, "
     "identity:SITE/SUBJECT); with --yes it goes"},
    {"export-person", "WHO [FILE]", 1, 2, true, command_export_person,
     "the same; writes all of it as JSON to FILE, and their files to FILE.files"},
    {"backup", "FILE", 1, 1, true, command_backup,
     "copies the database, also while the daemon runs"},
    {"restore", "FILE", 1, 1, true, command_restore, "puts a backup in the database's place"},
    {"config-reference", NULL, 0, 0, false, print_reference,
     "prints docs/CONFIG.md, or with --man tresen.yml(5)"},
    {"version", NULL, 0, 0, false, print_version, "prints the version"},
    {"help", NULL, 0, 0, false, print_help, "prints this"},
};

enum { SUBCOMMANDS = sizeof subcommands / sizeof subcommands[0] };

static void print_usage(FILE *out)
{
    fputs("tresen: live support over XMPP\n\nusage: tresen COMMAND [-c FILE] [options]\n\n", out);
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        const struct subcommand *s = &subcommands[i];
        char *words = mem_print("%s %s", s->name, s->operand != NULL ? s->operand : "");
        fprintf(out, "  %-17s %s\n", words, s->help);
        free(words);
    }
    fputs("\n"
          "  -c, --config FILE     configuration (default: " DEFAULT_CONFIG ")\n"
          "  --roster-trial JID    check: puts a trial contact into this agent's roster and takes "
          "it away\n"
          "  --json                status, tickets, report: as JSON\n"
          "  --watch               status: again each two seconds, until Ctrl-C\n"
          "  --csv, --html         tickets, report: for a spreadsheet; as a page\n"
          "  --from DATE, --to DATE  report, tickets: from that day, up to that day\n"
          "  --department ID       report, tickets: of that department alone\n"
          "  --state STATE         tickets: new, open, pending, solved or closed\n"
          "  --owner JID           tickets: of that agent; - of nobody\n"
          "  --limit N             tickets: the newest N\n"
          "  --public              tickets: records without notes\n"
          "  --language en|de      tickets, report (default: language of the configuration)\n"
          "  --yes                 erase: does it\n"
          "  --end                 erase: an open chat with that person is closed\n"
          "  --force               restore: the database that is there is renamed, not kept in "
          "place\n"
          "\n"
          "exit codes: 0 done, 1 failed, 2 wrong configuration or usage, 65 the database is "
          "damaged,\n75 another daemon has the database\n",
          out);
}

static int print_help(const struct config *config, const struct command_line *line)
{
    (void)config;
    (void)line;
    print_usage(stdout);
    return COMMAND_DONE;
}

/* ---- the command line ---- */

static int complain(const char *words, const char *what)
{
    fprintf(stderr, "tresen: %s%s; see: tresen help\n", words, what);
    return COMMAND_MISCONFIGURED;
}

static const struct subcommand *find(const char *name)
{
    for (size_t i = 0; i < SUBCOMMANDS; i++) {
        if (strcmp(subcommands[i].name, name) == 0) {
            return &subcommands[i];
        }
    }
    return NULL;
}

/* Options with a value, and where it goes. */
static const char **value_of(struct command_line *line, int option)
{
    switch (option) {
    case 'c':
        return &line->config_file;
    case 'r':
        return &line->roster_trial;
    case 'l':
        return &line->language;
    case 'F':
        return &line->from;
    case 'T':
        return &line->to;
    case 'd':
        return &line->department;
    case 'o':
        return &line->owner;
    case 's':
        return &line->state;
    case 'n':
        return &line->limit;
    default:
        return NULL;
    }
}

static bool *flag_of(struct command_line *line, int option)
{
    switch (option) {
    case 'j':
        return &line->json;
    case 'w':
        return &line->watch;
    case 'f':
        return &line->force;
    case 'm':
        return &line->manual;
    case 'C':
        return &line->csv;
    case 'H':
        return &line->html;
    case 'p':
        return &line->is_public;
    case 'y':
        return &line->yes;
    case 'e':
        return &line->ends;
    default:
        return NULL;
    }
}

/* Options may stand anywhere. False: an unknown one, getopt has said so. */
static bool read_options(int argc, char **argv, struct command_line *line, bool *help,
                         bool *version)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"roster-trial", required_argument, NULL, 'r'},
        {"language", required_argument, NULL, 'l'},
        {"from", required_argument, NULL, 'F'},
        {"to", required_argument, NULL, 'T'},
        {"department", required_argument, NULL, 'd'},
        {"owner", required_argument, NULL, 'o'},
        {"state", required_argument, NULL, 's'},
        {"limit", required_argument, NULL, 'n'},
        {"json", no_argument, NULL, 'j'},
        {"watch", no_argument, NULL, 'w'},
        {"csv", no_argument, NULL, 'C'},
        {"html", no_argument, NULL, 'H'},
        {"public", no_argument, NULL, 'p'},
        {"force", no_argument, NULL, 'f'},
        {"yes", no_argument, NULL, 'y'},
        {"end", no_argument, NULL, 'e'},
        {"man", no_argument, NULL, 'm'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
        const char **value = value_of(line, option);
        bool *flag = flag_of(line, option);
        if (value != NULL) {
            *value = optarg;
        } else if (flag != NULL) {
            *flag = true;
        } else if (option == 'h' || option == 'v') {
            *(option == 'h' ? help : version) = true;
        } else {
            return false;
        }
    }
    return true;
}

static int run(const struct subcommand *s, const struct command_line *line)
{
    struct config *config = NULL;
    char *error = NULL;
    if (s->configured && (config = config_load(line->config_file, &error)) == NULL) {
        fprintf(stderr, "%s\n", error);
        free(error);
        return COMMAND_MISCONFIGURED;
    }
    int code = s->run(config, line);
    config_destroy(config);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "tresen: cannot write: %s\n", strerror(errno));
        return COMMAND_FAILED;
    }
    return code;
}

int main(int argc, char **argv)
{
    struct command_line line = {.config_file = DEFAULT_CONFIG};
    bool help = false;
    bool version = false;
    if (!read_options(argc, argv, &line, &help, &version)) {
        return complain("unknown or incomplete option", "");
    }
    int words = argc - optind;
    if (help || version) {
        return help ? print_help(NULL, &line) : print_version(NULL, &line);
    }
    if (words == 0) {
        print_usage(stderr);
        return COMMAND_MISCONFIGURED;
    }
    const struct subcommand *s = find(argv[optind]);
    if (s == NULL) {
        return complain("no such command: ", argv[optind]);
    }
    line.words = argv + optind + 1;
    line.word_count = words - 1;
    if (line.word_count < s->least || line.word_count > s->most) {
        return complain(s->least == 0 && s->most == 0   ? "this command takes nothing more: "
                        : s->most == 1 && s->least == 1 ? "this command needs one FILE: "
                        : s->most == 1                  ? "this command takes one word more: "
                                                        : "what is to be done is missing: ",
                        s->name);
    }
    line.operand = line.word_count > 0 ? line.words[0] : NULL;
    return run(s, &line);
}
