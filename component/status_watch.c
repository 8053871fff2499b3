/* tresen status --watch: the page again and again, drawn over itself, or a line each time. */
#include "status.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "control.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    EVERY_S = 2,
    WHY_POINTS = 300,
    FRAME_MAX = 512 * 1024,
    LINES_DEFAULT = 24,
    LINES_AROUND = 3
};

/* What terminals obey (ECMA-48): home; from here to the end of the line, or of the screen, is
 * empty; long lines are cut (DEC's autowrap), or go on below. */
#define HOME "\033[H"
#define CLEAR_LINE "\033[K"
#define CLEAR_BELOW "\033[J"
#define CUT "\033[?7l"
#define WRAP "\033[?7h"

struct watch {
    const struct config *config;
    bool json;
    bool is_terminal;
    char *run;       /* when the daemon began that answered last; NULL: none has */
    char *restarted; /* when another one was noticed; NULL: not yet */
    char *silent;    /* since when none answers; NULL: one does */
};

/* ---- on a terminal ---- */

/* Of the page: two lines stand above it, and below it the cursor. */
static size_t room_of_terminal(void)
{
    struct winsize size;
    size_t lines = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row
                                                                                   : LINES_DEFAULT;

    return lines > LINES_AROUND ? lines - LINES_AROUND : 1;
}

/* Line by line, each clears what stood behind it; what has no room is said. */
static void add_page(struct buf *frame, const char *page, size_t room)
{
    size_t lines = 0;

    for (const char *at = page; *at != '\0'; lines++) {
        size_t len = strcspn(at, "\n");
        bool is_last = lines + 1 == room && at[len] != '\0' && at[len + 1] != '\0';
        if (is_last) {
            buf_add_text(frame, "... there is no room for more" CLEAR_LINE "\n");
            return;
        }
        buf_add(frame, at, len);
        buf_add_text(frame, CLEAR_LINE "\n");
        at += len + (at[len] == '\n' ? 1 : 0);
    }
}

static void draw(const struct watch *w, const char *stamp, const char *page)
{
    struct buf frame;

    buf_init(&frame, FRAME_MAX);
    buf_printf(&frame, HOME CUT "%s   every %d s, Ctrl-C ends", stamp, EVERY_S);
    buf_add_text(&frame, CLEAR_LINE "\n");
    if (w->restarted != NULL) {
        buf_printf(&frame, "THE DAEMON WAS STARTED AGAIN, seen at %s", w->restarted);
    }
    buf_add_text(&frame, CLEAR_LINE "\n");
    add_page(&frame, page, room_of_terminal());
    buf_add_text(&frame, CLEAR_BELOW WRAP);
    fwrite(frame.bytes, 1, frame.len, stdout);
    buf_finish(&frame);
}

/* ---- what comes ---- */

static void show(const struct watch *w, const char *stamp, const char *text, const json_t *status)
{
    if (w->json) {
        printf("%s\n", text);
    } else if (w->is_terminal) {
        char *page = status_page_print(status);
        draw(w, stamp, page);
        free(page);
    } else {
        char *line = status_line_print(status);
        printf("%s %s\n", stamp, line);
        free(line);
    }
}

/* Another run than before? */
static void follow_run(struct watch *w, const char *stamp, const json_t *status)
{
    const char *started = json_string_value(json_object_get(status, "started"));
    bool is_other = w->run != NULL && !text_equal(w->run, started);

    if (is_other) {
        mem_replace(&w->restarted, stamp);
    }
    if (is_other && !w->is_terminal && !w->json) {
        printf("%s daemon=restarted\n", stamp);
    }
    mem_replace(&w->run, started);
    mem_replace(&w->silent, NULL);
}

static void show_silence(struct watch *w, const char *stamp, const char *why)
{
    if (w->silent == NULL) {
        mem_replace(&w->silent, stamp);
    }
    if (w->json) {
        json_t *error = json_pack("{s:s}", "error", why);
        json_dumpf(error, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(error);
    } else if (w->is_terminal) {
        char *page = mem_print("%s\nsince %s; asked again and again\n", why, w->silent);
        draw(w, stamp, page);
        free(page);
    } else {
        printf("%s daemon=silent (%s)\n", stamp, why);
    }
}

static char *why_dup(const struct watch *w, enum control_outcome outcome, const char *text)
{
    char *words = outcome == CONTROL_NOBODY
                      ? mem_print("no daemon answers on %s", w->config->control)
                      : mem_dup(text);
    char *text_only = text_clean_dup(words);
    char *clean = text_name_dup(text_only, WHY_POINTS);

    free(text_only);
    free(words);
    return clean;
}

/* "2026-01-05T10:00:00Z": seconds are enough. */
static void stamp_now(char out[CLOCK_STAMP_SIZE])
{
    clock_stamp(clock_utc_ms(), out);
    memcpy(out + strlen("2026-01-05T10:00:00"), "Z", 2);
}

/* False: it makes no sense to go on. */
static bool look(struct watch *w, bool is_first)
{
    char stamp[CLOCK_STAMP_SIZE];
    char *text = NULL;
    enum control_outcome outcome = control_ask(w->config->control, "status", "", EVERY_S, &text);
    json_t *status = outcome == CONTROL_ANSWERED ? json_loads(text, 0, NULL) : NULL;
    bool goes_on = true;

    stamp_now(stamp);
    if (status != NULL) {
        follow_run(w, stamp, status);
        show(w, stamp, text, status);
    } else if (is_first && outcome == CONTROL_REFUSED) {
        fprintf(stderr, "tresen: %s\n", text);
        goes_on = false;
    } else {
        char *why = why_dup(w, outcome, text);
        show_silence(w, stamp, why);
        free(why);
    }
    json_decref(status);
    free(text);
    return goes_on && fflush(stdout) == 0;
}

static bool is_drawable(void)
{
    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) && terminal != NULL && !text_equal(terminal, "dumb");
}

int status_watch(const struct config *config, bool json)
{
    static const struct timespec EVERY = {EVERY_S, 0};
    struct watch w = {.config = config, .json = json, .is_terminal = !json && is_drawable()};
    sigset_t ends;
    bool is_first = true;
    bool goes_on;

    /* Taken out below, not caught: so nothing is drawn by half. */
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    if (w.is_terminal) {
        fputs(HOME CLEAR_BELOW, stdout);
    }
    do {
        goes_on = look(&w, is_first);
        is_first = false;
    } while (goes_on && sigtimedwait(&ends, NULL, &EVERY) < 0);
    free(w.run);
    free(w.restarted);
    free(w.silent);
    return goes_on ? COMMAND_DONE : COMMAND_FAILED;
}
