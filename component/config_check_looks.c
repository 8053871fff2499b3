/* How the widget looks: colours, and texts of it that are replaced: of each there must be one, in a
 * language that there is, and what is filled in must be what the widget fills in. */
#include "config_table.h"

#include "base/mem.h"
#include "base/text.h"
#include "wording.h"

#include <stdlib.h>
#include <string.h>

static char *read_color(struct config_draft *d, const struct config_option *o, const char *text,
                        void *slot)
{
    (void)d;
    (void)o;
    size_t digits = text[0] == '#' ? strspn(text + 1, "0123456789abcdefABCDEF") : 0;
    if ((digits != 3 && digits != 6) || text[digits + 1] != '\0') {
        return mem_dup("must be a colour in quotation marks, like \"#0b5cad\" or \"#05a\"");
    }
    config_put(slot, mem_dup(text));
    return NULL;
}

const struct config_type config_type_color = {"colour", read_color};

struct place {
    struct config_draft *d;
    const struct wording *wording;
    const struct config_look *look;
    const char *key; /* "sites[0].widget" */
};

/* Takes text. */
static bool complain_at(const struct place *p, size_t at, const char *part, char *take_text)
{
    char *key = mem_print("%s.texts[%zu].%s", p->key, at, part);

    config_complain(p->d, config_line(&p->d->config, key), key, take_text);
    free(key);
    return false;
}

static bool complain_unknown(const struct place *p, size_t at, const char *key)
{
    char *keys = wording_keys_dup(p->wording);
    char *near = config_nearest_dup(key, keys);
    char *complaint = near != NULL
                          ? mem_print("is no text of the widget; did you mean \"%s\"?", near)
                          : mem_print("is no text of the widget; there are: %s", keys);

    free(near);
    free(keys);
    return complain_at(p, at, "key", complaint);
}

static bool check_language(const struct place *p, size_t at, const char *language)
{
    if (language == NULL || strcmp(wording_language(p->wording, language), language) == 0) {
        return true;
    }
    char *languages = wording_languages_dup(p->wording);
    char *complaint = mem_print("is no language of the widget; there are: %s", languages);

    free(languages);
    return complain_at(p, at, "language", complaint);
}

/* Is it one of the names, which have blanks between? */
static bool is_filled(const char *names, const char *name, size_t len)
{
    for (const char *at = names; *at != '\0';) {
        size_t word = strcspn(at, " ");
        if (word == len && strncmp(at, name, len) == 0) {
            return true;
        }
        at += word + (at[word] == ' ' ? 1 : 0);
    }
    return false;
}

static bool check_holes(const struct place *p, size_t at, const char *text, const char *names)
{
    for (const char *open = strchr(text, '{'); open != NULL; open = strchr(open + 1, '{')) {
        size_t len = strcspn(open + 1, "}");
        if (len > 0 && open[len + 1] == '}' && !is_filled(names, open + 1, len)) {
            return complain_at(
                p, at, "text",
                names[0] != '\0'
                    ? mem_print("has {%.*s}; what is filled in here: %s", (int)len, open + 1, names)
                    : mem_print("has {%.*s}, but nothing is filled in here", (int)len, open + 1));
        }
    }
    return true;
}

static bool check_text(const struct place *p, size_t at)
{
    const struct config_text *text = &p->look->texts[at];
    const char *holes = wording_holes(p->wording, text->key);

    if (holes == NULL) {
        return complain_unknown(p, at, text->key);
    }
    for (size_t i = 0; i < at; i++) {
        const struct config_text *other = &p->look->texts[i];
        if (text_equal(other->key, text->key) && text_equal(other->language, text->language)) {
            return complain_at(p, at, "key", mem_print("\"%s\" is there twice", text->key));
        }
    }
    return check_language(p, at, text->language) && check_holes(p, at, text->text, holes);
}

/* Takes the key. The words are read when the first text is there. */
static bool check_look(struct config_draft *d, struct wording **wording,
                       const struct config_look *look, char *take_key)
{
    char *error = NULL;
    bool good = true;

    if (look->text_count > 0 && *wording == NULL) {
        *wording = wording_load(d->config.web.widget, &error);
        good = *wording != NULL;
    }
    const struct place place = {d, *wording, look, take_key};
    if (!good) {
        complain_at(&place, 0, "key", error);
    }
    for (size_t i = 0; good && i < look->text_count; i++) {
        good = check_text(&place, i);
    }
    free(take_key);
    return good;
}

/* Site 0 is that of web.origins, which has none of its own. */
bool config_check_looks(struct config_draft *d)
{
    const struct config *c = &d->config;
    struct wording *wording = NULL;
    bool good = check_look(d, &wording, &c->look, mem_dup("widget"));

    for (size_t i = 1; good && i < c->site_count; i++) {
        good = check_look(d, &wording, &c->sites[i].look, mem_print("sites[%zu].widget", i - 1));
    }
    for (size_t i = 0; good && i < c->department_count; i++) {
        good = check_look(d, &wording, &c->departments[i].look,
                          mem_print("departments[%zu].widget", i));
    }
    wording_destroy(wording);
    return good;
}
