#include "appearance.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "config.h"
#include "invitation.h"
#include "wording.h"

#include <stdlib.h>

/* House, site, department: what stands behind goes before. */
enum { LOOKS = 3 };

struct looks {
    const struct config_look *list[LOOKS];
    size_t count;
};

struct appearance {
    struct wording *wording; /* NULL: none are known */
};

struct appearance *appearance_create(const char *folder)
{
    struct appearance *a = mem_alloc(sizeof *a);
    char *error = NULL;

    a->wording = folder != NULL ? wording_load(folder, &error) : NULL;
    if (error != NULL) {
        log_warn("tresen: the widget's words are not known: %s", error);
        free(error);
    }
    return a;
}

void appearance_destroy(struct appearance *a)
{
    if (a != NULL) {
        wording_destroy(a->wording);
        free(a);
    }
}

static struct looks looks_of(const struct config *c, const struct appearance_question *q)
{
    struct looks looks = {.list = {&c->look}, .count = 1};

    const struct config_site *site = q->site != NULL ? config_find_site(c, q->site) : NULL;

    if (site != NULL) {
        looks.list[looks.count++] = &site->look;
    }
    for (size_t i = 0; q->department != NULL && i < c->department_count; i++) {
        if (text_equal(c->departments[i].id, q->department)) {
            looks.list[looks.count++] = &c->departments[i].look;
            break;
        }
    }
    return looks;
}

static void set_text(json_t *object, const char *key, const char *text)
{
    if (text != NULL) {
        json_object_set_new(object, key, json_string(text));
    }
}

static void add_texts(json_t *texts, const struct config_look *look, const char *language)
{
    for (int own = 0; own < 2; own++) { /* those of this language behind those of all */
        for (size_t i = 0; i < look->text_count; i++) {
            const struct config_text *text = &look->texts[i];
            if (own == 0 ? text->language == NULL : text_equal(text->language, language)) {
                set_text(texts, text->key, text->text);
            }
        }
    }
}

static void add_look(json_t *answer, const struct config_look *look)
{
    static const char *const POSITIONS[] = {NULL, "left", "right"};
    static const char *const LAUNCHERS[] = {NULL, "icon", "text"};
    static const char *const ABSENCES[] = {NULL, "show", "hint", "hide"};

    set_text(answer, "color", look->color);
    set_text(answer, "position", POSITIONS[look->position]);
    set_text(answer, "launcher", LAUNCHERS[look->launcher]);
    set_text(answer, "absent", ABSENCES[look->absent]);
    set_text(answer, "greeting", look->greeting);
}

static void add_words(json_t *answer, const struct wording *w, const struct looks *looks,
                      const char *tag)
{
    const char *language = wording_language(w, tag);
    json_t *texts = json_deep_copy(wording_launcher(w, language));

    set_text(answer, "lang", language);
    set_text(answer, "dir", wording_direction(w, language));
    for (size_t i = 0; i < looks->count; i++) {
        add_texts(texts, looks->list[i], language);
    }
    json_object_set_new(answer, "texts", texts);
}

static bool invites(const struct config *c, const char *department, const char *site,
                    const char *availability)
{
    /* While nobody is free nobody is invited, and a page need not ask. */
    return text_equal(availability, "chat") && invitation_is_any(c, department, site);
}

static bool any_invites(const struct config *c, const struct appearance_question *q)
{
    bool any = q->department != NULL && invites(c, q->department, q->site, q->availability);

    for (size_t i = 0; i < q->count && !any; i++) {
        any = invites(c, q->several[i].id, q->site, q->several[i].availability);
    }
    return any;
}

/* Files of the widget that begin by themselves; where visitors are asked first, one that waits for
 * their answer, and which begin then. */
static void add_parts(json_t *answer, const struct config *c, const struct appearance_question *q)
{
    json_t *parts = json_array();

    if (any_invites(c, q)) {
        json_array_append_new(parts, json_string("invite"));
    }
    if (config_is_monitored(c, q->site)) { /* the page says that it is there */
        json_array_append_new(parts, json_string("monitoring"));
    }
    if (json_array_size(parts) > 0) {
        bool asks = config_asks_consent(c, q->site);
        json_object_set(answer, asks ? "consented" : "parts", parts);
        if (asks) {
            json_object_set_new(answer, "parts", json_pack("[s]", "consent"));
        }
    }
    json_decref(parts);
}

static json_t *department_of(const struct appearance_department *d)
{
    json_t *one = json_object();

    set_text(one, "id", d->id);
    set_text(one, "name", d->name);
    set_text(one, "availability", d->availability);
    if (d->opens != 0) {
        char stamp[CLOCK_STAMP_SIZE];
        clock_stamp(d->opens, stamp);
        set_text(one, "opens", stamp);
    }
    return one;
}

static void add_departments(json_t *answer, const struct appearance_question *q)
{
    json_t *list = json_array();

    for (size_t i = 0; i < q->count; i++) {
        json_array_append_new(list, department_of(&q->several[i]));
    }
    json_object_set_new(answer, "departments", list);
}

char *appearance_print(const struct appearance *a, const struct config *c,
                       const struct appearance_question *q)
{
    struct looks looks = looks_of(c, q);
    json_t *answer = json_object();

    set_text(answer, "availability", q->availability);
    set_text(answer, "domain", c->domain);
    for (size_t i = 0; i < looks.count; i++) {
        add_look(answer, looks.list[i]);
    }
    add_parts(answer, c, q);
    if (q->department == NULL) {
        add_departments(answer, q);
    }
    if (a->wording != NULL) {
        add_words(answer, a->wording, &looks, q->language);
    }
    char *text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    return text;
}
