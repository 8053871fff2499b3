#include "agents/page.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *begin;
    const char *port; /* that browsers leave out */
} SCHEMES[] = {{"http://", ":80"}, {"https://", ":443"}};

/* What a browser would call its origin; NULL: none that we know. Browsers take a backslash for a
 * slash and skip controls, so an address with either is none. */
static char *origin_dup(const char *url)
{
    for (const char *c = url; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == '\x7f' || *c == '\\') {
            return NULL;
        }
    }
    for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++) {
        size_t begin = strlen(SCHEMES[i].begin);
        if (strncasecmp(url, SCHEMES[i].begin, begin) == 0) {
            size_t len = begin + strcspn(url + begin, "/?#");
            size_t port = strlen(SCHEMES[i].port);
            if (len > begin + port && strncmp(url + len - port, SCHEMES[i].port, port) == 0) {
                len -= port;
            }
            return memchr(url, '@', len) == NULL && len > begin ? mem_dup_n(url, len) : NULL;
        }
    }
    return NULL;
}

static bool is_one_of(const struct agents_site *site, const char *origin)
{
    for (size_t i = 0; i < site->origin_count; i++) {
        char *own = origin_dup(site->origins[i]);
        bool same = own != NULL && strcasecmp(own, origin) == 0;
        free(own);
        if (same) {
            return true;
        }
    }
    return false;
}

/* NULL: no site has that id. */
static const struct agents_site *find_site(const struct agents_config *config, const char *site)
{
    for (size_t i = 0; i < config->site_count; i++) {
        if (text_equal(config->sites[i].id, site)) {
            return &config->sites[i];
        }
    }
    return NULL;
}

bool page_is_of_site(const struct agents_config *config, const char *site, const char *url)
{
    char *clean = text_name_dup(url, strlen(url)); /* no bidi and no invisible characters */
    char *origin = text_equal(clean, url) ? origin_dup(url) : NULL;
    const struct agents_site *own = find_site(config, site);
    bool is = false;

    if (origin != NULL && own != NULL) {
        is = is_one_of(own, origin);
    }
    for (size_t i = 0; origin != NULL && own == NULL && !is && i < config->site_count; i++) {
        is = is_one_of(&config->sites[i], origin);
    }
    free(origin);
    free(clean);
    return is;
}

const char *page_example(const struct agents_config *config, const char *site)
{
    const struct agents_site *own = find_site(config, site);

    if (own == NULL && config->site_count > 0) {
        own = &config->sites[0];
    }
    return own != NULL && own->origin_count > 0 ? own->origins[0] : "";
}
