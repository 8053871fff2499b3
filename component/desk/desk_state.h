/* desk_state.h - what the desk holds, for the files of desk/ only. */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "desk/agent.h"
#include "desk/chat.h"
#include "desk/department.h"
#include "desk/desk.h"
#include "desk/offer.h"
#include "desk/visitor.h"

/* A page change closes one stream and opens another: only who is away longer has left. */
enum { VISITOR_LEAVE_MS = 10 * 1000 };

struct desk {
    struct desk_config config; /* only the numbers; the lists became agents and departments */
    struct storage *storage;
    const struct desk_agent_ports *agent_ports;
    const struct desk_visitor_ports *visitor_ports;
    struct agent *agents;
    size_t agent_count;
    struct department *departments;
    size_t department_count;
    struct map *visitors; /* id -> struct visitor */
    struct map *agent_by_jid;
    struct list chats;   /* chat::link: open and lingering */
    struct list waiting; /* chat::waiting_link: QUEUED and OFFERED of all departments, first in line
                            first */
    int64_t last_number;
    int64_t last_sequence;
    bool unsettled; /* seats or the line changed: desk_settle has work */
};

struct agent *desk_find_agent(const struct desk *d, const char *jid);
struct department *desk_find_department(const struct desk *d, const char *id);
struct visitor *desk_find_visitor(const struct desk *d, const char *id);
/* After every call that may have changed seats or the line: offers, positions, departments' states.
 */
void desk_settle(struct desk *d, time_ms now);
/* Whether that agent is to have that visitor's contact follows from offers and ownership; tells a
 * change. */
void desk_settle_contact(struct desk *d, struct agent *a, struct visitor *v);
