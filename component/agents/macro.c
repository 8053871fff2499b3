#include "agents/macro.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char RUNS_MACROS[] = "c";

static const char *line_behind(const char *line)
{
    line += strcspn(line, "\n");
    return line + strspn(line, "\n");
}

const char *macro_find(const struct agents *a, const char *text)
{
    while (*text != '\0' && !commands_is_one(a, text)) {
        text = line_behind(text);
    }
    return text;
}

static const struct command *command_of(const struct agents *a, const char *line)
{
    return commands_is_one(a, line) ? commands_find(line + 1, strcspn(line + 1, " \t\n")) : NULL;
}

char *macro_fault_dup(const struct agents *a, enum language language, const char *steps)
{
    size_t count = 0;

    for (; *steps != '\0'; steps = line_behind(steps)) {
        const struct command *command = command_of(a, steps);
        int len = (int)strcspn(steps, "\n");
        if (command == NULL) {
            return mem_print(language_text(language, N_("This is no command, and behind the first "
                                                        "one only commands may stand: %.*s")),
                             len, steps);
        }
        if (text_equal(command->word, RUNS_MACROS)) {
            return mem_print(language_text(language, N_("This command cannot be a step: %.*s")),
                             len, steps);
        }
        if (++count > MACRO_STEPS) {
            return mem_print(language_text(language, N_("These are more than %d commands.")),
                             MACRO_STEPS);
        }
    }
    return NULL;
}

/* The next one. What it may do is decided now: a step before it may have changed that. */
static void run_next(struct command_call *c)
{
    char *line = mem_dup_n(c->steps, strcspn(c->steps, "\n"));
    char *rest = mem_dup(line_behind(c->steps));
    const struct command *command = command_of(c->agents, line);
    enum command_place place;

    free(c->steps);
    c->steps = rest;
    if (command == NULL || command == c->command ||
        !commands_place(c->agents, c->agent, c->local, &place)) {
        command_fail(c, N_("This did not work: %s"), line);
        command_finish(c);
    } else {
        commands_start(call_create_step(c, command, place), line + 1 + strcspn(line + 1, " \t"));
    }
    free(line);
}

void macro_run(struct command_call *c, const char *steps)
{
    c->steps = mem_dup(steps);
    command_defer(c);
    run_next(c);
}

void macro_step_done(struct command_call *step)
{
    struct command_call *c = step->whole;
    struct buf text;

    buf_init(&text, CALL_ANSWER_BYTES);
    buf_printf(&text, "%c%s: ", c->agents->config.command_prefix, step->command->word);
    call_write_text(step, &text);
    command_add(c, text.bytes);
    buf_finish(&text);
    if (step->failed) {
        c->failed = true;
        if (c->steps[0] != '\0') {
            command_fail(c, N_("It ended there. Not done:"));
            command_add(c, c->steps);
        }
        command_finish(c);
    } else if (c->steps[0] == '\0') {
        command_finish(c);
    } else {
        run_next(c);
    }
}
