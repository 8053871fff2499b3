#include "agents/web_api.h"

#include "base/mem.h"

#include <event2/event.h>
#include <stdlib.h>

static const long CONNECT_MS = 10 * 1000;

struct web {
    struct event_base *loop;
    CURLM *multi;
    struct event *timer;
    void (*on_done)(void *call, int result);
};

static void finish_calls(struct web *w)
{
    int left = 0;
    CURLMsg *m;

    while ((m = curl_multi_info_read(w->multi, &left)) != NULL) {
        if (m->msg == CURLMSG_DONE) {
            void *call = NULL;
            int result = (int)m->data.result;
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&call);
            w->on_done(call, result);
        }
    }
}

static void on_socket(evutil_socket_t fd, short what, void *ctx)
{
    struct web *w = ctx;
    int mask = ((what & EV_READ) != 0 ? CURL_CSELECT_IN : 0) |
               ((what & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0);
    int running = 0;

    curl_multi_socket_action(w->multi, fd, mask, &running);
    finish_calls(w);
}

static void on_timer(evutil_socket_t fd, short what, void *ctx)
{
    struct web *w = ctx;
    int running = 0;

    (void)fd;
    (void)what;
    curl_multi_socket_action(w->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    finish_calls(w);
}

static int set_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct web *w = ctx;

    (void)multi;
    if (timeout_ms < 0) {
        event_del(w->timer);
        return 0;
    }
    const struct timeval after = {timeout_ms / 1000, (timeout_ms % 1000) * 1000};
    event_add(w->timer, &after);
    return 0;
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *slot)
{
    struct web *w = ctx;
    struct event *watch = slot;

    (void)easy;
    if (watch != NULL) {
        event_free(watch);
        watch = NULL;
    }
    if (what != CURL_POLL_REMOVE) {
        short mask = EV_PERSIST;
        mask = (short)(mask | ((what & CURL_POLL_IN) != 0 ? EV_READ : 0) |
                       ((what & CURL_POLL_OUT) != 0 ? EV_WRITE : 0));
        watch = event_new(w->loop, fd, mask, on_socket, w);
        event_add(watch, NULL);
    }
    curl_multi_assign(w->multi, fd, watch);
    return 0;
}

struct web *web_create(struct event_base *loop, unsigned parallel,
                       void (*on_done)(void *call, int result))
{
    struct web *w = mem_alloc(sizeof *w);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    w->loop = loop;
    w->on_done = on_done;
    w->timer = event_new(loop, -1, 0, on_timer, w);
    w->multi = curl_multi_init();
    curl_multi_setopt(w->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(w->multi, CURLMOPT_SOCKETDATA, w);
    curl_multi_setopt(w->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(w->multi, CURLMOPT_TIMERDATA, w);
    curl_multi_setopt(w->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)parallel);
    return w;
}

void web_destroy(struct web *w)
{
    curl_multi_cleanup(w->multi);
    event_free(w->timer);
    free(w);
    curl_global_cleanup();
}

CURL *web_easy(const char *url, long timeout_ms)
{
    CURL *easy = curl_easy_init();

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    return easy;
}

void web_start(struct web *w, CURL *easy, void *call)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_multi_add_handle(w->multi, easy);
}

void web_drop(struct web *w, CURL *easy)
{
    curl_multi_remove_handle(w->multi, easy);
    curl_easy_cleanup(easy);
}
