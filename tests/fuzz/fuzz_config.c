/* The configuration file. Whatever it says: a configuration or one complaint with a line, never
 * both. */
#include "base/log.h"
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *error = NULL;
    struct config *c = config_parse("/nowhere/fuzz.yml", (const char *)bytes, size, &error);
    if ((c == NULL) != (error != NULL)) {
        BUG("a configuration and a complaint, or neither");
    }
    if (error != NULL && strncmp(error, "/nowhere/fuzz.yml:", 18) != 0) {
        BUG("a complaint without a place");
    }
    if (c != NULL && (c->domain == NULL || c->server.secret == NULL || c->site_count == 0 ||
                      c->department_count == 0 || c->agent_count == 0)) {
        BUG("accepted without what must be there");
    }
    config_destroy(c);
    free(error);
    return 0;
}
