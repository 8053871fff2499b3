#include "control.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int dial(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

#define HUNG_UP "the daemon hung up without an answer"

/* NULL, or why it was not sent (static). */
static const char *write_question(int fd, const char *command, const char *argument)
{
    json_t *question = json_pack("{s:s, s:s}", "command", command, "argument", argument);
    char *text = question != NULL ? json_dumps(question, JSON_COMPACT) : NULL;
    json_decref(question);
    if (text == NULL) {
        return "the question is no UTF-8";
    }
    char *line = mem_print("%s\n", text);
    bool good = send(fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line);
    free(line);
    free(text);
    /* A daemon with too many questions ends this one before or after it was sent. */
    return good ? NULL : HUNG_UP;
}

/* Reads the line that is the answer. NULL, or why there is none (static). */
static const char *read_answer(int fd, int timeout_s, struct buf *answer)
{
    struct pollfd watch = {.fd = fd, .events = POLLIN};
    char part[4096];
    while (answer->len == 0 || answer->bytes[answer->len - 1] != '\n') {
        if (poll(&watch, 1, timeout_s * 1000) <= 0) {
            return "no answer from the daemon in time";
        }
        ssize_t len = recv(fd, part, sizeof part, 0);
        if (len <= 0) {
            return HUNG_UP;
        }
        if (!buf_add(answer, part, (size_t)len)) {
            return "the daemon's answer is too long";
        }
    }
    return NULL;
}

static enum control_outcome understand(const struct buf *answer, char **text)
{
    json_error_t error;
    json_t *root = json_loadb(answer->bytes, answer->len, 0, &error);
    json_t *result = json_object_get(root, "result");
    const char *words = json_string_value(json_object_get(root, "error"));
    enum control_outcome outcome = CONTROL_REFUSED;
    if (json_is_true(json_object_get(root, "ok")) && result != NULL) {
        *text = json_dumps(result, JSON_ENCODE_ANY | JSON_COMPACT);
        outcome = CONTROL_ANSWERED;
    } else {
        *text = mem_dup(words != NULL ? words : "the daemon's answer cannot be understood");
    }
    json_decref(root);
    return outcome;
}

enum control_outcome control_ask(const char *path, const char *command, const char *argument,
                                 int timeout_s, char **text)
{
    *text = NULL;
    int fd = dial(path);
    if (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR)) {
        return CONTROL_NOBODY;
    }
    if (fd < 0) {
        *text = mem_print("the daemon cannot be asked through %s: %s", path, strerror(errno));
        return CONTROL_REFUSED;
    }
    struct buf answer;
    const char *silence;
    enum control_outcome outcome = CONTROL_REFUSED;
    buf_init(&answer, CONTROL_ANSWER + 1024);
    silence = write_question(fd, command, argument);
    if (silence == NULL) {
        silence = read_answer(fd, timeout_s, &answer);
    }
    if (silence != NULL) {
        *text = mem_dup(silence);
    } else {
        outcome = understand(&answer, text);
    }
    close(fd);
    buf_finish(&answer);
    return outcome;
}
