/* Files that visitors send: slots of XEP-0363, and the line that says that a file has come
 * (docs/PROTOCOL.md section 14). */
#include "base/clock.h"
#include "base/mem.h"
#include "files/line.h"
#include "files/upload.h"
#include "visitors/refusals.h"
#include "visitors/visitors_state.h"
#include "visitors/words.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 1000, TYPE_BYTES = 255, DIGITS = 15 };

/* ---- slots ---- */

/* The visitor's chat that is open. */
static bool find_chat(const struct visitors *v, const struct endpoint *e, struct chat_view *out)
{
    return desk_chat(v->desk, e->party->id, out) && out->state != CHAT_CLOSED;
}

/* The name as it is, the size in digits, and a type if there is one, which is not looked at any
 * further: what is in the file tells. */
static bool read_wish(const struct element *request, struct upload_wish *out)
{
    const char *name = element_attr(request, "filename");
    const char *size = element_attr(request, "size");
    const char *type = element_attr(request, "content-type");

    if (name == NULL || name[0] == '\0' || strlen(name) > NAME_BYTES || size == NULL ||
        size[0] == '\0' || strlen(size) > DIGITS || strspn(size, "0123456789") != strlen(size) ||
        (type != NULL && (strchr(type, '/') == NULL || strlen(type) > TYPE_BYTES))) {
        return false;
    }
    out->name = name;
    out->size = (size_t)strtoull(size, NULL, 10);
    return out->size > 0;
}

static void refuse_size(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                        size_t max_bytes)
{
    struct buf most;
    struct buf words;
    struct draft d;
    struct writer *w = draft_begin(&d);

    refusals_count(v, WORD_FILE_TOO_LARGE);
    buf_init(&most, 64);
    line_add_size(&most, (int64_t)max_bytes);
    buf_init(&words, 1024);
    words_add(&words, visitors_language(v, e->party->id), WORD_FILE_TOO_LARGE, most.bytes);
    stanza_open_error(w, s, ERROR_NOT_ACCEPTABLE, words.bytes);
    writer_open(w, "file-too-large", NS_UPLOAD);
    buf_reset(&most);
    buf_printf(&most, "%zu", max_bytes);
    writer_leaf(w, "max-file-size", NULL, most.bytes);
    writer_close(w);
    draft_send(&d, v->post, s->from->full, POST_NOW);
    buf_finish(&words);
    buf_finish(&most);
}

static void refuse(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                   enum stanza_error condition, enum visitor_word word)
{
    refusals_count(v, word);
    stanza_post_error(v->post, s, condition, words_get(visitors_language(v, e->party->id), word));
}

static void give(const struct visitors *v, const struct stanza *s, const char *put, const char *get)
{
    struct draft d;
    struct writer *w = draft_begin(&d);

    stanza_result(w, s);
    writer_open(w, "slot", NS_UPLOAD);
    writer_open(w, "put", NULL);
    writer_attr(w, "url", put);
    writer_close(w);
    writer_open(w, "get", NULL);
    writer_attr(w, "url", get);
    writer_close(w);
    draft_send(&d, v->post, s->from->full, POST_NOW);
}

static void ask(struct visitors *v, const struct endpoint *e, const struct stanza *s,
                const struct upload_wish *wish)
{
    char *put = NULL;
    char *get = NULL;

    switch (uploads_ask(v->config.uploads, wish, clock_monotonic_ms(), &put, &get)) {
    case UPLOAD_OK:
        give(v, s, put, get);
        break;
    case UPLOAD_TOO_LARGE:
        refuse_size(v, e, s, uploads_max_bytes(v->config.uploads));
        break;
    case UPLOAD_TOO_MANY:
        refuse(v, e, s, ERROR_RESOURCE_CONSTRAINT, WORD_FILES_FULL);
        break;
    case UPLOAD_BUSY:
        refuse(v, e, s, ERROR_RESOURCE_CONSTRAINT, WORD_FILES_BUSY);
        break;
    case UPLOAD_NOWHERE:
    case UPLOAD_UNKNOWN:
    case UPLOAD_WRONG_SIZE:
    case UPLOAD_DISK:
    case UPLOAD_ELSEWHERE:
        stanza_post_error(v->post, s, ERROR_SERVICE_UNAVAILABLE, NULL);
        break;
    }
    free(put);
    free(get);
}

void sending_ask(struct visitors *v, struct endpoint *e, const struct stanza *s)
{
    struct upload_wish wish = {.visitor = e->party->id};
    struct chat_view chat;
    bool is_open = find_chat(v, e, &chat);
    const char *department = is_open ? chat.department : visitors_department(v, s->to);

    if (visitors_max_upload(v, department) == 0) {
        stanza_post_error(v->post, s, ERROR_SERVICE_UNAVAILABLE, NULL);
    } else if (!read_wish(element_first(s->element), &wish)) {
        stanza_post_error(v->post, s, ERROR_BAD_REQUEST, NULL);
    } else if (desk_is_blocked(v->desk, e->party->id, 0, "")) {
        refuse(v, e, s, ERROR_NOT_ALLOWED, WORD_BLOCKED);
    } else if (storage_is_refusing(v->storage)) {
        refuse(v, e, s, ERROR_RESOURCE_CONSTRAINT, WORD_CANNOT_STORE);
    } else if (!is_open) {
        refuse(v, e, s, ERROR_UNEXPECTED_REQUEST, WORD_WRITE_FIRST);
    } else {
        wish.chat = chat.number;
        ask(v, e, s, &wish);
    }
}

/* ---- the line ---- */

char *sending_line_dup(const struct visitors *v, const struct endpoint *e, const char *body)
{
    const struct file_record *file =
        v->config.uploads != NULL ? uploads_find_url(v->config.uploads, body) : NULL;
    struct chat_view chat;

    if (file == NULL || file->sender[0] != '\0' || !find_chat(v, e, &chat) ||
        chat.number != file->chat) {
        return NULL;
    }
    return line_of_file_dup(file, body);
}
