/* fuzz_letter.c - mails that are made of what visitors and agents typed. The input is lines: the
 * visitor's e-mail, name, language and page, then what was said. Whatever stands in them, a mail is
 * ASCII in short lines, has the headers that we write and no other, and goes to one address. */
#include "base/email.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/letter.h"
#include "mail/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { INPUT_MAX = 32 * 1024, LINES_MAX = 5, LINE_BYTES = 998 };

static const char *const ORIGINS[] = {"https://shop.example"};
static const struct letter_site SITES[] = {{"shop", ORIGINS, 1}};

static void must(bool holds, const char *what)
{
    if (!holds) {
        BUG("does not hold: %s", what);
    }
}

/* Of the head: each line is a header of ours, or goes on with one. */
static void check_head(const char *line, size_t len)
{
    static const char *const HEADERS[] = {
        "From: ",         "To: ",         "Reply-To: ",       "Subject: ",
        "Date: ",         "Message-ID: ", "References: ",     "In-Reply-To: ",
        "MIME-Version: ", "Content-",     "Auto-Submitted: ", "X-Auto-Response-Suppress: "};
    bool is_known = line[0] == ' ' || line[0] == '\t';

    for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
        is_known = is_known || strncmp(line, HEADERS[i], strlen(HEADERS[i])) == 0;
    }
    must(is_known, "a header of ours");
    must(strncmp(line, "To: ", 4) != 0 || memchr(line, ',', len) == NULL, "to one address");
}

static void check_mail(const char *mail)
{
    bool is_head = true;
    unsigned recipients = 0;

    while (*mail != '\0') {
        const char *end = strstr(mail, "\r\n");
        must(end != NULL, "lines end");
        size_t len = (size_t)(end - mail);
        must(len <= LINE_BYTES, "lines are short");
        for (size_t i = 0; i < len; i++) {
            must((unsigned char)mail[i] < 0x7f && (mail[i] >= ' ' || mail[i] == '\t'), "ASCII");
        }
        is_head = is_head && len > 0;
        if (is_head) {
            check_head(mail, len);
            recipients += strncmp(mail, "To: ", 4) == 0;
        }
        mail = end + 2;
    }
    must(recipients == 1, "one recipient");
}

static const char *next(char **rest)
{
    const char *line = strsep(rest, "\n");

    return line != NULL ? line : "";
}

/* What is stored was cleaned when it came. */
static void make(char *text)
{
    char *email = text_name_dup(next(&text), TEXT_EMAIL_BYTES);
    char *name = text_name_dup(next(&text), 40);
    char *language = text_name_dup(next(&text), 35);
    char *page = text_url_dup(next(&text), 1000);
    const struct visitor_record visitor = {.id = "visitor-ann",
                                           .site = "shop",
                                           .email = email,
                                           .name = name,
                                           .language = language,
                                           .page_url = page};
    const struct mail_record mail = {
        .ticket = 1042, .first = text != NULL ? 1 : 0, .at = 1767607200000};
    const struct chat_record chat = {.number = 1042, .address = "sales"};
    const struct ticket_record ticket = {.number = 1042};
    const struct ticket_answer answer = {.chat = &chat, .ticket = &ticket, .requester = &visitor};
    const struct letter_house house = {.domain = "desk.example",
                                       .from = "desk@desk.example",
                                       .name = name[0] != '\0' ? name : NULL,
                                       .sites = SITES,
                                       .site_count = 1};
    struct entry_record entries[LINES_MAX];
    const struct entry_record *lines[LINES_MAX];
    size_t count = 0;
    struct letter letter;

    while (text != NULL && count < LINES_MAX) {
        char *body = text_body_dup(next(&text));
        entries[count] = (struct entry_record){
            .sequence = (int64_t)count + 1, .body = body, .name = name, .at = mail.at};
        lines[count] = &entries[count];
        count++;
    }
    letter_init(&letter, &house, &mail, &answer, name);
    must((letter.to != NULL) == email_is_mailable(email), "to whom it can go");
    char *written = letter.to != NULL ? letter_print(&letter, &house, lines, count) : NULL;
    must((written != NULL) == (letter.to != NULL), "what was cleaned can stand in a header");
    if (written != NULL) {
        check_mail(written);
    }
    free(written);
    letter_finish(&letter);
    for (size_t i = 0; i < count; i++) {
        free((char *)(uintptr_t)entries[i].body);
    }
    free(page);
    free(language);
    free(name);
    free(email);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    log_set_level(LOG_ERROR);
    if (len > INPUT_MAX) {
        return 0;
    }
    char *text = mem_dup_n((const char *)bytes, len);
    make(text);
    free(text);
    return 0;
}
