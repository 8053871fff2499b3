/* command.h - what an agent typed: text for the visitor, or a command that begins with '/'. Pure.
 */
#pragma once

enum command_kind {
    COMMAND_NOTHING, /* an empty line */
    COMMAND_SAY,     /* text; "//x" says "/x" */
    COMMAND_LIST,
    COMMAND_TO,     /* text: number, address, its part before '@', or beginning of a name */
    COMMAND_SHOW,   /* show: "", "away", "xa", "dnd"; text: status */
    COMMAND_ACCEPT, /* text: address */
    COMMAND_HELP,
    COMMAND_QUIT,
    COMMAND_UNKNOWN
};

struct command {
    enum command_kind kind;
    const char *text; /* points into the line; "" when there is none */
    const char *show; /* constant */
};

/* The line is cut at its end (trailing blanks). */
struct command command_parse(char *line);
extern const char COMMAND_HELP_TEXT[];
