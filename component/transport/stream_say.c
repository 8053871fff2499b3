#include "transport/stream_say.h"

#include "base/id.h"
#include "xml/ns.h"
#include "xml/writer.h"

enum { SAY_MAX = 16 * 1024 };

static void begin(struct writer *w, struct buf *xml)
{
    buf_init(xml, SAY_MAX);
    writer_init(w, xml);
}

void stream_say_open(struct buf *xml, const char *domain)
{
    struct writer w;
    char id[ID_SIZE];
    id_random(id);
    begin(&w, xml);
    writer_open(&w, "open", NS_FRAMING);
    writer_attr(&w, "from", domain);
    writer_attr(&w, "id", id);
    writer_attr(&w, "version", "1.0");
    writer_attr(&w, "xml:lang", "en");
    writer_finish(&w);
}

void stream_say_close(struct buf *xml)
{
    struct writer w;
    begin(&w, xml);
    writer_open(&w, "close", NS_FRAMING);
    writer_finish(&w);
}

static void begin_features(struct writer *w, struct buf *xml)
{
    begin(w, xml);
    writer_open(w, "stream:features", NULL);
    writer_attr(w, "xmlns:stream", NS_STREAM);
}

void stream_say_mechanisms(struct buf *xml)
{
    struct writer w;
    begin_features(&w, xml);
    writer_open(&w, "mechanisms", NS_SASL);
    writer_leaf(&w, "mechanism", NULL, "ANONYMOUS");
    writer_finish(&w);
}

void stream_say_bind(struct buf *xml)
{
    struct writer w;
    begin_features(&w, xml);
    writer_leaf(&w, "bind", NS_BIND, NULL);
    writer_finish(&w);
}

void stream_say_success(struct buf *xml)
{
    struct writer w;
    begin(&w, xml);
    writer_open(&w, "success", NS_SASL);
    writer_finish(&w);
}

void stream_say_failure(struct buf *xml, const char *condition)
{
    struct writer w;
    begin(&w, xml);
    writer_open(&w, "failure", NS_SASL);
    writer_leaf(&w, condition, NULL, NULL);
    writer_finish(&w);
}

void stream_say_error(struct buf *xml, const char *condition)
{
    struct writer w;
    begin(&w, xml);
    writer_open(&w, "stream:error", NULL);
    writer_attr(&w, "xmlns:stream", NS_STREAM);
    writer_leaf(&w, condition, NS_STREAM_ERROR, NULL);
    writer_finish(&w);
}

static void begin_answer(struct writer *w, struct buf *xml, const char *type, const char *id)
{
    begin(w, xml);
    writer_open(w, "iq", NS_CLIENT);
    writer_attr(w, "type", type);
    writer_attr(w, "id", id);
}

void stream_say_result(struct buf *xml, const char *id, const char *jid)
{
    struct writer w;
    begin_answer(&w, xml, "result", id);
    if (jid) {
        writer_open(&w, "bind", NS_BIND);
        writer_leaf(&w, "jid", NULL, jid);
    }
    writer_finish(&w);
}

void stream_say_not_allowed(struct buf *xml, const char *id)
{
    struct writer w;
    begin_answer(&w, xml, "error", id);
    writer_open(&w, "error", NULL);
    writer_attr(&w, "type", "cancel");
    writer_leaf(&w, "not-allowed", NS_STANZA_ERROR, NULL);
    writer_finish(&w);
}
