#include "config.h"

#include "base/calendar.h"
#include "base/mem.h"
#include "base/text.h"
#include "config_table.h"
#include "installed.h"
#include "visitors/jwt_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- freeing ---- */

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

static void free_secret(char *secret)
{
    if (secret != NULL) {
        explicit_bzero(secret, strlen(secret));
        free(secret);
    }
}

static void finish_calendars(struct config *c)
{
    for (size_t i = 0; i < c->calendar_count; i++) {
        struct config_calendar *calendar = &c->calendars[i];
        free(calendar->id);
        free(calendar->zone);
        free_texts(calendar->hours, calendar->hours_count);
        free_texts(calendar->holidays, calendar->holiday_count);
        calendar_destroy(calendar->made);
    }
    free(c->calendars);
    calendar_destroy(c->days);
    free(c->zone);
}

static void finish_look(struct config_look *look)
{
    free(look->color);
    free(look->greeting);
    for (size_t i = 0; i < look->text_count; i++) {
        free(look->texts[i].key);
        free(look->texts[i].language);
        free(look->texts[i].text);
    }
    free(look->texts);
}

static void finish_department(struct config_department *p)
{
    finish_look(&p->look);
    free(p->id);
    free(p->name);
    free_texts(p->agents, p->agent_count);
    free(p->calendar);
    free(p->overflow_to);
    free(p->consent);
    free(p->form_ask);
    for (size_t i = 0; i < p->rule_count; i++) {
        struct config_rule *r = &p->rules[i];
        free(r->language);
        free(r->email);
        free(r->page);
        free(r->field);
        free(r->is);
        free(r->require.skill);
        free(r->require.language);
        free(r->prefer.skill);
        free(r->prefer.language);
    }
    free(p->rules);
    for (size_t i = 0; i < p->field_count; i++) {
        struct config_own_field *f = &p->fields[i];
        free(f->name);
        free(f->label);
        free_texts(f->options, f->option_count);
        free(f->pattern);
    }
    free(p->fields);
    free(p->service_levels);
}

static void finish_forms(struct config *c)
{
    for (size_t i = 0; i < c->form_count; i++) {
        struct config_asked *form = &c->forms[i];
        free(form->id);
        free(form->title);
        free(form->instructions);
        free_texts(form->departments, form->department_count);
        for (size_t k = 0; k < form->field_count; k++) {
            free(form->fields[k].id);
            free(form->fields[k].label);
            free_texts(form->fields[k].options, form->fields[k].option_count);
            free(form->fields[k].pattern);
        }
        free(form->fields);
    }
    free(c->forms);
}

static void finish_invitations(struct config *c)
{
    for (size_t i = 0; i < c->invitation_count; i++) {
        struct config_invitation *invitation = &c->invitations[i];
        free(invitation->id);
        free(invitation->text);
        for (size_t k = 0; k < invitation->text_count; k++) {
            free(invitation->texts[k].language);
            free(invitation->texts[k].text);
        }
        free(invitation->texts);
        free_texts(invitation->departments, invitation->department_count);
        free_texts(invitation->sites, invitation->site_count);
        free(invitation->page);
        free(invitation->attribute);
    }
    free(c->invitations);
}

static void finish_mail(struct config *c)
{
    free(c->mail.url);
    free(c->mail.user);
    free_secret(c->mail.password);
    free(c->mail.ca_file);
    free(c->mail.from);
    free(c->mail.name);
    free(c->mail.reply_to);
}

static void finish_reports(struct config *c)
{
    free(c->reports.currency);
    for (size_t i = 0; i < c->reports.rate_count; i++) {
        free(c->reports.rates[i].department);
        free(c->reports.rates[i].email);
    }
    free(c->reports.rates);
}

static void finish_identities(struct config *c)
{
    for (size_t i = 0; i < c->identity_count; i++) {
        struct config_identity *identity = &c->identities[i];
        free(identity->site);
        free(identity->audience);
        free(identity->issuer);
        free_texts(identity->attributes, identity->attribute_count);
        for (size_t k = 0; k < identity->key_count; k++) {
            free(identity->keys[k].id);
            free(identity->keys[k].file);
            jwt_key_destroy(identity->keys[k].made);
        }
        free(identity->keys);
    }
    free(c->identities);
}

static void finish(struct config *c)
{
    finish_identities(c);
    finish_calendars(c);
    finish_forms(c);
    finish_invitations(c);
    free(c->file);
    free(c->domain);
    free(c->server.host);
    free_secret(c->server.secret);
    free(c->server.api.url);
    free(c->server.api.user);
    free_secret(c->server.api.password);
    free(c->web.listen);
    free(c->web.public_url);
    free_texts(c->web.trusted_proxies, c->web.trusted_proxy_count);
    free_texts(c->dispatchers.jids, c->dispatchers.count);
    free_texts(c->supervisors.jids, c->supervisors.count);
    free_texts(c->administrators.jids, c->administrators.count);
    free_texts(c->data_protection.jids, c->data_protection.count);
    free_texts(c->masks, c->mask_count);
    free(c->command_prefix);
    finish_reports(c);
    free(c->web.widget);
    free(c->web.widget_versions);
    free(c->web.website);
    free(c->metrics.listen);
    free_texts(c->metrics.hosts, c->metrics.host_count);
    for (size_t i = 0; i < c->site_count; i++) {
        free(c->sites[i].id);
        free_texts(c->sites[i].origins, c->sites[i].origin_count);
        finish_look(&c->sites[i].look);
    }
    free(c->sites);
    finish_look(&c->look);
    free(c->storage);
    free(c->control);
    free(c->files.directory);
    free_texts(c->files.upload_services, c->files.upload_service_count);
    finish_mail(c);
    free(c->default_department);
    for (size_t i = 0; i < c->department_count; i++) {
        finish_department(&c->departments[i]);
    }
    free(c->departments);
    for (size_t i = 0; i < c->agent_count; i++) {
        free(c->agents[i].jid);
        free(c->agents[i].name);
        free_texts(c->agents[i].skills, c->agents[i].skill_count);
        free_texts(c->agents[i].languages, c->agents[i].language_count);
    }
    free(c->agents);
    for (size_t i = 0; i < c->place_count; i++) {
        free(c->places[i].key);
    }
    free(c->places);
    for (size_t i = 0; i < c->shadow_count; i++) {
        free(c->shadows[i].what);
    }
    free(c->shadows);
}

const struct config_site *config_find_site(const struct config *c, const char *id)
{
    for (size_t i = 0; i < c->site_count; i++) {
        if (text_equal(c->sites[i].id, id)) {
            return &c->sites[i];
        }
    }
    return NULL;
}

bool config_is_monitored(const struct config *c, const char *site)
{
    const struct config_site *s = site != NULL ? config_find_site(c, site) : NULL;

    return s != NULL && s->monitoring;
}

bool config_asks_consent(const struct config *c, const char *site)
{
    const struct config_site *s = site != NULL ? config_find_site(c, site) : NULL;

    return s != NULL && s->consent;
}

void config_destroy(struct config *c)
{
    if (c != NULL) {
        finish(c);
        free(c);
    }
}

static void finish_draft(struct config_draft *d)
{
    finish(&d->config);
    free_texts(d->origins, d->origin_count);
    free(d->secret_file);
    free(d->password_file);
    free(d->mail_password_file);
    free(d->folder);
    for (size_t i = 0; i < d->added_count; i++) {
        free(d->added[i].key);
        free(d->added[i].words);
    }
    free(d->added);
    free(d->complaint.key);
    free(d->complaint.text);
}

/* ---- reading ---- */

static char *folder_dup(const char *file)
{
    const char *slash = strrchr(file, '/');
    size_t len = slash != NULL ? (size_t)(slash - file) : 0;
    if (file[0] == '/') {
        return mem_dup_n(file, len);
    }
    char *here = getcwd(NULL, 0);
    char *folder =
        mem_print("%s%s%.*s", here != NULL ? here : "", slash != NULL ? "/" : "", (int)len, file);
    free(here);
    return folder;
}

struct settings_view {
    const struct setting_record *rows;
    size_t count;
};

static char *complaint_print(const struct config_draft *d)
{
    const struct config_complaint *c = &d->complaint;

    if (c->line > 0) {
        return mem_print("%s:%d: %s: %s", d->config.file, c->line, c->key, c->text);
    }
    char *what = config_added_print(d, c->key);
    char *text = mem_print("%s: in the database: %s: %s", d->config.file, what, c->text);
    free(what);
    return text;
}

static struct config *parse(const char *file, const char *bytes, size_t len,
                            struct settings_view settings, bool readable_by_others, char **error)
{
    struct config_draft d = {.readable_by_others = readable_by_others};
    struct config_yaml y;
    struct config *c = NULL;
    d.config.file = mem_dup(file);
    d.folder = folder_dup(file);
    if (config_yaml_init(&y, bytes, len, &d.complaint)) {
        bool is_read =
            config_walk(&d, &y) && config_add_settings(&d, settings.rows, settings.count);
        if (is_read && d.config.web.widget == NULL) {
            d.config.web.widget = installed_path_dup("../share/tresen/widget");
        }
        if (is_read && d.config.web.widget_versions == NULL) {
            d.config.web.widget_versions = installed_path_dup("../share/tresen/widget-versions");
        }
        if (is_read && config_check(&d)) {
            c = mem_alloc(sizeof *c);
            *c = d.config;
            memset(&d.config, 0, sizeof d.config);
        }
        config_yaml_finish(&y);
    }
    if (c == NULL) {
        *error = complaint_print(&d);
    }
    finish_draft(&d);
    return c;
}

struct config *config_parse(const char *file, const char *bytes, size_t len, char **error)
{
    return config_parse_with(file, bytes, len, NULL, 0, error);
}

struct config *config_parse_with(const char *file, const char *bytes, size_t len,
                                 const struct setting_record *settings, size_t count, char **error)
{
    return parse(file, bytes, len, (struct settings_view){settings, count}, false, error);
}

/* Reads at most CONFIG_YAML_BYTES + 1, so that a larger file is noticed. */
static char *read_dup(int fd, size_t *len)
{
    size_t room = CONFIG_YAML_BYTES + 1;
    char *bytes = mem_alloc(room + 1);
    ssize_t got = 1;
    for (*len = 0; *len < room && got > 0; *len += got > 0 ? (size_t)got : 0) {
        got = read(fd, bytes + *len, room - *len);
    }
    if (got < 0) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

struct config *config_load(const char *file, char **error)
{
    return config_load_with(file, NULL, 0, error);
}

struct config *config_load_with(const char *file, const struct setting_record *settings,
                                size_t count, char **error)
{
    struct stat about;
    size_t len = 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    char *bytes = fd >= 0 && fstat(fd, &about) == 0 ? read_dup(fd, &len) : NULL;
    if (bytes == NULL) {
        *error = mem_print("%s: cannot be read: %s", file, strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    if (bytes == NULL) {
        return NULL;
    }
    struct config *c = parse(file, bytes, len, (struct settings_view){settings, count},
                             (about.st_mode & S_IRWXO) != 0, error);
    explicit_bzero(bytes, len);
    free(bytes);
    return c;
}
