#include "wording.h"

#include "base/buf.h"
#include "base/mem.h"

#include <string.h>

enum { NAMES_BYTES = 16 * 1024, TAG_BYTES = 8 };

static const char FALLBACK[] = "en";

struct wording {
    json_t *root;
    json_t *languages; /* of root: name -> {dir, launcher: {key: text}} */
    json_t *texts;     /* of root: key -> holes */
};

/* Each language has a direction and the launcher's words, each text a string. */
static bool is_whole(const struct wording *w)
{
    const char *name;
    json_t *value;
    const char *key;
    json_t *text;

    json_object_foreach(w->languages, name, value)
    {
        if (json_string_value(json_object_get(value, "dir")) == NULL ||
            !json_is_object(json_object_get(value, "launcher"))) {
            return false;
        }
        json_object_foreach(json_object_get(value, "launcher"), key, text)
        {
            if (!json_is_string(text)) {
                return false;
            }
        }
    }
    json_object_foreach(w->texts, name, value)
    {
        if (!json_is_string(value)) {
            return false;
        }
    }
    return json_object_get(w->languages, FALLBACK) != NULL && json_object_size(w->texts) > 0;
}

struct wording *wording_load(const char *folder, char **error)
{
    if (folder == NULL) {
        *error = mem_dup("there is no widget (web.widget)");
        return NULL;
    }
    char *path = mem_print("%s/words.json", folder);
    json_error_t trouble;
    struct wording *w = mem_alloc(sizeof *w);

    w->root = json_load_file(path, JSON_REJECT_DUPLICATES, &trouble);
    w->languages = json_object_get(w->root, "languages");
    w->texts = json_object_get(w->root, "texts");
    if (w->root == NULL) {
        *error = mem_print("%s: %s", path, trouble.text);
    } else if (!is_whole(w)) {
        *error = mem_print("%s: these are not the words of a widget", path);
    }
    free(path);
    if (*error != NULL) {
        wording_destroy(w);
        return NULL;
    }
    return w;
}

void wording_destroy(struct wording *w)
{
    if (w != NULL) {
        json_decref(w->root);
        free(w);
    }
}

const char *wording_language(const struct wording *w, const char *tag)
{
    char name[TAG_BYTES + 1] = "";
    size_t len = 0;
    const char *known;
    json_t *value;

    for (; tag != NULL && len < TAG_BYTES; len++) {
        char lower = (char)(tag[len] | 0x20);
        if (lower < 'a' || lower > 'z') {
            break;
        }
        name[len] = lower;
    }
    json_object_foreach(w->languages, known, value)
    {
        if (strcmp(known, name) == 0) {
            return known;
        }
    }
    return FALLBACK;
}

static const json_t *part_of(const struct wording *w, const char *language, const char *part)
{
    return json_object_get(json_object_get(w->languages, language), part);
}

const json_t *wording_launcher(const struct wording *w, const char *language)
{
    return part_of(w, language, "launcher");
}

const char *wording_direction(const struct wording *w, const char *language)
{
    return json_string_value(part_of(w, language, "dir"));
}

const char *wording_holes(const struct wording *w, const char *key)
{
    return json_string_value(json_object_get(w->texts, key));
}

static char *names_dup(json_t *object)
{
    const char *name;
    json_t *value;
    struct buf names;

    buf_init(&names, NAMES_BYTES);
    json_object_foreach(object, name, value)
    {
        buf_printf(&names, "%s%s", names.len > 0 ? " " : "", name);
    }
    return buf_detach(&names);
}

char *wording_keys_dup(const struct wording *w)
{
    return names_dup(w->texts);
}

char *wording_languages_dup(const struct wording *w)
{
    return names_dup(w->languages);
}
