/* That nothing of what was deleted is left in the file, step by step between commits.
 *
 * secure_delete overwrites what is deleted. But SQLite moves rows between pages as they fill, and
 * what stood where a row was moved away from stays in the unused part of that page, of which no row
 * knows any more. So each page is looked at, and its unused part overwritten in the file itself
 * (https://www.sqlite.org/fileformat2.html, 1.5 and 1.6).
 *
 * That is safe because nothing ever reads these bytes: whatever moment we are killed in, the page
 * is as good as before. It is complete because the log has been brought home before, nobody else
 * may write meanwhile, and our own copies of the pages are dropped: what is written from then on
 * is made of clean ones. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLICE = 1024,              /* pages a step */
    MERGE_PAGES = 64,          /* of the index, a step */
    BTREE_PAGES = 0x02000000,  /* of more, the first byte of others may be that of a b-tree's */
    PAGE_BYTES_MAX = 64 << 10, /* the largest that there are */
    LOCK_BYTE = 0x40000000     /* where a page begins that SQLite never uses */
};

enum stage { MERGE_FIRST, MERGE, REWRITE, PAGES, LOG };

struct sqlite_scrub {
    sqlite3 *db;
    enum stage stage;
    int64_t page; /* the next one, from 1 */
    int64_t page_size;
    time_ms since;
    size_t cleared; /* pages */
    unsigned char *slice;
    bool owes_index; /* its triggers were there, and are to be there again */
};

struct sqlite_scrub *sqlite_scrub_create(sqlite3 *db)
{
    struct sqlite_scrub *s = mem_alloc(sizeof *s);
    s->db = db;
    s->page = 2; /* in the first one is the schema */
    s->since = clock_monotonic_ms();
    return s;
}

void sqlite_scrub_destroy(struct sqlite_scrub *s)
{
    if (s != NULL) {
        free(s->slice);
        free(s);
    }
}

/* ---- a page ---- */

static size_t number_at(const unsigned char *at, unsigned bytes)
{
    size_t number = 0;
    for (unsigned i = 0; i < bytes; i++) {
        number = number << 8 | at[i];
    }
    return number;
}

/* Whether something stood there. */
static bool clear(unsigned char *at, size_t bytes)
{
    bool was_clear = true;
    for (size_t i = 0; i < bytes && was_clear; i++) {
        was_clear = at[i] == 0;
    }
    memset(at, 0, bytes);
    return !was_clear;
}

/* Of a page of a b-tree: between its cells' places and its cells, and in the blocks between cells.
 * Any other is left as it is. */
static bool clear_btree(unsigned char *page, size_t size)
{
    size_t head = page[0] == 2 || page[0] == 5 ? 12 : page[0] == 10 || page[0] == 13 ? 8 : 0;
    size_t cells = head + 2 * number_at(page + 3, 2);
    size_t content = number_at(page + 5, 2);
    size_t block = number_at(page + 1, 2);
    content = content == 0 ? PAGE_BYTES_MAX : content;
    if (head == 0 || cells > content || content > size) {
        return false;
    }
    bool any = clear(page + cells, content - cells);
    while (block >= content && block + 4 <= size) {
        size_t bytes = number_at(page + block + 2, 2);
        size_t next = number_at(page + block, 2);
        if (bytes < 4 || block + bytes > size) {
            break;
        }
        any = clear(page + block + 4, bytes - 4) || any;
        block = next > block ? next : 0;
    }
    return any;
}

/* ---- a slice of the file ---- */

/* The log is at home then, and nobody may write until the end of the transaction. Busy: somebody
 * else has written in between, or reads what the log has not brought home. */
static int stop_writers(sqlite3 *db)
{
    int64_t before = 0;
    int64_t now = 1;
    int code = sqlite_number(db, "PRAGMA data_version", &before);
    if (code == SQLITE_OK) {
        code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite_run(db, "BEGIN IMMEDIATE");
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(db, "PRAGMA data_version", &now);
    }
    return code == SQLITE_OK && now != before ? SQLITE_BUSY : code;
}

/* Of the pages that are free: those of the slice are to be empty. What was given back before
 * secure_delete was ever on may stand there. */
static int clear_free(struct sqlite_scrub *s, sqlite3_file *file, size_t count, bool *is_dirty)
{
    size_t size = (size_t)s->page_size;
    unsigned char *trunk = mem_alloc(size);
    int code = file->pMethods->xRead(file, trunk, (int)size, 0);
    size_t next = number_at(trunk + 32, 4);
    size_t left = number_at(trunk + 36, 4) + 1; /* so that a circle ends */
    while (code == SQLITE_OK && next > 0 && left-- > 0) {
        code = file->pMethods->xRead(file, trunk, (int)size, (int64_t)(next - 1) * s->page_size);
        size_t leaves = code == SQLITE_OK ? number_at(trunk + 4, 4) : 0;
        leaves = leaves < size / 4 - 2 ? leaves : size / 4 - 2;
        for (size_t i = 0; i < leaves; i++) {
            size_t at = number_at(trunk + 8 + 4 * i, 4) - (size_t)s->page;
            if (at < count) {
                is_dirty[at] = clear(s->slice + at * size, size) || is_dirty[at];
            }
        }
        size_t own = next - (size_t)s->page;
        if (own < count) {
            size_t used = 8 + 4 * leaves;
            is_dirty[own] = clear(s->slice + own * size + used, size - used) || is_dirty[own];
        }
        next = code == SQLITE_OK ? number_at(trunk, 4) : 0;
    }
    free(trunk);
    return code;
}

static int write_dirty(struct sqlite_scrub *s, sqlite3_file *file, size_t count,
                       const bool *is_dirty)
{
    size_t size = (size_t)s->page_size;
    int code = SQLITE_OK;
    for (size_t i = 0; i < count && code == SQLITE_OK; i++) {
        int64_t at = (s->page - 1 + (int64_t)i) * s->page_size;
        if (is_dirty[i] && at != LOCK_BYTE) {
            code = file->pMethods->xWrite(file, s->slice + i * size, (int)size, at);
            s->cleared++;
        }
    }
    return code;
}

static int clear_slice(struct sqlite_scrub *s, size_t count)
{
    bool is_dirty[SLICE] = {false};
    sqlite3_file *file = NULL;
    size_t size = (size_t)s->page_size;
    int code = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file);
    if (code == SQLITE_OK) {
        code = file->pMethods->xRead(file, s->slice, (int)(count * size),
                                     (s->page - 1) * s->page_size);
    }
    for (size_t i = 0; i < count && code == SQLITE_OK; i++) {
        is_dirty[i] = clear_btree(s->slice + i * size, size);
    }
    if (code == SQLITE_OK) {
        code = clear_free(s, file, count, is_dirty);
    }
    return code == SQLITE_OK ? write_dirty(s, file, count, is_dirty) : code;
}

static int measure(struct sqlite_scrub *s, int64_t *pages)
{
    int code = sqlite_number(s->db, "PRAGMA page_count", pages);
    if (code == SQLITE_OK) {
        code = sqlite_number(s->db, "PRAGMA page_size", &s->page_size);
    }
    if (code == SQLITE_OK && s->slice == NULL) {
        s->slice = mem_alloc((size_t)s->page_size * SLICE);
    }
    return code;
}

static int clear_pages(struct sqlite_scrub *s)
{
    int64_t pages = 0;
    int64_t count = 0;
    int code = stop_writers(s->db);
    if (code == SQLITE_OK) {
        code = measure(s, &pages);
    }
    if (code == SQLITE_OK && s->page <= pages) {
        count = pages - s->page + 1 < SLICE ? pages - s->page + 1 : SLICE;
        code = clear_slice(s, (size_t)count);
        sqlite3_db_release_memory(s->db);
    }
    if (!sqlite3_get_autocommit(s->db)) {
        sqlite_run(s->db, "ROLLBACK");
    }
    if (code == SQLITE_OK) {
        s->page += count;
        s->stage = count == 0 ? LOG : PAGES;
    }
    return code;
}

/* ---- the index ---- */

/* Until segments are merged, what went is only marked in it. The first step makes one merge of all
 * there are; what comes in meanwhile is merged beside it. A step that could have done more has
 * done all. */
static int merge(struct sqlite_scrub *s)
{
    char *sql = mem_print("INSERT INTO search (search, rank) VALUES ('merge', %d)",
                          s->stage == MERGE_FIRST ? -MERGE_PAGES : MERGE_PAGES);
    int code = SQLITE_OK;
    if (s->stage == MERGE_FIRST) {
        code = sqlite_run(s->db, "INSERT INTO search (search, rank) VALUES ('usermerge', 2)");
    }
    int before = sqlite3_total_changes(s->db);
    if (code == SQLITE_OK) {
        code = sqlite_run(s->db, sql);
    }
    if (code == SQLITE_OK) {
        s->stage = sqlite3_total_changes(s->db) - before >= MERGE_PAGES ? MERGE : REWRITE;
    }
    free(sql);
    return code;
}

/* ---- the file as a whole ---- */

/* VACUUM copies the file: into another one, not into memory. Changing where that is ends what is
 * temporary, and so the triggers of the index: they are made again, however it ends. */
static int vacuum(struct sqlite_scrub *s)
{
    int64_t kept = 0;
    int code = sqlite_number(
        s->db, "SELECT count(*) FROM sqlite_temp_schema WHERE name = 'search_waiting'", &kept);
    s->owes_index = s->owes_index || kept > 0;
    if (code == SQLITE_OK) {
        code = sqlite_run(s->db, "PRAGMA temp_store = FILE; VACUUM");
    }
    int back = sqlite_run(s->db, "PRAGMA temp_store = MEMORY");
    if (back == SQLITE_OK && s->owes_index) {
        back = sqlite_index_resume(s->db);
        s->owes_index = back != SQLITE_OK;
    }
    return code == SQLITE_OK ? back : code;
}

/* Pages that belong to nothing, or that cannot be told apart: there are too many, or it is a file
 * that shrinks by itself (we make none), whose maps begin as b-trees do. In one step. */
static int rewrite(struct sqlite_scrub *s)
{
    int64_t rests = 0;
    int64_t pages = 0;
    int64_t maps = 0;
    int code = sqlite_number(s->db, "SELECT count(*) FROM upkeep WHERE work = 'rewrite'", &rests);
    if (code == SQLITE_OK) {
        code = sqlite_number(s->db, "PRAGMA page_count", &pages);
    }
    if (code == SQLITE_OK) {
        code = sqlite_number(s->db, "PRAGMA auto_vacuum", &maps);
    }
    s->stage = PAGES;
    if (code == SQLITE_OK && (rests > 0 || maps > 0 || pages >= BTREE_PAGES)) {
        s->stage = LOG;
        code = vacuum(s);
    }
    if (code == SQLITE_OK && s->stage == LOG) {
        code = sqlite_run(s->db, "DELETE FROM upkeep WHERE work = 'rewrite'");
    }
    if (code != SQLITE_OK) {
        s->stage = REWRITE;
    }
    return code;
}

/* The log goes home and is empty then: it has all of it once more. Readers are waited for. */
static int empty_log(sqlite3 *db)
{
    sqlite3_file *file = NULL;
    int code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file);
    }
    return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : code;
}

static int finish(struct sqlite_scrub *s, bool *is_done)
{
    int code = empty_log(s->db);
    if (code == SQLITE_OK) {
        code = sqlite_run(s->db, "DELETE FROM upkeep WHERE work = 'scrub'");
    }
    if (code == SQLITE_OK) {
        code = empty_log(s->db);
    }
    if (code == SQLITE_OK) {
        *is_done = true;
        log_info("storage: nothing that was deleted is left pages=%lld cleared=%zu ms=%lld",
                 (long long)s->page - 1, s->cleared, (long long)(clock_monotonic_ms() - s->since));
    }
    return code;
}

int sqlite_scrub_step(struct sqlite_scrub *s, bool *is_done)
{
    *is_done = false;
    switch (s->stage) {
    case MERGE_FIRST:
    case MERGE:
        return merge(s);
    case REWRITE:
        return rewrite(s);
    case PAGES:
        return clear_pages(s);
    case LOG:
        return finish(s, is_done);
    }
    BUG("no such stage %d", (int)s->stage);
}
