#include "carrier_state.h"

struct carrier *carrier_create(const struct place *place, const struct carrier_calls *calls,
                               void *visitor, unsigned number)
{
    struct carrier *c = place->is_bosh ? carrier_bosh_create() : carrier_websocket_create();
    c->calls = calls;
    c->place = place;
    c->visitor = visitor;
    c->number = number;
    return c;
}

void carrier_destroy(struct carrier *c)
{
    c->kind->close(c);
    c->kind->destroy(c);
}

bool carrier_open(struct carrier *c)
{
    return c->kind->open(c);
}

void carrier_open_stream(struct carrier *c)
{
    c->kind->open_stream(c);
}

void carrier_send(struct carrier *c, const char *xml, size_t len)
{
    c->kind->send(c, xml, len);
}

void carrier_settle(struct carrier *c)
{
    c->kind->settle(c);
}

void carrier_close(struct carrier *c)
{
    c->kind->close(c);
}
