#include "client/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

static bool take_port(struct address *out, const char *port, size_t len)
{
    char digits[sizeof out->port];
    if (len == 0 || len >= sizeof digits || strspn(port, "0123456789") < len) {
        return false;
    }
    snprintf(digits, sizeof digits, "%.*s", (int)len, port);
    long number = strtol(digits, NULL, 10);
    snprintf(out->port, sizeof out->port, "%s", digits);
    return number > 0 && number <= PORT_MAX;
}

bool address_parse(struct address *out, const char *url)
{
    *out = (struct address){0};
    if (strncmp(url, "wss://", 6) == 0) {
        out->tls = true;
        url += 6;
    } else if (strncmp(url, "ws://", 5) == 0) {
        url += 5;
    } else {
        return false;
    }
    size_t authority = strcspn(url, "/?#");
    size_t host = url[0] == '[' ? strcspn(url, "]") + 1 : strcspn(url, ":/?#");
    if (host == 0 || host > authority || host >= sizeof out->host ||
        strcspn(url, "@ \r\n") < authority) {
        return false;
    }
    snprintf(out->port, sizeof out->port, "%s", out->tls ? "443" : "80");
    if (host < authority &&
        (url[host] != ':' || !take_port(out, url + host + 1, authority - host - 1))) {
        return false;
    }
    const char *path = url + authority;
    if (strcspn(path, "# \r\n") < strlen(path) || strlen(path) >= sizeof out->path) {
        return false;
    }
    snprintf(out->path, sizeof out->path, "%s", path[0] == '/' ? path : "/xmpp-websocket");
    snprintf(out->origin, sizeof out->origin, "%s://%.*s", out->tls ? "https" : "http",
             (int)authority, url);
    bool brackets = url[0] == '[';
    snprintf(out->host, sizeof out->host, "%.*s", (int)(brackets ? host - 2 : host),
             brackets ? url + 1 : url);
    return out->host[0] != '\0';
}
