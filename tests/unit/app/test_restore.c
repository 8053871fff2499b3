/* tresen restore: a backup takes the database's place, or nothing is touched. */
#include "command.h"
#include "config_test.h"
#include "database.h"
#include "storage/storage.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

struct world {
    char folder[64];
    struct config *config;
    char *database;
    char *backup;
};

static void on_commit(void *ctx, uint64_t batch)
{
    (void)batch;
    *(bool *)ctx = true;
}

static void on_refusing(void *ctx, bool refusing)
{
    (void)ctx;
    (void)refusing;
}

/* A database with one visitor of that name. */
static void make_database(const char *path, const char *name)
{
    bool committed = false;
    char *error = NULL;
    char *uri = mem_print("sqlite:%s", path);
    const struct storage_calls calls = {&committed, on_commit, on_refusing};
    struct storage *s = storage_open(uri, &calls, &error);
    if (s == NULL) {
        fail_msg("%s", error);
    }
    const struct visitor_record visitor = {.id = "visitor-1",
                                           .site = "default",
                                           .jid = "one@localhost",
                                           .name = name,
                                           .email = "",
                                           .language = "",
                                           .zone = "",
                                           .browser = "",
                                           .page_url = "",
                                           .page_title = "",
                                           .referrer = "",
                                           .only_agent = "",
                                           .last_agent = "",
                                           .phone = "",
                                           .fields = "",
                                           .consent = "",
                                           .subject = "",
                                           .claims = "",
                                           .first_seen = 1,
                                           .last_seen = 1};
    storage_put_visitor(s, &visitor);
    storage_seal(s);
    while (!committed) {
        struct pollfd watch = {.fd = storage_fd(s), .events = POLLIN};
        poll(&watch, 1, 10000);
        storage_dispatch(s);
    }
    storage_close(s);
    free(uri);
}

static void on_visitor(void *ctx, const struct visitor_answer *answer)
{
    *(char **)ctx = mem_dup(answer->visitor != NULL ? answer->visitor->name : "nobody");
}

static char *read_name_dup(const struct world *w)
{
    bool committed = false;
    char *error = NULL;
    char *name = NULL;
    const struct storage_calls calls = {&committed, on_commit, on_refusing};
    struct storage *s = storage_open(w->config->storage, &calls, &error);
    if (s == NULL) {
        fail_msg("%s", error);
    }
    storage_find_visitor(s, "default", NULL, "one@localhost", on_visitor, &name);
    while (name == NULL) {
        struct pollfd watch = {.fd = storage_fd(s), .events = POLLIN};
        poll(&watch, 1, 10000);
        storage_dispatch(s);
    }
    storage_close(s);
    return name;
}

static void expect_name(const struct world *w, const char *name)
{
    char *found = read_name_dup(w);
    assert_string_equal(found, name);
    free(found);
}

static int set_up(void **state)
{
    struct world *w = mem_alloc(sizeof *w);
    char *error = NULL;
    snprintf(w->folder, sizeof w->folder, "/tmp/test-restore-XXXXXX");
    if (mkdtemp(w->folder) == NULL) {
        return -1;
    }
    char *file = mem_print("%s/t.yml", w->folder);
    w->config = config_parse(file, BASE, strlen(BASE), &error);
    free(file);
    w->database = mem_print("%s/tresen.db", w->folder);
    w->backup = mem_print("%s/backup", w->folder);
    *state = w;
    return w->config == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    DIR *folder = opendir(w->folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char *path = mem_print("%s/%s", w->folder, entry->d_name);
        unlink(path);
        free(path);
    }
    closedir(folder);
    rmdir(w->folder);
    config_destroy(w->config);
    free(w->database);
    free(w->backup);
    free(w);
    return 0;
}

static int backup(const struct world *w)
{
    const struct command_line line = {.operand = w->backup};
    return command_backup(w->config, &line);
}

static int restore(const struct world *w, bool force)
{
    const struct command_line line = {.operand = w->backup, .force = force};
    return command_restore(w->config, &line);
}

/* How many files of the folder begin so; *path of one of them, if wanted. */
static int count_files(const struct world *w, const char *beginning, char **path)
{
    int count = 0;
    DIR *folder = opendir(w->folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strncmp(entry->d_name, beginning, strlen(beginning)) == 0) {
            count++;
            if (path != NULL) {
                *path = mem_print("%s/%s", w->folder, entry->d_name);
            }
        }
    }
    closedir(folder);
    return count;
}

static void command_backup__copies__what_is_there(void **state)
{
    struct world *w = *state;
    struct stat about;
    assert_int_equal(backup(w), COMMAND_FAILED); /* there is nothing yet, and nothing is made */
    assert_int_equal(count_files(w, "tresen.db", NULL), 0);
    make_database(w->database, "Ada");
    assert_int_equal(backup(w), COMMAND_DONE);
    assert_int_equal(stat(w->backup, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(backup(w), COMMAND_FAILED); /* it is there already */
}

static void command_restore__puts__a_backup_in_place(void **state)
{
    struct world *w = *state;
    struct stat about;
    make_database(w->database, "Ada");
    assert_int_equal(backup(w), COMMAND_DONE);
    assert_int_equal(unlink(w->database), 0);
    assert_int_equal(restore(w, false), COMMAND_DONE);
    assert_int_equal(stat(w->database, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    expect_name(w, "Ada");
}

static void command_restore__refuses__to_replace_without_force(void **state)
{
    struct world *w = *state;
    char *aside = NULL;
    make_database(w->database, "Ada");
    assert_int_equal(backup(w), COMMAND_DONE);
    make_database(w->database, "Grace");
    assert_int_equal(restore(w, false), COMMAND_FAILED);
    expect_name(w, "Grace");
    assert_int_equal(restore(w, true), COMMAND_DONE);
    expect_name(w, "Ada");
    assert_int_equal(count_files(w, "tresen.db.old-", &aside), 1);
    char *uri = mem_print("sqlite:%s", aside);
    assert_null(storage_inspect(uri));
    free(uri);
    free(aside);
}

static void command_restore__refuses__what_is_no_backup(void **state)
{
    struct world *w = *state;
    make_database(w->database, "Ada");
    assert_int_equal(restore(w, true), COMMAND_FAILED); /* no such file */
    int fd = open(w->backup, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "no database", 11), 11);
    close(fd);
    assert_int_equal(restore(w, true), COMMAND_FAILED);
    assert_int_equal(unlink(w->backup), 0);
    /* A copy of a running database's file without what is still in its -wal. */
    assert_int_equal(backup(w), COMMAND_DONE);
    char *wal = mem_print("%s-wal", w->backup);
    fd = open(wal, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
    free(wal);
    assert_int_equal(restore(w, true), COMMAND_FAILED);
    assert_int_equal(count_files(w, "tresen.db.old-", NULL), 0);
    expect_name(w, "Ada");
}

/* V-141: one process a database. */
static void command_restore__refuses__while_a_daemon_has_the_database(void **state)
{
    struct world *w = *state;
    bool committed = false;
    char *error = NULL;
    const struct storage_calls calls = {&committed, on_commit, on_refusing};
    make_database(w->database, "Ada");
    assert_int_equal(backup(w), COMMAND_DONE);
    assert_false(database_is_locked(w->config->storage));
    struct storage *s = storage_open(w->config->storage, &calls, &error);
    assert_non_null(s);
    assert_true(database_is_locked(w->config->storage));
    assert_int_equal(restore(w, true), COMMAND_FAILED);
    storage_close(s);
    assert_false(database_is_locked(w->config->storage));
    assert_int_equal(restore(w, true), COMMAND_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(command_backup__copies__what_is_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(command_restore__puts__a_backup_in_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(command_restore__refuses__to_replace_without_force, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(command_restore__refuses__what_is_no_backup, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(command_restore__refuses__while_a_daemon_has_the_database,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
