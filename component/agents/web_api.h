/* web_api.h - libcurl on the event loop (curl_multi_socket_action), for who asks another server. */
#pragma once

#include <curl/curl.h>

struct event_base;
struct web;

/* on_done: once for each transfer that was started and not dropped; result is a CURLcode. It drops
 * the transfer. Never called from inside web_start. */
struct web *web_create(struct event_base *loop, unsigned parallel,
                       void (*on_done)(void *call, int result));
/* Every transfer was dropped before. */
void web_destroy(struct web *w);
/* For that address, http or https, straight from here: no proxy, no redirect. */
CURL *web_easy(const char *url, long timeout_ms);
void web_start(struct web *w, CURL *easy, void *call);
/* Ends it, silently, and frees the handle. */
void web_drop(struct web *w, CURL *easy);
