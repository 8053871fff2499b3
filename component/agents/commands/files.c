#include "files/files.h"
#include "agents/call.h"
#include "agents/facts.h"
#include "agents/past.h"
#include "agents/tickets.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "files/line.h"

#include <stdlib.h>
#include <string.h>

/* A file's row does not have its address, only the hash of what stands in it: the address is in the
 * line that brought it, so the record is read. */
enum { PAGE_LINES = 100, PAGES = 100, SHOWN = 200 };

struct search {
    struct command_call *call;
    int64_t chat;
    unsigned page;
    struct map *addresses; /* id of a file -> its address, owned */
};

static void search_destroy(void *kept)
{
    struct search *s = kept;
    size_t at = 0;
    const char *id;
    void *url;

    while (map_next(s->addresses, &at, &id, &url)) {
        free(url);
    }
    map_destroy(s->addresses);
    free(s);
}

/* Of a line that was not taken back, or a note. */
static void note_address(struct search *s, const struct entry_record *e)
{
    const char *url =
        e->kind != ENTRY_NOTICE && e->fate != FATE_RETRACTED ? line_last(entry_shown(e)) : "";
    const struct file_record *file = files_find_url(s->call->agents->config.files, url);

    if (file != NULL && file->chat == s->chat) {
        free(map_set(s->addresses, file->id, mem_dup(url)));
    }
}

static void write_sender(const struct command_call *c, struct buf *out,
                         const struct file_record *file)
{
    const char *name = desk_agent_name(c->agents->desk, file->sender);

    if (file->sender[0] == '\0') {
        buf_add_text(out, language_text(c->language, N_("Visitor")));
    } else {
        buf_add_text(out, name != NULL ? name : file->sender);
    }
}

/* When, who, name, size; and below it the address. */
static void add_file(const struct search *s, const struct file_record *file)
{
    const char *url = map_get(s->addresses, file->id);
    char date[FACTS_DATE_SIZE];
    struct buf line;

    facts_date(file->at, date);
    buf_init(&line, 8 * 1024);
    buf_printf(&line, "%s ", date);
    write_sender(s->call, &line, file);
    buf_printf(&line, ": %s (", file->name);
    line_add_size(&line, file->size);
    buf_printf(&line, ")\n    %s",
               url != NULL
                   ? url
                   : language_text(s->call->language, N_("No line of this chat has its address.")));
    command_add(s->call, line.bytes);
    buf_finish(&line);
}

static void list_files(const struct search *s)
{
    const struct file_record **files = mem_array(FILES_PER_CHAT_MAX, sizeof *files);
    struct command_call *c = s->call;
    size_t count = files_of_chat(c->agents->config.files, s->chat, files, FILES_PER_CHAT_MAX);

    for (size_t i = 0; i < count && i < SHOWN; i++) {
        add_file(s, files[i]);
    }
    if (count == 0) {
        command_say(c, N_("There are no files in this chat."));
    } else if (count > SHOWN) {
        command_say(c, N_("There are more; the first %d are listed."), SHOWN);
    } else {
        command_say(c, N_("Times are in UTC."));
    }
    free(files);
}

static void read_page(struct search *s);

/* What is of another visitor, or not for this person, is as if it were not there. */
static void on_page(void *ctx, const struct chat_record *chat, const struct entry_record *entries,
                    size_t count, bool complete)
{
    struct search *s = ctx;
    struct command_call *c = s->call;

    if (chat == NULL || (c->place == AT_VISITOR && !text_equal(chat->visitor, c->local)) ||
        !tickets_may_read_chat(c->agents, c->agent, chat)) {
        command_fail(c, N_("There is no such chat of this visitor, or it is not for you."));
    } else {
        for (size_t i = 0; i < count; i++) {
            note_address(s, &entries[i]);
        }
        if (!complete && ++s->page < PAGES) {
            read_page(s);
            return;
        }
        past_note_read(c->agents, c->agent, "files", c->local, s->chat);
        list_files(s);
    }
    command_finish(c);
}

static void read_page(struct search *s)
{
    storage_transcript(s->call->agents->storage, s->chat, s->page * PAGE_LINES, PAGE_LINES, on_page,
                       s);
}

static void start(struct command_call *c, int64_t chat)
{
    struct search *s = mem_alloc(sizeof *s);

    s->call = c;
    s->chat = chat;
    s->addresses = map_create();
    command_keep(c, s, search_destroy);
    read_page(s);
}

/* Whose its ticket is is known now. */
static void on_ticket(struct command_call *c, const struct ticket_answer *answer)
{
    (void)answer;
    command_defer(c);
    start(c, c->ticket);
}

/* Without a number: the visitor's last chat. */
static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct command_call *c = ctx;

    if (count == 0) {
        command_fail(c, N_("There is no such chat of this visitor, or it is not for you."));
        command_finish(c);
    } else {
        tickets_read(c, chats[0].number, on_ticket);
    }
}

static void run(struct command_call *c)
{
    const char *value = command_value(c, "number");
    int64_t number = value[0] != '\0' ? tickets_number(value) : tickets_here(c);

    if (number > 0) {
        tickets_read(c, number, on_ticket);
    } else if (value[0] != '\0') {
        command_fail(c, N_("The number of a chat is wanted."));
    } else {
        command_defer(c);
        storage_chats(c->agents->storage, c->local, on_chats, c);
    }
}

const struct command command_files = {
    .word = "files",
    .alias = "dateien",
    .places = AT_VISITOR | AT_TICKET,
    .roles = BY_ANYBODY,
    .only_reads = true,
    .usage = N_("[NUMBER]"),
    .help = N_("files of this chat, or of the one with that number"),
    .fields = {{.name = "number", .label = N_("Number of the chat"), .kind = FIELD_WORD}},
    .run = run,
};
