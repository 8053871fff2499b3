#include "installed.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *installed_path_dup(const char *relative)
{
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);

    if (len <= 0) {
        return NULL;
    }
    program[len] = '\0';
    *strrchr(program, '/') = '\0';
    char *beside = mem_print("%s/%s", program, relative);
    char *path = realpath(beside, NULL);
    free(beside);
    return path;
}
