/* The words of a text, as they are searched for. */
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "storage/sqlite.h"

#include <stdlib.h>
#include <string.h>

struct sqlite_fold {
    fts5_tokenizer tokenizer; /* SQLite's unicode61, without what is ours below */
    Fts5Tokenizer *instance;
};

static fts5_api *find_api(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

struct sqlite_fold *sqlite_fold_create(sqlite3 *db)
{
    const char *arguments[] = {"remove_diacritics", "2"};
    struct sqlite_fold *f = mem_alloc(sizeof *f);
    fts5_api *api = find_api(db);
    void *ctx;
    if (api == NULL || api->xFindTokenizer(api, "unicode61", &ctx, &f->tokenizer) != SQLITE_OK ||
        f->tokenizer.xCreate(ctx, arguments, 2, &f->instance) != SQLITE_OK) {
        log_error("storage: this SQLite (%s) was built without FTS5", sqlite3_libversion());
        free(f);
        return NULL;
    }
    return f;
}

void sqlite_fold_destroy(struct sqlite_fold *f)
{
    if (f != NULL) {
        f->tokenizer.xDelete(f->instance);
        free(f);
    }
}

/* ---- words ---- */

struct folding {
    struct buf out;
    bool is_query;
};

/* The tokenizer's words are valid UTF-8: the byte says it all. */
static size_t letter_bytes(const char *at)
{
    unsigned char first = (unsigned char)*at;
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static unsigned long letter_at(const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;
    switch (letter_bytes(at)) {
    case 1:
        return bytes[0];
    case 2:
        return (bytes[0] & 0x1FUL) << 6 | (bytes[1] & 0x3FUL);
    case 3:
        return (bytes[0] & 0x0FUL) << 12 | (bytes[1] & 0x3FUL) << 6 | (bytes[2] & 0x3FUL);
    default:
        return (bytes[0] & 0x07UL) << 18 | (bytes[1] & 0x3FUL) << 12 | (bytes[2] & 0x3FUL) << 6 |
               (bytes[3] & 0x3FUL);
    }
}

/* Kana, Han, Hangul: written without blanks, or with endings that grow on the words. */
static bool is_run_on(unsigned long letter)
{
    static const struct {
        unsigned long first;
        unsigned long last;
    } RANGES[] = {{0x3040, 0x30FF}, {0x31F0, 0x31FF}, {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
                  {0xAC00, 0xD7AF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};
    for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES; i++) {
        if (letter >= RANGES[i].first && letter <= RANGES[i].last) {
            return true;
        }
    }
    return false;
}

static void begin_word(struct folding *f)
{
    if (f->out.len > 0) {
        buf_add_char(&f->out, ' ');
    }
}

/* Up to the first letter of the other kind; what is behind SEARCH_WORD_BYTES goes. */
static size_t add_word(struct folding *f, const char *word, size_t len)
{
    size_t at = 0;
    size_t written = 0;
    begin_word(f);
    while (at < len && !is_run_on(letter_at(word + at))) {
        size_t bytes = letter_bytes(word + at);
        const char *letter = letter_at(word + at) == 0xDF ? "ss" : word + at; /* both: two bytes */
        if (written + bytes <= SEARCH_WORD_BYTES) {
            buf_add(&f->out, letter, bytes);
            written += bytes;
        }
        at += bytes;
    }
    return at;
}

static size_t add_run(struct folding *f, const char *word, size_t len)
{
    size_t last = 0; /* bytes of the letter before */
    size_t at = 0;
    while (at < len && is_run_on(letter_at(word + at))) {
        size_t bytes = letter_bytes(word + at);
        bool is_alone =
            last == 0 && (at + bytes >= len || !is_run_on(letter_at(word + at + bytes)));
        if (!f->is_query || is_alone) {
            begin_word(f);
            buf_add(&f->out, word + at, bytes);
        }
        if (last > 0) {
            begin_word(f);
            buf_add(&f->out, word + at - last, last + bytes);
        }
        last = bytes;
        at += bytes;
    }
    return at;
}

static int on_word(void *ctx, int flags, const char *word, int len, int start, int end)
{
    struct folding *f = ctx;
    size_t left = (size_t)len;
    (void)flags;
    (void)start;
    (void)end;
    if (!text_is_utf8(word, left)) {
        return SQLITE_OK;
    }
    while (left > 0) {
        size_t taken =
            is_run_on(letter_at(word)) ? add_run(f, word, left) : add_word(f, word, left);
        word += taken;
        left -= taken;
    }
    return SQLITE_OK;
}

char *sqlite_fold_dup(const struct sqlite_fold *f, const char *text, bool is_query)
{
    struct folding folding = {.is_query = is_query};
    buf_init(&folding.out, SIZE_MAX - 1);
    f->tokenizer.xTokenize(f->instance, &folding,
                           is_query ? FTS5_TOKENIZE_QUERY : FTS5_TOKENIZE_DOCUMENT, text,
                           (int)strlen(text), on_word);
    return buf_detach(&folding.out);
}
