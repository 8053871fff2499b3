#include "agents/filling.h"

#include "base/mem.h"

#include <string.h>

struct place {
    const struct filling_value *value; /* NULL: unknown */
    const char *fallback;              /* not terminated */
    size_t fallback_len;
    size_t len; /* from brace to brace */
};

/* False: no place begins here. */
static bool read_place(const char *text, const struct filling_value *table, struct place *out)
{
    if (text[0] != '{' || text[1] < 'a' || text[1] > 'z') {
        return false;
    }
    size_t name = strcspn(text + 1, "|{}\n");
    size_t body = strcspn(text + 1, "{}\n");

    *out = (struct place){.len = body + 2, .fallback = text + 1 + name};
    if (text[1 + body] != '}') {
        out->len = body + 1;
        return true;
    }
    if (name < body) {
        out->fallback++;
        out->fallback_len = body - name - 1;
    }
    for (const struct filling_value *v = table; v->name != NULL; v++) {
        if (strlen(v->name) == name && strncmp(v->name, text + 1, name) == 0) {
            out->value = v;
        }
    }
    return true;
}

char *filling_unknown_dup(const char *text, const struct filling_value *table)
{
    struct place p;

    while (*text != '\0') {
        if (text[0] == '{' && text[1] == '{') {
            text += 2;
        } else if (!read_place(text, table, &p)) {
            text++;
        } else if (p.value == NULL) {
            return mem_dup_n(text, p.len);
        } else {
            text += p.len;
        }
    }
    return NULL;
}

static void add_blanks(struct buf *out, size_t *blanks)
{
    for (; *blanks > 0; (*blanks)--) {
        buf_add_char(out, ' ');
    }
}

/* Fills it in; what of the text behind it goes too. */
static size_t fill(struct buf *out, const struct place *p, const char *behind, size_t *blanks)
{
    const char *value = p->value != NULL ? p->value->value : "";
    size_t len = strlen(value);

    if (len == 0) {
        value = p->fallback;
        len = p->fallback_len;
    }
    if (len > 0) {
        add_blanks(out, blanks);
        buf_add(out, value, len);
        return 0;
    }
    *blanks = 0;
    return out->len == 0 || out->bytes[out->len - 1] == '\n' ? strspn(behind, ", ") : 0;
}

void filling_write(struct buf *out, const char *text, const struct filling_value *table)
{
    size_t blanks = 0; /* not written yet: they go where nothing follows */
    struct place p;

    while (*text != '\0') {
        if (*text == ' ') {
            blanks++;
            text++;
        } else if (read_place(text, table, &p)) {
            text += p.len;
            text += fill(out, &p, text, &blanks);
        } else {
            add_blanks(out, &blanks);
            buf_add_char(out, *text);
            text += text[0] == '{' && text[1] == '{' ? 2 : 1;
        }
    }
    add_blanks(out, &blanks);
}
