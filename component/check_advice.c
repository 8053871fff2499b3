#include "check_advice.h"

#include "config.h"

#include <stdio.h>
#include <string.h>

void check_advise_link(const struct config *config, enum link_fault fault)
{
    if (fault != LINK_BAD_SECRET && fault != LINK_UNKNOWN_HOST && fault != LINK_UNREACHABLE) {
        return;
    }
    printf("\n"
           "      Prosody, in prosody.cfg.lua (then: systemctl reload prosody):\n"
           "\n"
           "          component_ports = { %d }\n"
           "          Component \"%s\"\n"
           "              component_secret = \"the first line of server.secret_file\"\n"
           "              modules_enabled = { \"privilege\" }\n"
           "\n"
           "      ejabberd, under listen: in ejabberd.yml (then: systemctl restart ejabberd):\n"
           "\n"
           "          - port: %d\n"
           "            ip: \"127.0.0.1\"\n"
           "            module: ejabberd_service\n"
           "            hosts:\n"
           "              %s:\n"
           "                password: \"the first line of server.secret_file\"\n\n",
           config->server.port, config->domain, config->server.port, config->domain);
}

void check_advise_roster(const struct config *config, const char *agent)
{
    const char *host = strchr(agent, '@') != NULL ? strchr(agent, '@') + 1 : agent;
    const char *user =
        config->server.api.user != NULL ? config->server.api.user : "bridge@localhost";
    printf("\n"
           "      Is %s an account of this server? Then:\n"
           "\n"
           "      Prosody, in prosody.cfg.lua; \"privilege\" must stand in both places (then: "
           "systemctl reload prosody):\n"
           "\n"
           "          VirtualHost \"%s\"\n"
           "              modules_enabled = { \"privilege\" }\n"
           "              privileged_entities = { [\"%s\"] = { roster = \"both\" } }\n"
           "          Component \"%s\"\n"
           "              modules_enabled = { \"privilege\" }\n"
           "\n"
           "      ejabberd: the HTTP API, in ejabberd.yml (then: systemctl restart ejabberd), and "
           "server.api here:\n"
           "\n"
           "          listen:\n"
           "            - port: 5281\n"
           "              ip: \"127.0.0.1\"\n"
           "              module: ejabberd_http\n"
           "              request_handlers: {/api: mod_http_api}\n"
           "          api_permissions:\n"
           "            \"tresen\":\n"
           "              from: mod_http_api\n"
           "              who: {access: [allow: {user: %s}]}\n"
           "              what: [add_rosteritem, delete_rosteritem, get_roster,\n"
           "                     remove_mam_for_user_with_peer]\n"
           "\n"
           "      An account on another server cannot be reached this way: its agent approves a "
           "pool of contacts.\n\n",
           agent, host, config->domain, config->domain, user);
}
