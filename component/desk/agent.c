#include "desk/agent.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/news.h"
#include "desk/offer.h"
#include "desk/rule.h"

#include <stdint.h>
#include <stdlib.h>

struct agent *agent_create(const struct desk_agent_config *config)
{
    struct agent *a = mem_alloc(sizeof *a);

    a->jid = mem_dup(config->jid);
    a->status = mem_dup("");
    agent_configure(a, config);
    a->contacts = map_create();
    a->room = SIZE_MAX;
    list_init(&a->chats);
    list_init(&a->offers);
    list_init(&a->participations);
    list_init(&a->news);
    list_init(&a->seated);
    return a;
}

static char **texts_dup(const char *const *texts, size_t count)
{
    char **own = mem_array(count + 1, sizeof *own);

    for (size_t i = 0; i < count; i++) {
        own[i] = mem_dup(texts[i]);
    }
    return own;
}

static void texts_free(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

void agent_destroy(struct agent *a)
{
    texts_free(a->skills, a->skill_count);
    texts_free(a->languages, a->language_count);
    free(a->jid);
    free(a->name);
    free(a->status);
    news_forget(a);
    map_destroy(a->contacts);
    free(a);
}

void agent_configure(struct agent *a, const struct desk_agent_config *config)
{
    mem_replace(&a->name, config->name);
    a->capacity = config->capacity;
    a->says_on = config->says_on;
    a->shows_status = config->shows_status;
    if (!a->shows_status) {
        mem_replace(&a->status, "");
    }
    a->level = config->level;
    texts_free(a->skills, a->skill_count);
    a->skills = texts_dup(config->skills, config->skill_count);
    a->skill_count = config->skill_count;
    texts_free(a->languages, a->language_count);
    a->languages = texts_dup(config->languages, config->language_count);
    a->language_count = config->language_count;
}

void agent_missed_offer(struct agent *a)
{
    a->missed++;
    log_info("agent: an offer was over unanswered, missed=%u", a->missed);
}

void agent_reacted(struct agent *a)
{
    a->missed = 0;
    a->told_idle = false;
}

bool agent_is_idle(const struct agent *a)
{
    return a->missed >= AGENT_MISSED_MAX;
}

bool agent_has_skill(const struct agent *a, const char *skill)
{
    for (size_t i = 0; i < a->skill_count; i++) {
        if (text_equal(a->skills[i], skill)) {
            return true;
        }
    }
    return false;
}

bool agent_speaks(const struct agent *a, const char *language)
{
    for (size_t i = 0; i < a->language_count; i++) {
        if (rule_is_language(language, a->languages[i]) ||
            rule_is_language(a->languages[i], language)) {
            return true;
        }
    }
    return false;
}

unsigned agent_free_seats(const struct agent *a)
{
    return a->active >= a->capacity ? 0 : a->capacity - a->active;
}

size_t agent_open_seats(const struct agent *a)
{
    size_t seats = agent_free_seats(a);
    size_t offered = 0;

    list_for_each (struct offer, o, &a->offers, agent_link) {
        offered += o->state == OFFER_OPEN ? 1 : 0;
    }
    if (offered >= seats) {
        return seats;
    }
    return a->room >= seats - offered ? seats : offered + a->room;
}

bool agent_is_there(const struct agent *a)
{
    return a->availability == AVAILABILITY_FREE || a->availability == AVAILABILITY_AWAY;
}

bool agent_is_lost(const struct agent *a)
{
    return a->availability == AVAILABILITY_GONE || a->availability == AVAILABILITY_DOUBTFUL;
}
