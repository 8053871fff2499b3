/* What one key alone cannot tell: names that must fit together, secrets and their files, clear
 * text. */
#include "config_table.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SECRET_BYTES = 1000 };

static bool complain_at(struct config_draft *d, const char *key, char *take_text)
{
    return config_complain(d, config_line(&d->config, key), key, take_text);
}

/* Takes a key that was made for the purpose. */
static bool complain_at_item(struct config_draft *d, char *take_key, char *take_text)
{
    complain_at(d, take_key, take_text);
    free(take_key);
    return false;
}

/* ---- secrets ---- */

/* systemd gives a service its credentials with a group bit that only stands for the ACL of the
 * service's user. */
static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t len = folder != NULL ? strlen(folder) : 0;
    return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* First line of a file that nobody else may read; NULL and a complaint otherwise. */
char *config_read_secret_dup(const char *path, char **complaint)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat about;
    if (fd < 0 || fstat(fd, &about) != 0) {
        *complaint = mem_print("%s cannot be read: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    char bytes[SECRET_BYTES + 2];
    ssize_t len = -1;
    mode_t forbidden = is_credential(path) ? S_IRWXO : S_IRWXG | S_IRWXO;
    if (!S_ISREG(about.st_mode)) {
        *complaint = mem_print("%s is no file", path);
    } else if ((about.st_mode & forbidden) != 0) {
        *complaint = mem_print("others may read %s (mode %04o); run: chmod 600 '%s'", path,
                               (unsigned)(about.st_mode & 07777), path);
    } else if ((len = read(fd, bytes, sizeof bytes - 1)) < 0) {
        *complaint = mem_print("%s cannot be read: %s", path, strerror(errno));
    }
    close(fd);
    if (len < 0) {
        return NULL;
    }
    bytes[len] = '\0';
    bytes[strcspn(bytes, "\r\n")] = '\0';
    size_t secret = strlen(bytes);
    if (secret == 0 || secret > SECRET_BYTES) {
        *complaint = mem_print("the first line of %s must be the secret, 1 to %d characters", path,
                               SECRET_BYTES);
        return NULL;
    }
    return mem_dup(bytes);
}

bool config_take_secret(struct config_draft *d, const char *key, const char *file, char **secret)
{
    char *key_file = mem_print("%s_file", key);
    char *complaint = NULL;
    bool good = true;
    if (*secret != NULL && file != NULL) {
        good = complain_at(d, key, mem_print("is there, and so is %s; one is enough", key_file));
    } else if (*secret == NULL && file == NULL) {
        good = complain_at(d, key_file, mem_print("is missing (or %s)", key));
    } else if (*secret != NULL && d->readable_by_others) {
        good =
            complain_at(d, key,
                        mem_print("stands in a file that others may read; run: chmod o-rwx '%s', "
                                  "or put it into a file of its own and name that in %s",
                                  d->config.file, key_file));
    } else if (file != NULL) {
        *secret = config_read_secret_dup(file, &complaint);
        good = *secret != NULL || complain_at(d, key_file, complaint);
    }
    free(key_file);
    return good;
}

/* ---- clear text ---- */

/* Literal addresses and "localhost" only: what other names mean can change. */
static bool is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, host, &v4) == 1) {
        return ntohl(v4.s_addr) >> 24 == 127;
    }
    if (inet_pton(AF_INET6, host, &v6) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
    }
    return strcmp(host, "localhost") == 0;
}

bool config_is_loopback_url(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    size_t len = host[0] == '[' ? strcspn(host, "]") : strcspn(host, ":/");
    char *name = host[0] == '[' ? mem_dup_n(host + 1, len - 1) : mem_dup_n(host, len);
    bool loopback = is_loopback(name);
    free(name);
    return loopback;
}

static bool check_server(struct config_draft *d)
{
    struct config *c = &d->config;
    if (!c->server.plaintext_link && !is_loopback(c->server.host)) {
        return complain_at(d, "server.host",
                           mem_print("%s is not this machine, and a component link is clear text: "
                                     "whoever is on the way reads and changes what is said. Use a "
                                     "tunnel or VPN, and say so with server.plaintext_link: yes",
                                     c->server.host));
    }
    if (!config_take_secret(d, "server.secret", d->secret_file, &c->server.secret)) {
        return false;
    }
    if (c->server.api.url == NULL) {
        return c->server.roster != CONFIG_ROSTER_API ||
               complain_at(d, "server.roster", mem_dup("is api, but there is no server.api"));
    }
    if (!c->server.plaintext_link && strncmp(c->server.api.url, "http:", 5) == 0 &&
        !config_is_loopback_url(c->server.api.url)) {
        return complain_at(
            d, "server.api.url",
            mem_dup("sends the password in clear text beyond this machine: use https, "
                    "or a tunnel and server.plaintext_link: yes"));
    }
    return config_take_secret(d, "server.api.password", d->password_file, &c->server.api.password);
}

/* ---- sites ---- */

static bool add_origins(struct config_draft *d, struct map *owners, struct config_site *site,
                        const char *key)
{
    for (size_t i = 0; i < site->origin_count; i++) {
        const char *other = map_set(owners, site->origins[i], site->id);
        if (other != NULL) {
            return complain_at_item(d, mem_print("%s[%zu]", key, i),
                                    mem_print("belongs to the site \"%s\" already", other));
        }
    }
    return true;
}

static bool check_sites(struct config_draft *d)
{
    struct config *c = &d->config;
    struct config_site *sites = mem_array(c->site_count + 1, sizeof *sites);
    sites[0] = (struct config_site){.id = mem_dup("default"),
                                    .origins = d->origins,
                                    .origin_count = d->origin_count,
                                    .monitoring = c->web.monitoring,
                                    .consent = c->web.consent};
    d->origins = NULL;
    d->origin_count = 0;
    if (c->site_count > 0) {
        memcpy(sites + 1, c->sites, c->site_count * sizeof *sites);
    }
    free(c->sites);
    c->sites = sites;
    c->site_count++;
    struct map *owners = map_create();
    struct map *ids = map_create();
    bool good = true;
    for (size_t i = 0; good && i < c->site_count; i++) {
        char *key = i == 0 ? mem_dup("web.origins") : mem_print("sites[%zu].origins", i - 1);
        good = map_set(ids, sites[i].id, &sites[i]) == NULL
                   ? add_origins(d, owners, &sites[i], key)
                   : complain_at_item(d, mem_print("sites[%zu].id", i - 1),
                                      mem_print("\"%s\" is taken", sites[i].id));
        free(key);
    }
    map_destroy(ids);
    map_destroy(owners);
    return good;
}

/* ---- departments and agents ---- */

static char *capital_dup(const char *text)
{
    char *name = text_name_dup(text, 40);
    if (name[0] >= 'a' && name[0] <= 'z') {
        name[0] = (char)(name[0] - 'a' + 'A');
    }
    return name;
}

static const char *reserved_prefix(const char *id)
{
    static const char *const reserved[] = {"visitor-", "slot-", "ticket-"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (strncmp(id, reserved[i], strlen(reserved[i])) == 0) {
            return reserved[i];
        }
    }
    return NULL;
}

static bool check_department(struct config_draft *d, size_t at)
{
    struct config_department *department = &d->config.departments[at];
    char *key = mem_print("departments[%zu]", at);
    department->line = config_line(&d->config, key);
    free(key);
    const char *prefix = reserved_prefix(department->id);
    if (prefix != NULL) {
        return complain_at_item(d, mem_print("departments[%zu].id", at),
                                mem_print("may not begin with \"%s\"", prefix));
    }
    for (size_t i = 0; i < at; i++) {
        if (strcmp(d->config.departments[i].id, department->id) == 0) {
            return complain_at_item(d, mem_print("departments[%zu].id", at),
                                    mem_print("\"%s\" is there twice", department->id));
        }
    }
    if (department->name == NULL) {
        department->name = capital_dup(department->id);
    }
    return true;
}

static char *department_ids_dup(const struct config *c)
{
    char *ids = mem_dup("");
    for (size_t i = 0; i < c->department_count; i++) {
        char *longer = mem_print("%s%s%s", ids, i > 0 ? " " : "", c->departments[i].id);
        free(ids);
        ids = longer;
    }
    return ids;
}

static bool check_default_department(struct config_draft *d)
{
    struct config *c = &d->config;
    if (c->default_department == NULL) {
        c->default_department = mem_dup(c->departments[0].id);
        return true;
    }
    for (size_t i = 0; i < c->department_count; i++) {
        if (strcmp(c->departments[i].id, c->default_department) == 0) {
            return true;
        }
    }
    char *ids = department_ids_dup(c);
    complain_at(d, "default_department",
                mem_print("\"%s\" is no department; there are: %s", c->default_department, ids));
    free(ids);
    return false;
}

/* What the file says of agents, by JID; false if one is there twice. */
static bool index_agents(struct config_draft *d, struct map *known)
{
    for (size_t i = 0; i < d->config.agent_count; i++) {
        struct config_agent *agent = &d->config.agents[i];
        if (map_set(known, agent->jid, agent) != NULL) {
            return complain_at_item(d, mem_print("agents[%zu].jid", i),
                                    mem_print("%s is there twice", agent->jid));
        }
    }
    return true;
}

static bool check_account(struct config_draft *d, const char *jid, char *take_key)
{
    const char *domain = strchr(jid, '@') + 1;
    if (strcmp(domain, d->config.domain) == 0) {
        return complain_at_item(d, take_key,
                                mem_print("%s is an address of the component itself; it must be an "
                                          "account on an XMPP server",
                                          jid));
    }
    free(take_key);
    return true;
}

static void default_agent(struct config_agent *agent, const char *jid, int line)
{
    const struct config_option *capacity =
        config_option_find(config_option_find(NULL, "agents"), "capacity");
    memset(agent, 0, sizeof *agent);
    agent->jid = mem_dup(jid);
    agent->duty = CONFIG_DUTY_DEFAULT;
    agent->capacity = (unsigned)strtoul(capacity->fallback, NULL, 10);
    agent->level = 1;
    agent->line = line;
}

/* Adds to the agents of the file those that only departments name; marks whom a department names.
 */
static bool collect_agents(struct config_draft *d, struct map *named)
{
    struct config *c = &d->config;
    size_t room = c->agent_count;
    for (size_t i = 0; i < c->department_count; i++) {
        room += c->departments[i].agent_count;
    }
    c->agents = mem_grow(c->agents, (room + 1) * sizeof *c->agents);
    struct map *known = map_create();
    bool good = index_agents(d, known);
    for (size_t i = 0; good && i < c->department_count; i++) {
        struct config_department *department = &c->departments[i];
        for (size_t k = 0; good && k < department->agent_count; k++) {
            const char *jid = department->agents[k];
            char *key = mem_print("departments[%zu].agents[%zu]", i, k);
            int line = config_line(c, key);
            if (map_set(named, jid, department) == department) {
                good = complain_at_item(d, key, mem_print("%s is there twice", jid));
            } else if ((good = check_account(d, jid, key)) && map_get(known, jid) == NULL) {
                default_agent(&c->agents[c->agent_count], jid, line);
                map_set(known, jid, &c->agents[c->agent_count++]);
            }
        }
    }
    map_destroy(known);
    return good;
}

/* What an agent's own keys leave open follows from the others. */
static void settle_contacts(struct config *c)
{
    enum { SPARE_SLOTS = 3 };

    for (size_t i = 0; i < c->agent_count; i++) {
        struct config_agent *a = &c->agents[i];
        a->contacts =
            a->own_contacts == 0 ? c->contacts : (enum config_contacts)(a->own_contacts - 1);
        a->slots = a->slots == 0 ? a->capacity + SPARE_SLOTS : a->slots;
    }
}

/* A typing error in one of the two places would else go unnoticed. */
static bool check_agents_named(struct config_draft *d, const struct map *named, size_t listed)
{
    for (size_t i = 0; i < listed; i++) {
        if (map_get(named, d->config.agents[i].jid) == NULL) {
            return complain_at_item(d, mem_print("agents[%zu].jid", i),
                                    mem_print("%s is in no department", d->config.agents[i].jid));
        }
    }
    return true;
}

static bool check_agents(struct config_draft *d)
{
    size_t listed = d->config.agent_count;
    struct map *named = map_create();
    bool good = collect_agents(d, named) && check_agents_named(d, named, listed);
    settle_contacts(&d->config);
    map_destroy(named);
    for (size_t i = 0; good && i < d->config.agent_count; i++) {
        struct config_agent *agent = &d->config.agents[i];
        agent->duty = agent->duty == CONFIG_DUTY_DEFAULT ? d->config.duty : agent->duty;
        if (agent->name == NULL) {
            char *local = mem_dup_n(agent->jid, strcspn(agent->jid, "@"));
            agent->name = capital_dup(local);
            free(local);
        }
    }
    return good;
}

static bool check_people(struct config_draft *d, const char *role, const struct config_people *p)
{
    struct map *known = map_create();
    bool good = true;

    for (size_t i = 0; good && i < p->count; i++) {
        char *key = mem_print("roles.%s[%zu]", role, i);
        if (map_set(known, p->jids[i], d) != NULL) {
            good = complain_at_item(d, key, mem_print("%s is there twice", p->jids[i]));
        } else {
            good = check_account(d, p->jids[i], key);
        }
    }
    map_destroy(known);
    return good;
}

static bool check_roles(struct config_draft *d)
{
    const struct config *c = &d->config;

    return check_people(d, "dispatchers", &c->dispatchers) &&
           check_people(d, "supervisors", &c->supervisors) &&
           check_people(d, "administrators", &c->administrators) &&
           check_people(d, "data_protection", &c->data_protection);
}

/* ---- the rest ---- */

static bool check_control(struct config_draft *d)
{
    struct config *c = &d->config;
    if (c->control == NULL) {
        const char *path = c->storage + strlen("sqlite:");
        c->control = mem_print("%.*s/control.sock", (int)(strrchr(path, '/') - path), path);
    }
    if (strlen(c->control) >= sizeof(((struct sockaddr_un *)NULL)->sun_path)) {
        return complain_at(d, "control",
                           mem_print("%s is too long for a socket (%zu characters at most); name a "
                                     "shorter path",
                                     c->control,
                                     sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1));
    }
    return true;
}

static bool check_files(struct config_draft *d)
{
    struct config *c = &d->config;

    if (c->files.directory == NULL) {
        const char *path = c->storage + strlen("sqlite:");
        c->files.directory = mem_print("%.*s/files", (int)(strrchr(path, '/') - path), path);
    }
    if (c->files.upload_service_count > 0 && c->web.public_url == NULL) {
        return complain_at(d, "files.upload_services",
                           mem_dup("needs web.public_url: copies are opened at that address"));
    }
    return true;
}

bool config_check(struct config_draft *d)
{
    bool good = check_sites(d) && check_control(d) && check_files(d);
    for (size_t i = 0; good && i < d->config.department_count; i++) {
        good = check_department(d, i);
    }
    return good && config_check_calendars(d) && check_default_department(d) && check_agents(d) &&
           check_roles(d) && config_check_routing(d) && config_check_service(d) &&
           config_check_forms(d) && config_check_invitations(d) && config_check_own(d) &&
           config_check_looks(d) && config_check_mail(d) && config_check_metrics(d) &&
           config_check_privacy(d) && config_check_identity(d) && check_server(d);
}
