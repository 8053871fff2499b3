/* tresen agent, department, hours, audit: through the daemon while it runs, by ourselves while it
 * does not. tresen canned: through the daemon. */
#include "administration.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "database.h"
#include "storage/storage.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANSWER_TIMEOUT_S = 30, AUDIT_ROWS_MAX = 100, DIGITS = 3 };

/* ---- without the daemon ---- */

struct beside {
    const struct config *config;
    struct storage *storage;
    struct settings *settings;
    struct buf text;
    bool answered;
    int code;
};

static void on_commit(void *ctx, uint64_t batch)
{
    (void)ctx;
    (void)batch;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

static void on_setting(void *ctx, const struct setting_record *r)
{
    settings_put(((struct beside *)ctx)->settings, r);
}

/* Dispatches until it is true, or storage is silent for too long. */
static bool wait_for(struct beside *b, bool (*is_done)(const struct beside *b, uint64_t batch),
                     uint64_t batch)
{
    while (!is_done(b, batch)) {
        struct pollfd watch = {.fd = storage_fd(b->storage), .events = POLLIN};
        if (poll(&watch, 1, ANSWER_TIMEOUT_S * 1000) <= 0) {
            return false;
        }
        storage_dispatch(b->storage);
    }
    return true;
}

static bool is_committed(const struct beside *b, uint64_t batch)
{
    return storage_committed(b->storage) >= batch;
}

static bool is_answered(const struct beside *b, uint64_t batch)
{
    (void)batch;
    return b->answered;
}

static void run_order(void *ctx, const struct administration_order *o)
{
    struct beside *b = ctx;
    struct administration_result result;
    char *words = NULL;
    struct settings *next = administration_plan(b->config->file, b->settings, o, &result, &words);

    if (next != NULL) {
        administration_write(b->storage, b->settings, next, o);
        if (!wait_for(b, is_committed, storage_seal(b->storage))) {
            result.outcome = ADMINISTRATION_REFUSING;
        }
    }
    administration_write_result(&b->text, LANGUAGE_EN, &result);
    b->code = administration_code(&result);
    settings_destroy(next);
    free(words);
}

static void on_rows(void *ctx, const struct audit_record *rows, size_t count)
{
    struct beside *b = ctx;

    for (size_t i = 0; i < count; i++) {
        administration_write_audit(&b->text, LANGUAGE_EN, &rows[i]);
        buf_add_char(&b->text, '\n');
    }
    b->answered = true;
}

static void run_text(struct beside *b, const char *argument)
{
    char *who = mem_print("tresen subcommand, uid %u", (unsigned)getuid());
    char *error = administration_read(argument, who, run_order, b);

    if (error != NULL) {
        buf_add_text(&b->text, error);
        b->code = COMMAND_MISCONFIGURED;
    }
    free(error);
    free(who);
}

/* The database is opened as the daemon opens it: with its lock. argument NULL: the audit log. */
static int run_beside(const struct config *config, const char *argument, unsigned rows)
{
    struct beside b = {.config = config, .settings = settings_create()};
    const struct storage_calls calls = {.on_commit = on_commit, .on_refusing = on_refusing};
    const struct storage_loader loader = {.ctx = &b, .setting = on_setting};
    char *error = NULL;

    umask(077);
    buf_init(&b.text, CONTROL_ANSWER);
    b.storage = storage_open(config->storage, &calls, &error);
    if (b.storage == NULL || !storage_load(b.storage, &loader)) {
        buf_printf(&b.text, "tresen: %s", error != NULL ? error : "the database cannot be read");
        b.code = database_is_locked(config->storage) && b.storage == NULL ? COMMAND_LOCKED
                                                                          : COMMAND_FAILED;
    } else if (argument != NULL) {
        run_text(&b, argument);
    } else {
        storage_audit(b.storage, rows, on_rows, &b);
        b.code = wait_for(&b, is_answered, 0) ? COMMAND_DONE : COMMAND_FAILED;
    }
    command_print_lines(b.text.bytes, b.code == COMMAND_DONE ? stdout : stderr);
    storage_close(b.storage);
    settings_destroy(b.settings);
    buf_finish(&b.text);
    free(error);
    return b.code;
}

/* ---- lists ---- */

static void print_item(void *ctx, const struct administration_item *i)
{
    struct buf line;

    (void)ctx;
    buf_init(&line, CONTROL_ANSWER);
    administration_write_item(&line, LANGUAGE_EN, i);
    command_print_lines(line.bytes, stdout);
    buf_finish(&line);
}

static int list_beside(const struct config *config, const char *kind)
{
    size_t count = 0;
    char *error = NULL;
    struct settings *settings = settings_peek(config->storage, &error);
    const struct setting_record *rows = settings != NULL ? settings_rows(settings, &count) : NULL;
    struct config *whole =
        settings != NULL ? config_load_with(config->file, rows, count, &error) : NULL;

    if (whole == NULL) {
        fprintf(stderr, "%s\n", error);
    } else {
        administration_list(whole, administration_kind(kind), print_item, NULL);
    }
    int code = whole != NULL      ? COMMAND_DONE
               : settings != NULL ? COMMAND_MISCONFIGURED
                                  : COMMAND_FAILED;
    config_destroy(whole);
    settings_destroy(settings);
    free(error);
    return code;
}

/* ---- the subcommands ---- */

static char *joined_dup(const char *kind, const struct command_line *line)
{
    struct buf text;

    buf_init(&text, CONTROL_QUESTION);
    buf_add_text(&text, kind);
    for (int i = 0; i < line->word_count; i++) {
        buf_printf(&text, " %s", line->words[i]);
    }
    if (text.overflow) {
        buf_finish(&text);
        return NULL;
    }
    return buf_detach(&text);
}

static int administer(const struct config *config, const struct command_line *line,
                      const char *kind)
{
    int code = COMMAND_DONE;

    if (text_equal(line->words[0], "list") && line->word_count == 1) {
        return command_ask_daemon(config, "list", kind, &code) ? code : list_beside(config, kind);
    }
    char *text = joined_dup(kind, line);
    if (text == NULL) {
        fprintf(stderr, "tresen: this is too long\n");
        return COMMAND_MISCONFIGURED;
    }
    if (!command_ask_daemon(config, "administer", text, &code)) {
        code = run_beside(config, text, 0);
    }
    free(text);
    return code;
}

int command_administer_agent(const struct config *config, const struct command_line *line)
{
    return administer(config, line, "agent");
}

int command_administer_department(const struct config *config, const struct command_line *line)
{
    return administer(config, line, "department");
}

int command_administer_hours(const struct config *config, const struct command_line *line)
{
    return administer(config, line, "hours");
}

/* What is behind the word, from standard input. */
static char *with_input_dup(const struct command_line *line)
{
    struct buf text;
    char piece[4096];
    size_t got;

    buf_init(&text, CONTROL_QUESTION);
    for (int i = 0; i < line->word_count - 1; i++) {
        buf_printf(&text, "%s ", line->words[i]);
    }
    while ((got = fread(piece, 1, sizeof piece, stdin)) > 0) {
        buf_add(&text, piece, got);
    }
    if (text.overflow || strlen(text.bytes) != text.len) {
        buf_finish(&text);
        return NULL;
    }
    return buf_detach(&text);
}

int command_administer_canned(const struct config *config, const struct command_line *line)
{
    bool from_input = line->word_count == 4 && text_equal(line->words[3], "-");
    char *text = from_input ? with_input_dup(line) : joined_dup("", line);
    int code = COMMAND_FAILED;

    if (text == NULL) {
        fprintf(stderr, "tresen: this is too long, or no text\n");
        return COMMAND_MISCONFIGURED;
    }
    if (!command_ask_daemon(config, "canned", text, &code)) {
        fprintf(stderr, "tresen: the daemon does not run; canned answers are changed through it\n");
    }
    free(text);
    return code;
}

int command_read_audit(const struct config *config, const struct command_line *line)
{
    const char *word = line->word_count > 0 ? line->words[0] : "20";
    size_t len = strlen(word);
    bool good = len > 0 && len <= DIGITS && strspn(word, "0123456789") == len;
    unsigned long rows = good ? strtoul(word, NULL, 10) : 0;
    int code = COMMAND_DONE;

    if (rows < 1 || rows > AUDIT_ROWS_MAX) {
        fprintf(stderr, "tresen: a number from 1 to %d is wanted\n", AUDIT_ROWS_MAX);
        return COMMAND_MISCONFIGURED;
    }
    if (command_ask_daemon(config, "audit", word, &code)) {
        return code;
    }
    if (access(database_path(config->storage), F_OK) != 0) {
        return COMMAND_DONE; /* nothing was changed yet */
    }
    return run_beside(config, NULL, (unsigned)rows);
}
