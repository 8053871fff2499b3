#include "client/expat_shim.h"

#include "base/log.h"

#include <dlfcn.h>
#include <expat.h>
#include <stddef.h>
#include <string.h>

enum { ATTRIBUTES_MAX = 64 };

/* Debian's expat 2.5.0 has it back-ported without saying so in its version; older ones neither
 * defer nor have it. */
XML_Bool XML_SetReparseDeferralEnabled(XML_Parser parser, XML_Bool enabled) __attribute__((weak));

typedef XML_Parser (*create_call)(const XML_Char *, const XML_Memory_Handling_Suite *,
                                  const XML_Char *);
typedef XML_Bool (*reset_call)(XML_Parser, const XML_Char *);
typedef void (*handler_call)(XML_Parser, XML_StartElementHandler, XML_EndElementHandler);

/* libstrophe has one start handler for all its parsers, and expat gives a handler no other place to
 * find it. Written when a parser is made, the same value each time. */
static XML_StartElementHandler libstrophe_start;

static void *next_symbol(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        BUG("no %s in this expat", name);
    }
    return found;
}

static void do_not_defer(XML_Parser parser)
{
    if (parser && XML_SetReparseDeferralEnabled) {
        XML_SetReparseDeferralEnabled(parser, XML_FALSE);
    }
}

XML_Parser XML_ParserCreate_MM(const XML_Char *encoding, const XML_Memory_Handling_Suite *memory,
                               const XML_Char *separator)
{
    create_call next = (create_call)next_symbol("XML_ParserCreate_MM");
    XML_Parser parser = next(encoding, memory, separator);
    do_not_defer(parser);
    return parser;
}

XML_Bool XML_ParserReset(XML_Parser parser, const XML_Char *encoding)
{
    reset_call next = (reset_call)next_symbol("XML_ParserReset");
    XML_Bool done = next(parser, encoding);
    do_not_defer(parser);
    return done;
}

/* Namespace and name are joined by the separator that the parser was made with: libstrophe's is
 * 0x1F, in later releases 0xFF; neither may be in a name. An element with more attributes than
 * anybody needs loses the rest. */
static void start_without_foreign(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    const XML_Char *own[ATTRIBUTES_MAX * 2 + 1];
    size_t count = 0;
    for (size_t i = 0; attributes[i] && count < (size_t)ATTRIBUTES_MAX * 2; i += 2) {
        if (!strpbrk(attributes[i], "\x1F\xFF")) {
            own[count++] = attributes[i];
            own[count++] = attributes[i + 1];
        }
    }
    own[count] = NULL;
    libstrophe_start(ctx, name, own);
}

void XML_SetElementHandler(XML_Parser parser, XML_StartElementHandler start,
                           XML_EndElementHandler end)
{
    handler_call next = (handler_call)next_symbol("XML_SetElementHandler");
    libstrophe_start = start;
    next(parser, start_without_foreign, end);
}

static void count_element(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    (void)name;
    unsigned *seen = ctx;
    *seen += attributes[0] ? 10 : 1;
}

bool expat_shim_works(void)
{
    static const char begin[] = "<a><b xmlns:x='u' x:c='d'";
    static const char end[] = "/>";
    XML_StartElementHandler before = libstrophe_start;
    XML_Parser parser = XML_ParserCreate_MM(NULL, NULL, "\x1F");
    unsigned seen = 0;
    XML_SetUserData(parser, &seen);
    XML_SetElementHandler(parser, count_element, NULL);
    bool parsed = XML_Parse(parser, begin, sizeof begin - 1, 0) == XML_STATUS_OK &&
                  XML_Parse(parser, end, sizeof end - 1, 0) == XML_STATUS_OK;
    XML_ParserFree(parser);
    libstrophe_start = before;
    return parsed && seen == 2;
}
