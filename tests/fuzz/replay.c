/* replay.c - runs a fuzz target over files, where libFuzzer is not linked: the corpus as a
 * regression test. Arguments are files, or directories whose files are taken. Fails if there was
 * none. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return -1;
    }
    struct stat about;
    uint8_t *bytes = NULL;
    size_t len = 0;
    if (fstat(fileno(file), &about) == 0 && about.st_size >= 0) {
        /* Exactly as long as the file: a byte read beyond it is seen by the sanitizer. */
        len = (size_t)about.st_size;
        bytes = malloc(len > 0 ? len : 1);
    }
    if (!bytes || fread(bytes, 1, len, file) != len) {
        fprintf(stderr, "%s: cannot be read\n", path);
        free(bytes);
        fclose(file);
        return -1;
    }
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, len);
    free(bytes);
    return 1;
}

static int replay_directory(const char *path, DIR *directory)
{
    int count = 0;
    struct dirent *entry;
    while (count >= 0 && (entry = readdir(directory))) {
        char *file;
        if (entry->d_name[0] == '.') {
            continue;
        }
        if (asprintf(&file, "%s/%s", path, entry->d_name) < 0) {
            return -1;
        }
        int replayed = replay_file(file);
        count = replayed < 0 ? -1 : count + replayed;
        free(file);
    }
    return count;
}

/* How many inputs were run, or -1. */
static int replay(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory) {
        return replay_file(path);
    }
    int count = replay_directory(path, directory);
    closedir(directory);
    return count;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int count = replay(argv[i]);
        if (count < 0) {
            return 1;
        }
        total += count;
    }
    printf("%d inputs\n", total);
    return total > 0 ? 0 : 1;
}
