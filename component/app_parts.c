#include "app_parts.h"

#include "administration.h"
#include "app_state.h"
#include "base/mem.h"
#include "base/text.h"
#include "config.h"
#include "desk/desk_questions.h"
#include "desk/own_field.h"
#include "desk/question.h"
#include "storage/storage.h"

#include <stdlib.h>

enum { DAY_S = 24 * 60 * 60 };

/* ---- what the parts ask of each other through us ---- */

static void on_known(void *ctx, const char *stream_jid)
{
    const struct app *app = ctx;

    gateway_stream_known(app->gateway, stream_jid);
}

/* ---- the parts ---- */

static struct desk_people people_of(const struct config_people *p)
{
    return (struct desk_people){(const char *const *)p->jids, p->count};
}

static struct desk_agent_config *agents_of(const struct config *c)
{
    struct desk_agent_config *agents = mem_array(c->agent_count + 1, sizeof *agents);

    for (size_t i = 0; i < c->agent_count; i++) {
        const struct config_agent *a = &c->agents[i];
        agents[i] = (struct desk_agent_config){
            .jid = a->jid,
            .name = a->name,
            .capacity = a->capacity,
            .level = a->level,
            .skills = (const char *const *)a->skills,
            .skill_count = a->skill_count,
            .languages = (const char *const *)a->languages,
            .language_count = a->language_count,
            .says_on = a->duty == CONFIG_DUTY_EXPLICIT,
            .shows_status = a->show_status,
        };
    }
    return agents;
}

static struct desk_demand demand_of(const struct config_demand *demand)
{
    return (struct desk_demand){
        .skill = demand->skill, .language = demand->language, .level = demand->level};
}

/* Of all departments, one behind the other. */
static struct desk_rule *rules_of(const struct config *c)
{
    size_t count = 0;

    for (size_t i = 0; i < c->department_count; i++) {
        count += c->departments[i].rule_count;
    }
    struct desk_rule *rules = mem_array(count + 1, sizeof *rules);
    struct desk_rule *next = rules;
    for (size_t i = 0; i < c->department_count; i++) {
        for (size_t k = 0; k < c->departments[i].rule_count; k++) {
            const struct config_rule *r = &c->departments[i].rules[k];
            *next++ = (struct desk_rule){.language = r->language,
                                         .email = r->email,
                                         .page = r->page,
                                         .field = r->field,
                                         .is = r->is,
                                         .require = demand_of(&r->require),
                                         .prefer = demand_of(&r->prefer),
                                         .priority = (enum chat_priority)r->priority};
        }
    }
    return rules;
}

/* The same of service levels. */
static struct desk_service_level *service_levels_of(const struct config *c)
{
    size_t count = 0;

    for (size_t i = 0; i < c->department_count; i++) {
        count += c->departments[i].service_level_count;
    }
    struct desk_service_level *levels = mem_array(count + 1, sizeof *levels);
    struct desk_service_level *next = levels;
    for (size_t i = 0; i < c->department_count; i++) {
        for (size_t k = 0; k < c->departments[i].service_level_count; k++) {
            const struct config_service_level *l = &c->departments[i].service_levels[k];
            *next++ = (struct desk_service_level){
                .priority = (enum chat_priority)l->priority,
                .within = {[TARGET_FIRST_ANSWER] = l->first_answer_s * 1000LL,
                           [TARGET_NEXT_ANSWER] = l->next_answer_s * 1000LL,
                           [TARGET_SOLUTION] = l->solution_s * 1000LL}};
        }
    }
    return levels;
}

/* Of a form, as it was printed; NULL: of none. */
static const char *form_text(const struct config *c, const struct desk_form *forms, const char *id)
{
    for (size_t i = 0; i < c->form_count; i++) {
        if (text_equal(forms[i].id, id)) {
            return forms[i].text;
        }
    }
    return NULL;
}

static struct desk_department_config *
departments_of(const struct config *c, const struct desk_form *forms, const struct desk_rule *rules,
               const struct desk_service_level *levels, const struct own_field *own_fields)
{
    struct desk_department_config *departments =
        mem_array(c->department_count + 1, sizeof *departments);

    for (size_t i = 0; i < c->department_count; i++) {
        const struct config_department *p = &c->departments[i];
        departments[i] = (struct desk_department_config){
            .id = p->id,
            .name = p->name,
            .agents = (const char *const *)p->agents,
            .agent_count = p->agent_count,
            .form_name = (enum form_field)p->form_name,
            .form_email = (enum form_field)p->form_email,
            .hours = p->hours,
            .call_ms = p->call_absent_after_s * 1000LL,
            .routing = (enum desk_routing)p->routing,
            .rules = rules,
            .rule_count = p->rule_count,
            .takes_no_files = !p->uploads || !p->transcript,
            .max_queue = p->max_queue,
            .max_browsing = p->max_browsing,
            .capacity = p->capacity,
            .overflow_ms = p->overflow_after_s * 1000LL,
            .overflow_to = p->overflow_to,
            .tickets = p->transcript ? (enum desk_tickets)p->tickets : TICKETS_NEVER,
            .keeps_no_transcript = !p->transcript,
            .service_levels = levels,
            .service_level_count = p->service_level_count,
            .close_solved_ms = p->close_solved_after_days * 1000LL * DAY_S,
            .reopen_ms = p->reopen_days * 1000LL * DAY_S,
            .left_is_ticket = p->left == CONFIG_LEFT_TICKET && p->tickets != CONFIG_TICKETS_NEVER &&
                              p->transcript,
            .prechat = form_text(c, forms, p->form_ask),
            .consent = p->consent,
            .rating = (enum rating_scale)p->rating,
            .own_fields = own_fields,
            .own_field_count = p->field_count,
        };
        rules += p->rule_count;
        levels += p->service_level_count;
        own_fields += p->field_count;
    }
    return departments;
}

static struct question question_of(const struct config_asked *form)
{
    struct question q = {.id = form->id,
                         .title = form->title,
                         .instructions = form->instructions != NULL ? form->instructions : ""};

    for (size_t i = 0; i < form->field_count; i++) {
        const struct config_form_field *from = &form->fields[i];
        if (from->answer == CONFIG_FORM_OFF) {
            continue;
        }
        struct question_field *to = &q.fields[q.field_count++];
        *to = (struct question_field){.id = from->id,
                                      .label = from->label,
                                      .kind = (enum question_kind)from->kind,
                                      .required = from->answer == CONFIG_FORM_REQUIRED,
                                      .pattern = from->pattern,
                                      .option_count = from->option_count};
        for (size_t k = 0; k < from->option_count; k++) {
            to->options[k] = from->options[k];
        }
    }
    return q;
}

static struct desk_form *forms_of(const struct config *c)
{
    struct desk_form *forms = mem_array(c->form_count + 1, sizeof *forms);

    for (size_t i = 0; i < c->form_count; i++) {
        const struct config_asked *form = &c->forms[i];
        struct question q = question_of(form);
        forms[i] = (struct desk_form){.id = form->id,
                                      .title = form->title,
                                      .text = question_print(&q),
                                      .departments = (const char *const *)form->departments,
                                      .department_count = form->department_count};
    }
    return forms;
}

static struct desk_mail_config mail_of(const struct config *c)
{
    return (struct desk_mail_config){
        .is_on = c->mail.url != NULL,
        .unseen_ms = c->mail.unseen_after_s * 1000LL,
        .give_up_ms = c->mail.give_up_after_hours * 3600 * 1000LL,
        .max_waiting = c->mail.max_waiting,
        .receipts_per_hour = c->mail.receipts_per_hour,
        .receipts_per_address = c->mail.receipts_per_address,
    };
}

static void fill_desk(struct app_parts *parts, const struct config *c)
{
    struct desk_config *out = &parts->desk;
    struct desk_form *forms = forms_of(c);

    parts->rules = rules_of(c);
    parts->service_levels = service_levels_of(c);
    parts->own_fields = app_own_fields_of(c);
    *out = (struct desk_config){
        .agents = agents_of(c),
        .agent_count = c->agent_count,
        .departments =
            departments_of(c, forms, parts->rules, parts->service_levels, parts->own_fields),
        .department_count = c->department_count,
        .forms = forms,
        .form_count = c->form_count,
        .masks = (const char *const *)c->masks,
        .mask_count = c->mask_count,
        .agent_grace_ms = c->limits.agent_grace_s * 1000LL,
        .transfer_ms = c->limits.transfer_s * 1000LL,
        .visitor_grace_ms = c->limits.visitor_grace_s * 1000LL,
        .leave_ms = c->limits.leave_s * 1000LL,
        .linger_ms = c->limits.linger_s * 1000LL,
        .idle_ms = c->limits.idle_s * 1000LL,
        .answer_ms = c->limits.answer_s * 1000LL,
        .people =
            {
                [ROLE_DISPATCHER] = people_of(&c->dispatchers),
                [ROLE_SUPERVISOR] = people_of(&c->supervisors),
                [ROLE_ADMINISTRATOR] = people_of(&c->administrators),
                [ROLE_DATA_PROTECTION] = people_of(&c->data_protection),
            },
        .days = c->days,
        .offer_ms = c->limits.offer_s * 1000LL,
        .watch_silently = c->watch_silently,
        .max_queue = c->limits.max_queue,
        .max_visitors = c->limits.max_visitors,
        .mail = mail_of(c),
    };
}

static enum language language_of(const struct config *c, const struct config_agent *agent)
{
    static const enum language BY_CHOICE[] = {
        [CONFIG_AGENT_LANGUAGE_EN] = LANGUAGE_EN, [CONFIG_AGENT_LANGUAGE_DE] = LANGUAGE_DE};

    return agent->language == CONFIG_AGENT_LANGUAGE_DEFAULT ? (enum language)c->language
                                                            : BY_CHOICE[agent->language];
}

static void fill_languages(struct agents_config *out, const struct config *c)
{
    struct agent_language *languages = mem_array(c->agent_count + 1, sizeof *languages);

    for (size_t i = 0; i < c->agent_count; i++) {
        languages[i] = (struct agent_language){c->agents[i].jid, language_of(c, &c->agents[i])};
    }
    out->language = (enum language)c->language;
    out->languages = languages;
    out->language_count = c->agent_count;
}

static struct agents_person *contacts_of(const struct config *c)
{
    struct agents_person *people = mem_array(c->agent_count + 1, sizeof *people);

    for (size_t i = 0; i < c->agent_count; i++) {
        people[i] = (struct agents_person){
            .jid = c->agents[i].jid,
            .contacts = (enum contacts_choice)c->agents[i].contacts,
            .slots = c->agents[i].slots,
            .shows_face = c->agents[i].face,
        };
    }
    return people;
}

static struct agents_site *sites_of(const struct config *c)
{
    struct agents_site *sites = mem_array(c->site_count + 1, sizeof *sites);

    for (size_t i = 0; i < c->site_count; i++) {
        sites[i] = (struct agents_site){.id = c->sites[i].id,
                                        .origins = (const char *const *)c->sites[i].origins,
                                        .origin_count = c->sites[i].origin_count};
    }
    return sites;
}

static bool is_monitored(void *ctx, const char *site)
{
    return config_is_monitored(((const struct app *)ctx)->config, site);
}

static bool asks_consent(void *ctx, const char *site)
{
    return config_asks_consent(((const struct app *)ctx)->config, site);
}

static void fill_edges(struct app_parts *p, const struct config *c, struct app *app)
{
    p->visitors = (struct visitors_config){
        .domain = c->domain,
        .default_department = c->default_department,
        .xmpp = (enum visitors_xmpp)c->visitors_xmpp,
        .body_points = c->limits.body_points,
        .body_bytes = c->limits.body_bytes,
        .message_burst = c->limits.message_burst,
        .token_ms = c->limits.token_days * 24LL * 3600 * 1000,
        .uploads = app->uploads,
        .is_monitored = is_monitored,
        .asks_consent = asks_consent,
        .invitation = app_invitation_text,
        .on_known = on_known,
        .ctx = app,
    };
    p->agents = (struct agents_config){
        .domain = c->domain,
        .roster = (enum roster_choice)c->server.roster,
        .api_url = c->server.api.url,
        .api_user = c->server.api.user,
        .api_password = c->server.api.password,
        .body_points = c->limits.body_points,
        .body_bytes = c->limits.body_bytes,
        .doubt_ms = c->limits.doubt_s * 1000LL,
        .command_prefix = c->command_prefix[0],
        .people = contacts_of(c),
        .person_count = c->agent_count,
        .sites = sites_of(c),
        .site_count = c->site_count,
        .slot_rest_ms = c->limits.slot_rest_s * 1000LL,
        .slot_unread_ms = c->limits.slot_unread_s * 1000LL,
        .files = app->files,
        .upload_services = (const char *const *)c->files.upload_services,
        .upload_service_count = c->files.upload_service_count,
    };
    administration_port(app, &p->agents.administration);
    app_dossiers_port(app, &p->agents.dossiers);
    app_reports_port(app, &p->agents.reports);
    fill_languages(&p->agents, c);
    p->files = (struct files_config){.directory = c->files.directory,
                                     .public_url = c->web.public_url,
                                     .max_bytes = c->files.max_bytes,
                                     .max_per_chat = c->files.max_per_chat};
    p->outbox = (struct outbox_config){.domain = c->domain, .max_rows = c->limits.max_outbox};
}

struct smtp_server app_parts_smtp(const struct config *c)
{
    return (struct smtp_server){.url = c->mail.url,
                                .ehlo = c->domain,
                                .tls = c->mail.tls == CONFIG_MAIL_TLS_REQUIRED,
                                .user = c->mail.user,
                                .password = c->mail.password,
                                .ca_file = c->mail.ca_file};
}

static void fill_mailer(struct mailer_config *out, const struct config *c)
{
    struct letter_site *sites = mem_array(c->site_count + 1, sizeof *sites);

    for (size_t i = 0; i < c->site_count; i++) {
        sites[i] = (struct letter_site){.id = c->sites[i].id,
                                        .origins = (const char *const *)c->sites[i].origins,
                                        .origin_count = c->sites[i].origin_count};
    }
    *out = (struct mailer_config){
        .is_on = c->mail.url != NULL,
        .server = app_parts_smtp(c),
        .house = {.domain = c->domain,
                  .from = c->mail.from,
                  .name = c->mail.name,
                  .reply_to = c->mail.reply_to,
                  .sites = sites,
                  .site_count = c->site_count},
        .per_minute = c->mail.per_minute,
    };
}

void app_parts_init(struct app_parts *p, const struct config *c, struct app *app)
{
    fill_desk(p, c);
    fill_edges(p, c, app);
    app_gateway_init(p, c, app);
    fill_mailer(&p->mailer, c);
    app_identity_init(p, c);
}

void app_parts_finish(struct app_parts *p)
{
    free((void *)(uintptr_t)p->desk.agents);
    free((void *)(uintptr_t)p->desk.departments);
    for (size_t i = 0; i < p->desk.form_count; i++) {
        free((void *)(uintptr_t)p->desk.forms[i].text);
    }
    free((void *)(uintptr_t)p->desk.forms);
    free((void *)(uintptr_t)p->agents.languages);
    app_identity_finish(p);
    free(p->rules);
    free(p->service_levels);
    free(p->own_fields);
    free((void *)(uintptr_t)p->gateway.sites);
    free((void *)(uintptr_t)p->agents.people);
    free((void *)(uintptr_t)p->agents.sites);
    free((void *)(uintptr_t)p->mailer.house.sites);
}
