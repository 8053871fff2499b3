#include "mail/letter.h"

#include "base/email.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/message.h"
#include "mail/words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES = 512 * 1024 };

/* ---- to whom ---- */

static bool begins_with(const char *url, const char *origin)
{
    size_t len = strlen(origin);

    return strncmp(url, origin, len) == 0 && (url[len] == '\0' || url[len] == '/');
}

/* The page that the visitor's browser named, if it is one of ours: a stranger's browser names what
 * it likes. Else where the site begins. */
static char *page_dup(const struct letter_house *house, const struct visitor_record *v)
{
    for (size_t i = 0; i < house->site_count; i++) {
        const struct letter_site *site = &house->sites[i];
        if (!text_equal(site->id, v->site)) {
            continue;
        }
        for (size_t k = 0; k < site->origin_count; k++) {
            if (begins_with(v->page_url, site->origins[k])) {
                return mem_dup(v->page_url);
            }
        }
        return site->origin_count > 0 ? mem_print("%s/", site->origins[0]) : NULL;
    }
    return NULL;
}

void letter_init(struct letter *l, const struct letter_house *house, const struct mail_record *mail,
                 const struct ticket_answer *answer, const char *department)
{
    const struct visitor_record *v = answer->requester;

    *l = (struct letter){.mail = *mail};
    if (answer->chat == NULL || answer->ticket == NULL || v == NULL ||
        !email_is_mailable(v->email)) {
        return;
    }
    l->to = mem_dup(v->email);
    l->language = mail_language(v->language);
    l->department = mem_dup(department);
    l->page = page_dup(house, v);
    l->visitor = mem_dup(v->id);
    l->address = mem_dup(answer->chat->address);
}

void letter_finish(struct letter *l)
{
    free(l->to);
    free(l->department);
    free(l->page);
    free(l->visitor);
    free(l->address);
    *l = (struct letter){.to = NULL};
}

/* ---- what ---- */

static void add_word(struct buf *out, const struct letter *l, enum mail_word word,
                     const char *argument)
{
    mail_add_word(out, l->language, word, argument);
    buf_add_text(out, "\n\n");
}

static void add_receipt(struct buf *out, const struct letter *l, const char *number)
{
    add_word(out, l, MAIL_RECEIVED, number);
    add_word(out, l, MAIL_WILL_READ, NULL);
}

/* Each name once before what they said in a row. */
static void add_lines(struct buf *out, const struct letter *l,
                      const struct entry_record *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !text_equal(lines[i]->name, lines[i - 1]->name)) {
            add_word(out, l, MAIL_WROTE, lines[i]->name);
        }
        buf_add_text(out, entry_shown(lines[i]));
        buf_add_text(out, "\n\n");
    }
}

static void add_page(struct buf *out, const struct letter *l)
{
    if (l->page != NULL) {
        mail_add_word(out, l->language, MAIL_GO_ON, NULL);
        buf_printf(out, "\n%s\n\n", l->page);
    }
}

static char *body_print(const struct letter *l, const struct letter_house *house,
                        const struct entry_record *const *lines, size_t count, const char *number)
{
    struct buf out;
    bool is_receipt = l->mail.first == 0;

    buf_init(&out, BODY_BYTES);
    add_word(&out, l, MAIL_HELLO, NULL);
    if (is_receipt) {
        add_receipt(&out, l, number);
    } else {
        add_lines(&out, l, lines, count);
    }
    add_page(&out, l);
    add_word(&out, l, house->reply_to != NULL ? MAIL_ANSWERS : MAIL_NO_ANSWERS, NULL);
    if (is_receipt) {
        add_word(&out, l, MAIL_STRANGER, NULL);
    }
    buf_printf(&out, "-- \n%s\n", l->department);
    return buf_detach(&out);
}

static char *line_print(const struct letter *l, enum mail_word word, const char *number)
{
    struct buf out;

    buf_init(&out, BODY_BYTES);
    mail_add_word(&out, l->language, word, number);
    return buf_detach(&out);
}

char *letter_print(const struct letter *l, const struct letter_house *house,
                   const struct entry_record *const *lines, size_t count)
{
    const struct mail_record *r = &l->mail;
    bool is_receipt = r->first == 0;
    char *number = mem_print("%lld", (long long)r->ticket);
    char *subject = line_print(l, is_receipt ? MAIL_RECEIPT_SUBJECT : MAIL_REPLY_SUBJECT, number);
    char *body = body_print(l, house, lines, count, number);
    char *id =
        mem_print("%s.%lld.%lld@%s", number, (long long)r->first, (long long)r->at, house->domain);
    char *thread = mem_print("ticket-%s@%s", number, house->domain);
    char *text = message_print(&(struct message){
        .from_name = house->name != NULL ? house->name : l->department,
        .from = house->from,
        .to = l->to,
        .reply_to = house->reply_to,
        .subject = subject,
        .id = id,
        .thread = thread,
        .automatic = is_receipt ? "auto-replied" : "auto-generated",
        .language = l->language,
        .at = r->at,
        .body = body,
    });

    free(number);
    free(subject);
    free(body);
    free(id);
    free(thread);
    return text;
}
