#include "client/command.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

const char COMMAND_HELP_TEXT[] =
    "/list              who is here\n"
    "/to NUMBER or NAME whom you write to from now on\n"
    "text               goes to whom you write to (// for a line that begins with /)\n"
    "!help              what the desk can do for you (!transfer, !end, …), to the current visitor\n"
    "/away /dnd /back   whether you take chats, with words if you like: /away lunch\n"
    "/accept ADDRESS    take a contact that asks for you\n"
    "/quit              leave (or Ctrl-D)\n";

static const struct {
    const char *name;
    enum command_kind kind;
    const char *show;
} COMMANDS[] = {
    {"list", COMMAND_LIST, ""},     {"to", COMMAND_TO, ""},       {"away", COMMAND_SHOW, "away"},
    {"xa", COMMAND_SHOW, "xa"},     {"dnd", COMMAND_SHOW, "dnd"}, {"back", COMMAND_SHOW, ""},
    {"accept", COMMAND_ACCEPT, ""}, {"help", COMMAND_HELP, ""},   {"quit", COMMAND_QUIT, ""},
};

struct command command_parse(char *line)
{
    size_t len = strlen(line);
    while (len > 0 && isspace((unsigned char)line[len - 1])) {
        line[--len] = '\0';
    }
    struct command command = {.kind = COMMAND_SAY, .text = line, .show = ""};
    if (len == 0) {
        command.kind = COMMAND_NOTHING;
        return command;
    }
    if (line[0] != '/') {
        return command;
    }
    if (line[1] == '/') {
        command.text = line + 1;
        return command;
    }
    size_t name = strcspn(line + 1, " \t");
    command.kind = COMMAND_UNKNOWN;
    command.text = line + 1 + name + strspn(line + 1 + name, " \t");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (strlen(COMMANDS[i].name) == name && strncmp(COMMANDS[i].name, line + 1, name) == 0) {
            command.kind = COMMANDS[i].kind;
            command.show = COMMANDS[i].show;
        }
    }
    if ((command.kind == COMMAND_TO || command.kind == COMMAND_ACCEPT) && !command.text[0]) {
        command.kind = COMMAND_UNKNOWN;
    }
    return command;
}
