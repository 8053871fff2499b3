#include "agents/table.h"

#include "base/log.h"
#include "base/mem.h"
#include "xml/form.h"

void command_row(struct command_call *c, const struct command_column *columns,
                 const char *const *values)
{
    if (c->row_count == CALL_ROWS) {
        BUG("a table of more than %d rows", CALL_ROWS);
    }
    c->columns = columns;
    for (size_t i = 0; columns[i].name != NULL; i++) {
        c->rows[c->row_count][i] = mem_dup(values[i]);
    }
    c->row_count++;
}

void table_write_text(const struct command_call *c, struct buf *text)
{
    for (size_t row = 0; row < c->row_count; row++) {
        const char *gap = row > 0 ? "\n" : "";
        for (size_t i = 0; c->columns[i].name != NULL; i++) {
            const struct command_column *column = &c->columns[i];
            if (c->rows[row][i][0] != '\0') {
                buf_printf(text, "%s%s%s%s", gap,
                           column->is_figure ? language_text(c->language, column->label) : "",
                           column->is_figure ? ": " : "", c->rows[row][i]);
                gap = ", ";
            }
        }
    }
}

static void write_lines(const struct command_call *c, struct writer *w)
{
    struct buf lines;

    buf_init(&lines, STANZA_BYTES_MAX);
    table_write_text(c, &lines);
    form_open(w, "result", language_text(c->language, c->command->help));
    form_open_field(w, FORM_TEXT_MULTI, "list", language_text(c->language, N_("List")), false,
                    lines.bytes);
    writer_close(w);
    writer_close(w);
    buf_finish(&lines);
}

static void write_items(const struct command_call *c, struct writer *w)
{
    form_open(w, "result", language_text(c->language, c->command->help));
    writer_open(w, "reported", NULL);
    for (size_t i = 0; c->columns[i].name != NULL; i++) {
        form_open_field(w, FORM_TEXT_SINGLE, c->columns[i].name,
                        language_text(c->language, c->columns[i].label), false, NULL);
        writer_close(w);
    }
    writer_close(w);
    for (size_t row = 0; row < c->row_count; row++) {
        writer_open(w, "item", NULL);
        for (size_t i = 0; c->columns[i].name != NULL; i++) {
            writer_open(w, "field", NULL);
            writer_attr(w, "var", c->columns[i].name);
            writer_leaf(w, "value", NULL, c->rows[row][i]);
            writer_close(w);
        }
        writer_close(w);
    }
    writer_close(w);
}

void table_write_forms(const struct command_call *c, struct writer *w)
{
    write_lines(c, w);
    write_items(c, w);
}
