#include "transport/gateway_files.h"

#include "base/id.h"
#include "base/mem.h"
#include "files/files.h"
#include "files/kind.h"
#include "files/name.h"
#include "transport/http.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "/w/1/file/"
#define ALWAYS                                                                                     \
    "Access-Control-Allow-Origin: *\r\n"                                                           \
    "Cross-Origin-Resource-Policy: cross-origin\r\n"                                               \
    "Content-Security-Policy: default-src 'none'; sandbox\r\n"                                     \
    "Referrer-Policy: no-referrer\r\n"                                                             \
    "X-Robots-Tag: noindex\r\n"

static const struct file_record *find(struct files *files, const char *path)
{
    char capability[ID_TOKEN_SIZE];
    const char *start = path + strlen(PREFIX);
    size_t len = strcspn(start, "/");

    if (files == NULL || len != ID_TOKEN_SIZE - 1 || strlen(start + len) > 4 * NAME_POINTS + 1) {
        return NULL;
    }
    memcpy(capability, start, len);
    capability[len] = '\0';
    return files_find(files, capability);
}

void gateway_files_handle(struct files *files, struct http_request *r)
{
    const struct file_record *file = find(files, http_request_path(r));
    size_t len = 0;
    const char *bytes = file != NULL ? files_map(files, file, &len) : NULL;

    if (bytes == NULL) {
        http_answer_words(r, 404, ALWAYS "Cache-Control: no-store\r\n", "There is no such file.");
        return;
    }
    char *name = name_in_url_dup(file->name);
    char *headers = mem_print(ALWAYS "Cache-Control: private, max-age=3600\r\n"
                                     "Content-Disposition: %s; filename*=UTF-8''%s\r\n",
                              kind_is_shown(file->type) ? "inline" : "attachment", name);
    struct http_answer answer = {.status = 200,
                                 .type = file->type,
                                 .headers = headers,
                                 .body = bytes,
                                 .len = len,
                                 .is_static = true,
                                 .release = files_unmap};
    http_answer(r, &answer);
    free(headers);
    free(name);
}
