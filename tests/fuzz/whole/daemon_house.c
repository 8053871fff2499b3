#include "whole/daemon_house.h"

#include "base/log.h"
#include "base/mem.h"
#include "whole/daemon_config.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static pid_t owner;

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about;
    (void)type;
    (void)place;
    return remove(path);
}

static void remove_all(void)
{
    if (getpid() == owner) {
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
}

static void write_file(const char *name, const char *text)
{
    char *path = mem_print("%s/%s", folder, name);
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 || chmod(path, 0600) != 0) {
        BUG("%s cannot be written: %s", path, strerror(errno));
    }
    free(path);
}

static void make_folder(const char *name)
{
    char *path = mem_print("%s/%s", folder, name);

    if (mkdir(path, 0700) != 0) {
        BUG("%s cannot be made: %s", path, strerror(errno));
    }
    free(path);
}

const char *daemon_house_make(int api_port)
{
    /* In memory where that is possible: files are synced. */
    snprintf(folder, sizeof folder, "%s/fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(folder) == NULL) {
        BUG("no folder can be made: %s", strerror(errno));
    }
    owner = getpid();
    atexit(remove_all);
    char *config = mem_print(DAEMON_CONFIG, api_port, api_port);
    write_file("tresen.yml", config);
    free(config);
    write_file("identity.key", DAEMON_KEY "\n");
    make_folder("widget");
    write_file("widget/manifest.json", "{\"version\": \"0.2.0\"}");
    write_file("widget/words.json", DAEMON_WORDS);
    write_file("widget/loader.js", "/* the loader */");
    write_file("widget/index.html", "<p>A page</p>");
    make_folder("versions");
    make_folder("versions/0.1.0");
    write_file("versions/0.1.0/manifest.json", "{\"version\": \"0.1.0\"}");
    write_file("versions/0.1.0/loader.js", "/* an older one */");
    return folder;
}
