/* docs/CONFIG.md and the man page tresen.yml(5), printed from the table. */
#include "config.h"

#include "base/buf.h"
#include "config_table.h"

#include <string.h>

enum { REFERENCE_BYTES = 256 * 1024 };

static const char head[] =
    "# Configuration\n"
    "\n"
    "<!-- Printed by `tresen config-reference` from the table in "
    "component/config_table.c; do not edit. -->\n"
    "\n"
    "One YAML file, named with `-c`; `examples/tresen.yml` is one to begin "
    "with. `tresen check -c FILE` validates it and\n"
    "tries what it names. A complaint reads `file:line: key: what is "
    "wrong`; the exit code is then 2. Relative paths are\n"
    "relative to the file. Keys that are not on this page are refused, and "
    "so are YAML aliases, a second document and\n"
    "more than 256 KiB.\n"
    "\n"
    "A running daemon reads the file again on SIGHUP or `tresen reload`, all "
    "of it or nothing (docs/OPERATIONS.md). Keys\n"
    "that are marked *Restart* keep their value until a restart; a file that "
    "changes one of them is not taken.\n";

/* Complaints and the reference use the same words for bounds. */
static void print_bounds(struct buf *out, const struct config_option *o)
{
    if (o->shape == CONFIG_MANY || o->shape == CONFIG_MAPS) {
        buf_printf(out, "; %lu to %lu items", o->min, o->max);
    } else if (o->type == &config_type_duration) {
        buf_printf(out, ", up to %luh", o->max / 3600);
    } else if (o->type == &config_type_number) {
        buf_printf(out, ", %lu to %lu", o->min, o->max);
    } else if (o->shape == CONFIG_ONE && o->max != 0) {
        buf_printf(out, ", %lu to %lu characters", o->min, o->max);
    }
}

static void print_type(struct buf *out, const struct config_option *o)
{
    if (o->shape == CONFIG_MAP) {
        buf_add_text(out, "map");
    } else if (o->shape == CONFIG_MAPS) {
        buf_add_text(out, "list of maps");
    } else if (o->choices != NULL) {
        buf_add_text(out, "one of");
        for (const char *at = o->choices; *at != '\0';) {
            size_t len = strcspn(at, " ");
            buf_printf(out, "%s `%.*s`", at == o->choices ? "" : ",", (int)len, at);
            at += len + (at[len] == ' ' ? 1 : 0);
        }
    } else {
        buf_printf(out, "%s%s", o->shape == CONFIG_MANY ? "list: " : "", o->type->words);
    }
    print_bounds(out, o);
}

static void print_fallback(struct buf *out, const struct config_option *o)
{
    if (o->required) {
        buf_add_text(out, ". **Required.**");
    } else if (o->fallback_words != NULL) {
        buf_printf(out, ". Default: %s.", o->fallback_words);
    } else if (o->fallback != NULL) {
        buf_printf(out, ". Default: `%s`.", o->fallback);
    } else {
        buf_add_text(out, ".");
    }
}

static void print_restart(struct buf *out, const struct config_option *o)
{
    if (o->restart) {
        buf_add_text(out, " *Restart.*");
    }
}

char *config_reference_print(void)
{
    struct buf out;
    buf_init(&out, REFERENCE_BYTES);
    buf_add_text(&out, head);
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_options[i];
        bool top = strpbrk(o->path, ".[") == NULL;
        buf_printf(&out, "\n%s `%s`\n\n%s\n\n*", top ? "##" : "###", o->path, o->help);
        print_type(&out, o);
        buf_add_text(&out, "*");
        print_fallback(&out, o);
        if (o->example != NULL) {
            buf_printf(&out, " Example: `%s`", o->example);
        }
        print_restart(&out, o);
        buf_add_text(&out, "\n");
    }
    return buf_detach(&out);
}

/* ---- tresen.yml(5) ---- */

static const char manual_head[] =
    ".\\\" Printed by tresen config-reference --man; do not edit.\n"
    ".TH TRESEN.YML 5 \"\" \"Tresen\" \"Tresen\"\n"
    ".SH NAME\n"
    "tresen.yml \\- configuration of tresen(1)\n"
    ".SH DESCRIPTION\n"
    "One YAML file; /usr/share/doc/tresen/examples/tresen.yml is one to begin with.\n"
    "Relative paths are relative to the file. Unknown keys are refused, and so are YAML aliases, a "
    "second\n"
    "document and more than 256 KiB. Complaints read \\fIfile:line: key: what is wrong\\fR.\n"
    ".PP\n"
    "A running daemon reads the file again on SIGHUP or \\fBtresen reload\\fR, all of it or "
    "nothing. "
    "Keys that are\n"
    "marked \\fIrestart\\fR keep their value until a restart; a file that changes one of them is "
    "not "
    "taken.\n"
    ".PP\n"
    "\\fBkey[].part\\fR is a part of each item of a list.\n";

static const char manual_tail[] = ".SH SEE ALSO\n"
                                  ".BR tresen (1)\n";

/* Text of the reference for troff: `code` becomes bold, and nothing is taken for a request. */
static void print_troff(struct buf *out, const char *text)
{
    bool bold = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '`') {
            bold = !bold;
            buf_add_text(out, bold ? "\\fB" : "\\fR");
        } else if (*at == '\\') {
            buf_add_text(out, "\\e");
        } else if (*at == '-') {
            buf_add_text(out, "\\-");
        } else if (at == text && (*at == '.' || *at == '\'')) {
            buf_printf(out, "\\&%c", *at);
        } else if (at[0] == '*' && at[1] == '*') {
            at++;
        } else {
            buf_add_char(out, *at);
        }
    }
    buf_add_text(out, "\n");
}

char *config_manual_print(void)
{
    struct buf out;
    struct buf words;
    buf_init(&out, REFERENCE_BYTES);
    buf_init(&words, REFERENCE_BYTES);
    buf_add_text(&out, manual_head);
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *o = &config_options[i];
        if (strpbrk(o->path, ".[") == NULL) {
            buf_add_text(&out, ".SH ");
            print_troff(&out, o->path);
        } else {
            buf_add_text(&out, ".TP\n.B ");
            print_troff(&out, o->path);
        }
        print_troff(&out, o->help);
        buf_reset(&words);
        buf_add_text(&words, "(");
        print_type(&words, o);
        print_fallback(&words, o);
        buf_add_text(&words, o->restart ? " Restart.)" : ")");
        print_troff(&out, words.bytes);
    }
    buf_add_text(&out, manual_tail);
    buf_finish(&words);
    return buf_detach(&out);
}
