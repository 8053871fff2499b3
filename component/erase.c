/* tresen erase and export-person: through the daemon while it runs, by ourselves while it does not.
 */
#include "base/mem.h"
#include "base/text.h"
#include "command.h"
#include "config.h"
#include "control.h"
#include "database.h"
#include "dossier.h"
#include "erasure.h"
#include "files/files.h"
#include "storage/storage.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A large database takes its time to be gone through. */
enum { PATIENCE_S = 3600 };

static void print_text(const char *text, FILE *out)
{
    /* Names come from people, and terminals obey control characters. */
    for (const char *at = text; *at != '\0'; at++) {
        fputc(((unsigned char)*at < ' ' && *at != '\n') || *at == 127 ? '?' : *at, out);
    }
    fputc('\n', out);
}

/* ---- through the daemon ---- */

static int report(const char *json)
{
    json_t *answer = json_loads(json, 0, NULL);
    const char *text = json_string_value(json_object_get(answer, "text"));
    int code = (int)json_integer_value(json_object_get(answer, "code"));

    if (text == NULL) {
        text = "tresen: the daemon's answer cannot be understood";
        code = COMMAND_FAILED;
    }
    print_text(text, code == COMMAND_DONE ? stdout : stderr);
    json_decref(answer);
    return code;
}

/* ---- without it ---- */

struct beside {
    bool done;
    int code;
};

static void on_done(void *ctx, const struct dossier_result *r)
{
    struct beside *b = ctx;
    struct buf text;

    buf_init(&text, CONTROL_ANSWER);
    dossier_write_result(&text, LANGUAGE_EN, r);
    b->code = dossier_has_failed(r) ? COMMAND_FAILED : COMMAND_DONE;
    b->done = true;
    print_text(text.bytes, b->code == COMMAND_DONE ? stdout : stderr);
    buf_finish(&text);
}

static void load_file(void *ctx, const struct file_record *r)
{
    files_load(ctx, r);
}

static void work(struct storage *s, struct files *files, const struct dossier_order *o,
                 struct beside *b)
{
    struct erasure *e = erasure_create(s, files, NULL);

    erasure_order(e, o, on_done, b);
    storage_seal(s);
    while (!b->done) {
        struct pollfd watch = {.fd = storage_fd(s), .events = POLLIN};
        if (poll(&watch, 1, PATIENCE_S * 1000) <= 0) {
            fprintf(stderr, "tresen: storage does not answer\n");
            b->code = COMMAND_FAILED;
            break;
        }
        storage_dispatch(s);
        storage_seal(s);
    }
    erasure_destroy(e);
}

/* The database is opened as the daemon opens it: with its lock. */
static int run_beside(const struct config *config, const struct dossier_order *o)
{
    const struct storage_calls calls = {0};
    struct beside b = {.code = COMMAND_FAILED};
    struct files *files = NULL;
    char *error = NULL;

    umask(077);
    struct storage *s = storage_open(config->storage, &calls, &error);
    if (s != NULL) {
        files =
            files_create(&(struct files_config){.directory = config->files.directory}, s, &error);
    }
    if (files != NULL &&
        storage_load(s, &(struct storage_loader){.ctx = files, .file = load_file})) {
        files_sweep(files);
        work(s, files, o, &b);
    } else {
        fprintf(stderr, "tresen: %s\n", error != NULL ? error : "the database cannot be read");
        b.code = s == NULL && database_is_locked(config->storage) ? COMMAND_LOCKED : COMMAND_FAILED;
    }
    files_destroy(files);
    storage_close(s);
    free(error);
    return b.code;
}

static int order(const struct config *config, struct dossier_order *o, const char *person)
{
    char *who = mem_print("tresen subcommand, uid %u", (unsigned)getuid());
    char *answer = NULL;
    int code = COMMAND_FAILED;

    if (!dossier_read_person(person, &o->person) || strchr(person, '\n') != NULL) {
        fprintf(stderr, "tresen: whom? visitor-..., an e-mail address, jid:ADDRESS, or "
                        "identity:SITE/SUBJECT\n");
        free(who);
        return COMMAND_MISCONFIGURED;
    }
    o->who = who;
    char *text = dossier_order_print(o, person);
    enum control_outcome outcome =
        control_ask(config->control, "person", text, PATIENCE_S, &answer);
    if (outcome == CONTROL_ANSWERED) {
        code = report(answer);
    } else if (outcome == CONTROL_REFUSED) {
        fprintf(stderr, "tresen: %s\n", answer);
    } else if (access(database_path(config->storage), F_OK) != 0) {
        fprintf(stderr, "tresen: there is no database at %s yet\n", database_path(config->storage));
    } else {
        code = run_beside(config, o);
    }
    free(answer);
    free(text);
    free(who);
    return code;
}

int command_erase_person(const struct config *config, const struct command_line *line)
{
    struct dossier_order o = {
        .act = line->yes ? DOSSIER_ERASE : DOSSIER_LOOK, .ends = line->ends, .path = ""};

    int code = order(config, &o, line->words[0]);
    if (code == COMMAND_DONE && !line->yes) {
        printf("To erase it: the same with --yes\n");
    }
    return code;
}

/* The copies of their files, beside the export: the folder PATH.files, as they were called. */
static int copy_files(const struct config *config, const char *path)
{
    json_t *all = json_load_file(path, 0, NULL);
    const json_t *files = json_object_get(all, "files");
    char *folder = mem_print("%s.files", path);
    int code = COMMAND_DONE;
    size_t at;
    json_t *file;

    if (json_array_size(files) > 0 && mkdir(folder, 0700) != 0) {
        fprintf(stderr, "tresen: %s cannot be made\n", folder);
        code = COMMAND_FAILED;
    }
    json_array_foreach(files, at, file)
    {
        const char *id = json_string_value(json_object_get(file, "id"));
        char *from = mem_print("%s/%s", config->files.directory, id);
        char *to = mem_print("%s/%zu-%s", folder, at + 1,
                             json_string_value(json_object_get(file, "name")));
        char *error = code == COMMAND_DONE ? database_copy(from, to) : NULL;
        if (error != NULL) {
            fprintf(stderr, "tresen: %s\n", error);
            code = COMMAND_FAILED;
        }
        free(error);
        free(from);
        free(to);
    }
    free(folder);
    json_decref(all);
    return code;
}

int command_export_person(const struct config *config, const struct command_line *line)
{
    char *here = getcwd(NULL, 0);
    const char *file = line->word_count > 1 ? line->words[1] : "";
    char *path = file[0] == '/' || file[0] == '\0'
                     ? mem_dup(file)
                     : mem_print("%s/%s", here != NULL ? here : "", file);
    struct dossier_order o = {.act = path[0] != '\0' ? DOSSIER_EXPORT : DOSSIER_LOOK, .path = path};

    umask(077);
    int code = order(config, &o, line->words[0]);
    if (code == COMMAND_DONE && path[0] != '\0' && access(path, F_OK) == 0) {
        code = copy_files(config, path);
    }
    free(path);
    free(here);
    return code;
}
