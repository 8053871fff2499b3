#include "agents/attachments_api.h"

#include "agents/agents_state.h"
#include "agents/web_api.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "files/files.h"
#include "files/line.h"
#include "files/name.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 60 * 1000, PARALLEL = 4, WAITING_MAX = 50 };

struct attachments {
    struct agents *agents;
    struct web *web;
    struct list fetches; /* fetch::link */
    unsigned count;
};

/* From the line to the correction; while it is kept, web has it no more. */
struct fetch {
    struct list link;
    struct attachments *attachments;
    CURL *easy; /* NULL: it has come */
    struct incoming *incoming;
    enum files_result result;
    char *agent;
    char *visitor;
    char *url;
    int64_t sequence;
};

/* ---- which addresses ---- */

/* Below an address that is named; nothing in it may lead out again. */
static bool is_below(const char *url, const char *named)
{
    size_t len = strlen(named);

    return strncmp(url, named, len) == 0 && url[len] == '/' && url[len + 1] != '\0' &&
           strpbrk(url + len, " \t\r\n\\#@") == NULL && strstr(url + len, "..") == NULL &&
           strstr(url + len, "%2e") == NULL && strstr(url + len, "%2E") == NULL;
}

static bool is_for_us(const struct agents_config *c, const char *body)
{
    for (size_t i = 0; i < c->upload_service_count; i++) {
        if (is_below(body, c->upload_services[i])) {
            return true;
        }
    }
    return false;
}

/* ---- what becomes of it ---- */

static void fetch_destroy(struct fetch *f)
{
    if (f->easy != NULL) {
        web_drop(f->attachments->web, f->easy);
    }
    list_remove(&f->link);
    f->attachments->count--;
    free(f->agent);
    free(f->visitor);
    free(f->url);
    free(f);
}

static void tell(struct agents *a, const char *agent, const char *visitor, const char *words)
{
    struct buf text;

    buf_init(&text, 1024);
    buf_printf(&text, "\xe2\x80\x94 %s", language_text(agents_language(a, agent), words));
    lines_add(a, agent, visitor, text.bytes);
    buf_finish(&text);
}

static void tell_failure(struct agents *a, const char *agent, const char *visitor,
                         enum files_result result)
{
    static const char *const WORDS[] = {
        [FILES_OK] = N_("The file could not be fetched from your server. The visitor has the link "
                        "only."),
        [FILES_TOO_LARGE] = N_("This file is too large to be kept here. The visitor has the link "
                               "only, which your server will forget some day."),
        [FILES_DISK] = N_("Files cannot be kept right now. The visitor has the link only."),
        [FILES_EMPTY] = N_("There is nothing in this file. The visitor has the link only."),
    };
    tell(a, agent, visitor, WORDS[result]);
}

/* The line becomes the file. Of a chat that has ended meanwhile no line is changed: the file's
 * address, which stands nowhere else, is a note of its record. */
static void change_line(struct fetch *f, const struct file_record *file, const char *url)
{
    struct agents *a = f->attachments->agents;
    char *text = line_of_file_dup(file, url);
    const struct desk_change change = {ACT_CORRECT, f->sequence, "", text};
    int64_t sequence = 0;
    time_ms now = clock_utc_ms();
    enum desk_result changed =
        desk_agent_change(a->desk, now, f->agent, f->visitor, &change, &sequence);

    log_info("files: kept one of chat %lld, %lld bytes%s", (long long)file->chat,
             (long long)file->size, changed == DESK_OK ? "" : "; its line is not changed");
    if (changed == DESK_CLOSED &&
        desk_agent_note(a->desk, now, f->agent, f->visitor, text) == DESK_OK) {
        tell(a, f->agent, f->visitor,
             N_("The chat has ended meanwhile: the file is kept with its record, and the visitor "
                "has the link only."));
    }
    free(text);
}

static void on_kept(void *ctx, enum files_result result, const struct file_record *file,
                    const char *url)
{
    struct fetch *f = ctx;
    struct agents *a = f->attachments->agents;

    if (result == FILES_OK) {
        change_line(f, file, url);
    } else {
        tell_failure(a, f->agent, f->visitor, result);
    }
    fetch_destroy(f);
}

/* ---- the transfer ---- */

static size_t on_bytes(char *bytes, size_t size, size_t count, void *ctx)
{
    struct fetch *f = ctx;

    f->result = files_add(f->incoming, bytes, size * count);
    return f->result == FILES_OK ? size * count : 0;
}

static void on_done(void *call, int result)
{
    struct fetch *f = call;
    struct attachments *t = f->attachments;
    long status = 0;

    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    web_drop(t->web, f->easy);
    f->easy = NULL;
    if (result == CURLE_OK && status == 200) {
        char *name = name_of_url_dup(f->url);
        struct incoming *incoming = f->incoming;
        f->incoming = NULL;
        files_keep(incoming, f->agent, name, on_kept, f);
        free(name);
        return;
    }
    log_info("files: an agent's file was not copied: status=%ld, %s", status,
             curl_easy_strerror((CURLcode)result));
    files_drop(f->incoming);
    tell_failure(t->agents, f->agent, f->visitor,
                 result == CURLE_FILESIZE_EXCEEDED ? FILES_TOO_LARGE : f->result);
    fetch_destroy(f);
}

static void perform(struct fetch *f)
{
    f->easy = web_easy(f->url, TIMEOUT_MS);
    curl_easy_setopt(f->easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(f->easy, CURLOPT_MAXFILESIZE_LARGE,
                     (curl_off_t)files_max_bytes(f->attachments->agents->config.files));
    curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(f->easy, CURLOPT_WRITEDATA, f);
    web_start(f->attachments->web, f->easy, f);
}

/* ---- life ---- */

struct attachments *attachments_create(struct agents *a, struct event_base *loop)
{
    struct attachments *t = mem_alloc(sizeof *t);

    t->agents = a;
    t->web = web_create(loop, PARALLEL, on_done);
    list_init(&t->fetches);
    return t;
}

/* What is being kept belongs to files, which is destroyed before. */
void attachments_destroy(struct attachments *t)
{
    if (t == NULL) {
        return;
    }
    list_for_each_safe (struct fetch, f, &t->fetches, link) {
        fetch_destroy(f);
    }
    web_destroy(t->web);
    free(t);
}

void attachments_line(struct attachments *t, const char *agent, const char *visitor,
                      int64_t sequence, const char *body)
{
    struct agents *a = t->agents;
    struct chat_view chat;

    if (a->config.files == NULL || !is_for_us(&a->config, body) ||
        !desk_chat(a->desk, visitor, &chat) || chat.unrecorded) {
        return;
    }
    if (t->count >= WAITING_MAX || !files_has_room(a->config.files, chat.number, 0)) {
        tell(a, agent, visitor,
             N_("There are too many files in this chat, or on their way. The visitor has the link "
                "only."));
        return;
    }
    struct incoming *incoming = files_begin(a->config.files, chat.number, NULL);
    if (incoming == NULL) {
        tell_failure(a, agent, visitor, FILES_DISK);
        return;
    }
    struct fetch *f = mem_alloc(sizeof *f);
    f->attachments = t;
    f->incoming = incoming;
    f->agent = mem_dup(agent);
    f->visitor = mem_dup(visitor);
    f->url = mem_dup(body);
    f->sequence = sequence;
    list_append(&t->fetches, &f->link);
    t->count++;
    perform(f);
}
