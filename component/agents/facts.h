/* facts.h - what the desk knows of a visitor, as labels and values: for !info and for vCards. */
#pragma once

#include "agents/agents_state.h"

/* label is not translated yet; value may have several lines, and is never empty. */
typedef void (*facts_on)(void *ctx, const char *label, const char *value);
/* In the order of reading; what is not known is left out. */
void facts_tell(const struct agents *a, enum language language, const struct visitor_view *v,
                facts_on on_fact, void *ctx);
/* "2026-01-31 12:00", UTC. */
enum { FACTS_DATE_SIZE = 17 };
void facts_date(time_ms at, char out[FACTS_DATE_SIZE]);
