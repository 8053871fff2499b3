/* fuzz_value.c - single values that people type or that others send: a ticket's own fields, forms
 * as they were asked, masks, e-mail addresses, languages, values by name, places of canned answers,
 * names and kinds of files, base64, network addresses, tags.
 *
 * The first byte says which, the rest is the value; where two texts are needed the first line is
 * one of them. What is accepted stays as it is when it is looked at again. */
#include "agents/filling.h"
#include "agents/named.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/email.h"
#include "base/log.h"
#include "base/mask.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/own_field.h"
#include "desk/question.h"
#include "desk/tags.h"
#include "files/kind.h"
#include "files/name.h"
#include "mail/words.h"
#include "transport/address.h"
#include "visitors/jwt_key.h"
#include "visitors/words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { BYTES_MAX = 64 * 1024, BINARY_MAX = 4096 };

static void must(bool holds, const char *what)
{
    if (!holds) {
        BUG("does not hold: %s", what);
    }
}

struct value {
    const char *first; /* line */
    const char *rest;  /* behind it; the same where there is one line only */
    const char *all;
    size_t len;
};

static void check_own(const struct value *v)
{
    static const char *const OPTIONS[] = {"repair", "refund", "Refund of all"};
    static const struct own_field FIELDS[] = {
        {"a", "A b", OWN_TEXT, false, NULL, 0, NULL},  {"n", "N", OWN_NUMBER, false, NULL, 0, NULL},
        {"d", "D", OWN_DATE, false, NULL, 0, NULL},    {"l", "L", OWN_LIST, true, OPTIONS, 3, NULL},
        {"b", "B", OWN_BOOLEAN, false, NULL, 0, NULL},
    };
    const struct own_field with_pattern = {"p", "P", OWN_TEXT, false, NULL, 0, v->first};

    for (size_t i = 0; i <= sizeof FIELDS / sizeof *FIELDS; i++) {
        const struct own_field *f = i < sizeof FIELDS / sizeof *FIELDS ? &FIELDS[i] : &with_pattern;
        char *kept = v->rest[0] != '\0' ? own_field_value_dup(f, v->rest) : NULL;
        if (kept != NULL) {
            char *again = own_field_value_dup(f, kept);
            must(text_equal(again, kept), "a value that is kept is one");
            free(again);
        }
        free(kept);
        must(own_field_begins(f, v->all) <= strlen(v->all), "it begins with as much as there is");
    }
}

static void check_answers(const struct question_field *f)
{
    for (size_t i = 0; i < f->option_count; i++) {
        bool is_chosen = f->kind == QUESTION_CHOICE || f->kind == QUESTION_CHOICES;
        bool fits = question_fits(f, f->options[i]);
        must(fits || !is_chosen || f->options[i][0] == '\0', "an option is an answer");
    }
    if (f->kind == QUESTION_CHOICES && f->option_count > 1) {
        char *all = mem_print("%s\n%s", f->options[0], f->options[1]);
        must(question_fits(f, all), "and so are two");
        char *more = mem_print("%s\n ", all);
        must(!question_fits(f, more) || f->option_count > 2, "and no more than there are");
        free(more);
        free(all);
    }
    if (f->kind == QUESTION_TICK) {
        must(question_fits(f, "yes"), "a tick");
        must(question_fits(f, "no") != f->required, "and none");
    }
}

static void check_question(const struct value *v)
{
    struct question *q = strlen(v->all) <= QUESTION_BYTES ? question_read(v->all) : NULL;

    if (q == NULL) {
        return;
    }
    must(q->field_count <= QUESTION_FIELDS, "fields");
    char *printed = question_print(q);
    struct question *again = question_read(printed);
    must(again != NULL && again->field_count == q->field_count, "forms are undone");
    char *twice = question_print(again);
    must(strcmp(printed, twice) == 0, "to the letter");
    char *words = question_words_dup(q, "Please");
    must(strncmp(words, "Please", 6) == 0, "words");
    for (size_t i = 0; i < q->field_count; i++) {
        must(q->fields[i].option_count <= QUESTION_OPTIONS, "options");
        (void)question_fits(&q->fields[i], v->first);
        check_answers(&q->fields[i]);
        must(question_fits(&q->fields[i], "") != q->fields[i].required, "required or not");
    }
    free(words);
    free(twice);
    free(printed);
    question_destroy(again);
    question_destroy(q);
}

static void check_mask(const struct value *v)
{
    const char *const masks[] = {"card", "iban", v->first};
    size_t count = mask_is_one(v->first) ? 3 : 2;
    char *masked =
        text_is_utf8(v->rest, strlen(v->rest)) ? mask_apply_dup(masks, count, v->rest) : NULL;

    if (masked != NULL) {
        must(strcmp(masked, v->rest) != 0, "something is masked");
        must(text_count(masked) == text_count(v->rest), "and it stays as long as it was");
        must(text_is_utf8(masked, strlen(masked)), "and text");
    }
    free(masked);
}

static void check_email(const struct value *v)
{
    if (email_is_mailable(v->all)) {
        must(text_is_email(v->all) && strlen(v->all) <= TEXT_EMAIL_BYTES + 64, "an address");
        must(strpbrk(v->all, " \t\r\n<>,;:\"()[]\\") == NULL, "and nothing else");
    }
}

static void check_language(const struct value *v)
{
    const char *visitors = words_language(v->all);
    const char *mails = mail_language(v->all);

    must(strlen(visitors) == 2 && strcmp(visitors, mails) == 0, "one of those that there are");
    must(strcmp(words_language(visitors), visitors) == 0, "which is itself");
}

static bool each_named(void *ctx, const char *name, const char *value)
{
    must(*name != '\0' && value != NULL, "a name and a value");
    return (*(unsigned *)ctx)++ < 20;
}

static void check_named(const struct value *v)
{
    static const struct filling_value TABLE[] = {
        {"name", "Ada"}, {"visitor", ""}, {"number", "1001"}, {NULL, NULL}};
    struct buf out;
    unsigned count = 0;

    named_split(v->all, each_named, &count);
    buf_init(&out, 40 * BYTES_MAX);
    filling_write(&out, v->all, TABLE);
    char *unknown = filling_unknown_dup(v->all, TABLE);
    must(unknown == NULL || strstr(v->all, unknown) != NULL, "what is unknown stands there");
    free(unknown);
    buf_finish(&out);
}

static void check_file(const struct value *v)
{
    char *clean = name_clean_dup(v->all);
    char *again = name_clean_dup(clean);
    char *in_url = name_in_url_dup(clean);
    char *of_url = name_of_url_dup(v->all);

    must(*clean != '\0' && strpbrk(clean, "/\\\"\r\n") == NULL, "never a path");
    must(strcmp(clean, again) == 0, "once is enough");
    for (const char *c = in_url; *c != '\0'; c++) {
        must(*c > ' ' && *c < 0x7f && *c != '"' && *c != '\'', "fit for a URL and a header");
    }
    char *back = name_of_url_dup(in_url);
    must(strcmp(back, clean) == 0, "names in URLs are undone");
    must(text_is_utf8(of_url, strlen(of_url)), "text");
    const char *kind = kind_of(v->all, v->len < KIND_LOOK ? v->len : KIND_LOOK);
    must(!kind_is_shown(kind) || strncmp(kind, "image/", 6) == 0, "pictures alone are shown");
    free(back);
    free(of_url);
    free(in_url);
    free(again);
    free(clean);
}

static void check_base64(const struct value *v)
{
    char *complaint = NULL;
    size_t len = 0;
    unsigned char *decoded = base64_decode_dup(v->all, BINARY_MAX, &len);

    must(decoded == NULL || len <= BINARY_MAX, "bounded");
    free(decoded);
    decoded = base64url_decode_dup(v->all, strlen(v->all), BINARY_MAX, &len);
    must(decoded == NULL || (len <= BINARY_MAX && decoded[len] == 0), "bounded, and ended");
    free(decoded);
    struct jwt_key *key = jwt_key_of_pem(v->all, &complaint);
    must((key == NULL) == (complaint != NULL), "a key or a complaint");
    jwt_key_destroy(key);
    free(complaint);
    complaint = NULL;
    key = jwt_key_of_secret(v->first, &complaint);
    must((key == NULL) == (complaint != NULL), "a secret or a complaint");
    must(key == NULL || strcmp(jwt_key_algorithm(key), "HS256") == 0, "of one algorithm");
    jwt_key_destroy(key);
    free(complaint);
}

/* Lines of X-Forwarded-For, or a network. */
static void check_address(const struct value *v)
{
    struct address a;
    struct network n;
    char printed[ADDRESS_SIZE];
    const char *const fields[] = {v->first, v->rest};

    if (address_parse(&a, v->all, strlen(v->all))) {
        struct address again;
        address_print(&a, printed);
        must(address_parse(&again, printed, strlen(printed)) && memcmp(&a, &again, sizeof a) == 0,
             "addresses are undone");
        address_hint(&a, printed);
        struct address near = address_neighbourhood(&a);
        struct address same = address_neighbourhood(&near);
        must(memcmp(&near, &same, sizeof near) == 0, "one's neighbours have the same");
    }
    if (network_parse(&n, v->first)) {
        must(n.bits <= 128 && network_has(&n, &n.prefix), "a network has its beginning");
        address_forwarded(&n, 1, &n.prefix, fields, 2);
    }
}

static void check_tags(const struct value *v)
{
    char *tags = NULL;

    if (v->first[0] == '\0' || strchr(v->first, ' ') != NULL) {
        return; /* no tag */
    }
    if (tags_change_dup(v->rest, v->first, true, &tags) == DESK_OK) {
        char *without = NULL;
        must(strlen(tags) <= strlen(v->rest) + strlen(v->first) + 1, "with one more");
        (void)tags_change_dup(tags, v->first, false, &without);
        free(without);
    }
    free(tags);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct {
        char letter;
        void (*check)(const struct value *v);
    } CHECKS[] = {{'o', check_own},   {'q', check_question}, {'m', check_mask},
                  {'e', check_email}, {'l', check_language}, {'n', check_named},
                  {'f', check_file},  {'b', check_base64},   {'a', check_address},
                  {'t', check_tags}};

    log_set_level(LOG_ERROR);
    if (len == 0 || len > BYTES_MAX) {
        return 0;
    }
    char *all = mem_dup_n((const char *)bytes + 1, len - 1);
    char *first = mem_dup(all);
    char *feed = strchr(first, '\n');
    if (feed != NULL) {
        *feed = '\0';
    }
    const struct value v = {
        .first = first, .rest = feed != NULL ? feed + 1 : first, .all = all, .len = len - 1};
    for (size_t i = 0; i < sizeof CHECKS / sizeof *CHECKS; i++) {
        if (bytes[0] == (uint8_t)CHECKS[i].letter) {
            CHECKS[i].check(&v);
        }
    }
    free(first);
    free(all);
    return 0;
}
