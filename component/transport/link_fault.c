#include "transport/link_fault.h"

#include "base/log.h"
#include "xml/ns.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *words;
} FAULTS[] = {
    [LINK_FINE] = {"fine", "the link to the XMPP server is fine"},
    [LINK_UNREACHABLE] =
        {"unreachable",
         "the XMPP server cannot be reached, or closed the connection: does it run, and are "
         "server.host and server.port those of its component listener (Prosody: "
         "component_ports, component_interfaces; ejabberd: a listener with module "
         "ejabberd_service)?"},
    [LINK_CONFLICT] = {"conflict",
                       "the server says that this domain is taken: is a second Tresen running, or "
                       "is an old connection "
                       "not yet noticed as dead (Prosody: component_conflict_resolve = "
                       "\"kick_old\" in the Component "
                       "block), or is the domain one of ejabberd's hosts (take it out there)?"},
    [LINK_BAD_SECRET] = {"wrong secret", "the server refuses our secret: server.secret must be the "
                                         "component_secret of the Component block "
                                         "(Prosody) or the password under hosts of the "
                                         "ejabberd_service listener (ejabberd, which says the "
                                         "same of a domain that is not listed there)"},
    [LINK_UNKNOWN_HOST] =
        {"unknown host",
         "the server knows no component of this domain: add Component \"DOMAIN\" with its "
         "component_secret "
         "to prosody.cfg.lua (a VirtualHost cannot be one), or the domain under hosts of an "
         "ejabberd_service listener in ejabberd.yml, and reload the server"},
    [LINK_OFFENDED] = {"offended",
                       "the server ended the component stream because of something that it was "
                       "sent; if it is one line, that line is set aside"},
    [LINK_STREAM_ERROR] = {"stream error", "the server ended the component stream with an error"},
    [LINK_ILL_FORMED] = {"ill-formed",
                         "what came from the server is no XML stream: is server.port really its "
                         "component listener?"},
    [LINK_SILENT] = {"silent", "the server does not answer any more, or takes nothing more"},
};

const char *link_fault_words(enum link_fault fault)
{
    return FAULTS[fault].words;
}

const char *link_fault_name(enum link_fault fault)
{
    return FAULTS[fault].name;
}

bool link_fault_is_refusal(enum link_fault fault)
{
    return fault == LINK_CONFLICT || fault == LINK_BAD_SECRET || fault == LINK_UNKNOWN_HOST;
}

enum link_fault link_fault_read(const struct element *error, char *why, size_t size)
{
    static const struct {
        const char *condition;
        enum link_fault fault;
    } conditions[] = {
        {"conflict", LINK_CONFLICT},
        {"not-authorized", LINK_BAD_SECRET},
        {"host-unknown", LINK_UNKNOWN_HOST},
        {"host-gone", LINK_UNKNOWN_HOST},
        {"bad-format", LINK_OFFENDED},
        {"bad-namespace-prefix", LINK_OFFENDED},
        {"improper-addressing", LINK_OFFENDED},
        {"invalid-from", LINK_OFFENDED},
        {"invalid-namespace", LINK_OFFENDED},
        {"invalid-xml", LINK_OFFENDED},
        {"not-well-formed", LINK_OFFENDED},
        {"policy-violation", LINK_OFFENDED},
        {"restricted-xml", LINK_OFFENDED},
        {"unsupported-encoding", LINK_OFFENDED},
        {"unsupported-stanza-type", LINK_OFFENDED},
        {"xml-not-well-formed", LINK_OFFENDED}, /* RFC 3920 */
    };
    const struct element *condition = element_first(error);
    while (condition && (strcmp(element_ns(condition), NS_STREAM_ERROR) != 0 ||
                         strcmp(element_name(condition), "text") == 0)) {
        condition = element_next(condition);
    }
    const char *name = condition ? element_name(condition) : "undefined-condition";
    const char *text = element_child_text(error, "text", NS_STREAM_ERROR);
    snprintf(why, size, "stream error %s%s%s", log_safe(name), text ? ": " : "",
             text ? log_safe(text) : "");
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        if (strcmp(name, conditions[i].condition) == 0) {
            return conditions[i].fault;
        }
    }
    return LINK_STREAM_ERROR;
}
