/* Signed identity, as the visitors' edge is told it. */
#include "app_parts.h"
#include "base/mem.h"
#include "config.h"
#include "visitors/proof.h"

#include <stdlib.h>

static struct jwt_rules rules_of(const struct config_identity *from, struct jwt_named_key *keys)
{
    for (size_t i = 0; i < from->key_count; i++) {
        keys[i] = (struct jwt_named_key){from->keys[i].id != NULL ? from->keys[i].id : "",
                                         from->keys[i].made};
    }
    return (struct jwt_rules){
        .keys = keys,
        .key_count = from->key_count,
        .audience = from->audience,
        .issuer = from->issuer,
        .lifetime_ms = from->lifetime_s * 1000LL,
        .attributes = (const char *const *)from->attributes,
        .attribute_count = from->attribute_count,
    };
}

void app_identity_init(struct app_parts *p, const struct config *c)
{
    size_t keys = 0;

    for (size_t i = 0; i < c->identity_count; i++) {
        keys += c->identities[i].key_count;
    }
    p->proof_sites = mem_array(c->identity_count + 1, sizeof *p->proof_sites);
    p->jwt_keys = mem_array(keys + 1, sizeof *p->jwt_keys);
    keys = 0;
    for (size_t i = 0; i < c->identity_count; i++) {
        const struct config_identity *from = &c->identities[i];
        p->proof_sites[i] = (struct proof_site){
            .site = from->site,
            .is_required = from->use == CONFIG_PROOF_REQUIRED,
            .is_shared = from->devices == CONFIG_DEVICES_SHARED,
            .session_ms = from->session_s * 1000LL,
            .rules = rules_of(from, &p->jwt_keys[keys]),
        };
        keys += from->key_count;
    }
    p->visitors.proof_sites = p->proof_sites;
    p->visitors.proof_site_count = c->identity_count;
}

void app_identity_finish(struct app_parts *p)
{
    free(p->proof_sites);
    free(p->jwt_keys);
}
