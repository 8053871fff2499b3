/* config.h - the configuration file (YAML by libyaml's document API, so every complaint has file,
 * line and key).
 *
 * One table in config.c of key, type, default, bounds and one line of help; docs/CONFIG.md is
 * generated from it
 * (`tresen config-reference`, compared by a test) and so is the check of examples/tresen.yml.
 * Relative paths are relative to the file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct setting_record; /* storage.h */

enum config_form { CONFIG_FORM_OFF, CONFIG_FORM_OPTIONAL, CONFIG_FORM_REQUIRED };
enum config_roster {
    CONFIG_ROSTER_AUTO,
    CONFIG_ROSTER_PRIVILEGE,
    CONFIG_ROSTER_API,
    CONFIG_ROSTER_NONE
};
enum config_language { CONFIG_LANGUAGE_EN, CONFIG_LANGUAGE_DE };
enum config_agent_language {
    CONFIG_AGENT_LANGUAGE_DEFAULT,
    CONFIG_AGENT_LANGUAGE_EN,
    CONFIG_AGENT_LANGUAGE_DE
};
/* What a visitor is to an agent: a contact of their own, or one of a fixed number (slots). */
enum config_contacts { CONFIG_CONTACTS_AUTO, CONFIG_CONTACTS_VISITOR, CONFIG_CONTACTS_SLOTS };
/* In the order of enum desk_routing. */
enum config_routing {
    CONFIG_ROUTING_ALL,
    CONFIG_ROUTING_ROUND_ROBIN,
    CONFIG_ROUTING_LEAST_BUSY,
    CONFIG_ROUTING_LAST_AGENT
};
enum config_mail_tls { CONFIG_MAIL_TLS_REQUIRED, CONFIG_MAIL_TLS_NONE };
/* In the order of enum own_kind. */
enum config_own_kind {
    CONFIG_OWN_TEXT,
    CONFIG_OWN_NUMBER,
    CONFIG_OWN_DATE,
    CONFIG_OWN_LIST,
    CONFIG_OWN_BOOLEAN
};
enum config_own_required { CONFIG_OWN_REQUIRED_NO, CONFIG_OWN_REQUIRED_SOLVED };
/* In the order of enum desk_tickets. */
enum config_tickets { CONFIG_TICKETS_ASK, CONFIG_TICKETS_ALWAYS, CONFIG_TICKETS_NEVER };
enum config_left { CONFIG_LEFT_TICKET, CONFIG_LEFT_CHAT };
/* In the order of enum rating_scale. */
enum config_rating { CONFIG_RATING_NONE, CONFIG_RATING_STARS, CONFIG_RATING_THUMBS };
/* In the order of enum chat_priority. */
enum config_priority {
    CONFIG_PRIORITY_KEEP,
    CONFIG_PRIORITY_LOW,
    CONFIG_PRIORITY_NORMAL,
    CONFIG_PRIORITY_HIGH,
    CONFIG_PRIORITY_URGENT
};
enum config_xmpp_visitors { CONFIG_XMPP_OFF, CONFIG_XMPP_LOCAL, CONFIG_XMPP_ANY };

/* An agent is there by presence, or by saying so; of an agent: DEFAULT is what holds for all. */
enum config_duty { CONFIG_DUTY_PRESENCE, CONFIG_DUTY_EXPLICIT, CONFIG_DUTY_DEFAULT };

/* Of the widget. DEFAULT: as the site says, or the house, or the widget itself. */
enum config_position { CONFIG_POSITION_DEFAULT, CONFIG_POSITION_LEFT, CONFIG_POSITION_RIGHT };
enum config_launcher { CONFIG_LAUNCHER_DEFAULT, CONFIG_LAUNCHER_ICON, CONFIG_LAUNCHER_TEXT };
enum config_absent {
    CONFIG_ABSENT_DEFAULT,
    CONFIG_ABSENT_SHOW,
    CONFIG_ABSENT_HINT,
    CONFIG_ABSENT_HIDE
};

/* A text of the widget that is replaced. */
struct config_text {
    char *key;
    char *language; /* NULL: in all */
    char *text;
};

/* How the widget looks, and what it says: NULL and DEFAULT are not said here. */
struct config_look {
    char *color; /* "#rgb", "#rrggbb" */
    char *greeting;
    enum config_position position;
    enum config_launcher launcher;
    enum config_absent absent;
    struct config_text *texts;
    size_t text_count;
};

struct config_agent {
    char *jid;  /* bare, prepared */
    char *name; /* default: local part with a capital */
    unsigned capacity;
    enum config_agent_language language; /* default: that of the house */
    enum config_contacts contacts;       /* as it is to be: what stands above is worked in */
    unsigned slots;                      /* likewise */
    unsigned own_contacts; /* as it was read: 0 as `contacts`, else one more than the enum */
    enum config_duty duty; /* never DEFAULT behind the check */
    bool show_status;
    bool face;
    unsigned level;
    char **skills;
    size_t skill_count;
    char **languages; /* small letters */
    size_t language_count;
    int line; /* of the file, where it names the agent first; 0: the database does */
};

struct calendar;

struct config_calendar {
    char *id;
    char *zone; /* NULL: config.zone */
    char **hours;
    size_t hours_count;
    char **holidays;
    size_t holiday_count;
    struct calendar *made; /* of it all */
    int line;              /* of the file; 0: it is the database's */
};

/* NULL, 0: nothing is asked. */
struct config_demand {
    char *skill;
    char *language;
    unsigned level;
};

struct config_rule {
    char *language;
    char *email;
    char *page;
    char *field; /* and is; NULL: both are */
    char *is;
    struct config_demand require;
    struct config_demand prefer;
    enum config_priority priority;
};

/* Seconds; 0: no such target. */
struct config_service_level {
    unsigned priority; /* 0: any, else of enum chat_priority */
    unsigned first_answer_s;
    unsigned next_answer_s;
    unsigned solution_s;
};

/* Of tickets. */
struct config_own_field {
    char *name;
    char *label; /* default: the name */
    enum config_own_kind kind;
    char **options;
    size_t option_count;
    enum config_own_required required;
    char *pattern; /* NULL: any */
};

struct config_department {
    char *id;
    char *name;
    char **agents; /* bare JIDs */
    size_t agent_count;
    enum config_form form_name; /* form: {name: required, email: optional} */
    enum config_form form_email;
    char *form_ask;               /* id of a form; NULL: nothing else */
    char *calendar;               /* id; NULL: open always */
    const struct calendar *hours; /* of that calendar, or NULL */
    unsigned call_absent_after_s;
    enum config_routing routing;
    bool uploads;
    unsigned max_queue; /* 0: limits.max_queue */
    unsigned max_browsing;
    unsigned capacity; /* 0: none of its own */
    unsigned overflow_after_s;
    char *overflow_to; /* NULL: none */
    enum config_tickets tickets;
    bool transcript;
    unsigned keep_chats_days; /* 0: for ever */
    unsigned keep_tickets_days;
    unsigned reopen_days;
    enum config_left left;
    enum config_rating rating;
    char *consent; /* what a visitor must agree to; NULL: nothing */
    struct config_rule *rules;
    size_t rule_count;
    struct config_own_field *fields;
    size_t field_count;
    struct config_service_level *service_levels;
    size_t service_level_count;
    unsigned close_solved_after_days; /* 0: never */
    struct config_look look;
    int line; /* of the file; 0: it is the database's */
};

/* In the order of enum question_kind. */
enum config_form_kind {
    CONFIG_FORM_TEXT,
    CONFIG_FORM_LINES,
    CONFIG_FORM_EMAIL,
    CONFIG_FORM_CHOICE,
    CONFIG_FORM_CHOICES,
    CONFIG_FORM_TICK
};

struct config_form_field {
    char *id;
    char *label;
    enum config_form_kind kind;
    enum config_form answer; /* OFF: it is not asked */
    char **options;
    size_t option_count;
    char *pattern; /* NULL: any */
};

/* That agents send, or a department asks before a chat. */
struct config_asked {
    char *id;
    char *title;
    char *instructions; /* NULL: none */
    char **departments; /* none: all */
    size_t department_count;
    struct config_form_field *fields;
    size_t field_count;
};

enum config_jwt { CONFIG_JWT_HS256, CONFIG_JWT_EDDSA };
enum config_proof { CONFIG_PROOF_OPTIONAL, CONFIG_PROOF_REQUIRED };
enum config_devices { CONFIG_DEVICES_SHARED, CONFIG_DEVICES_APART };

struct jwt_key;

struct config_jwt_key {
    char *id; /* NULL: of JWTs without kid */
    enum config_jwt algorithm;
    char *file;
    struct jwt_key *made; /* of it */
};

/* How a site signs who its visitors are. */
struct config_identity {
    char *site;
    enum config_proof use;
    enum config_devices devices;
    char *audience; /* NULL before the check: the site's id */
    char *issuer;   /* NULL: any */
    struct config_jwt_key *keys;
    size_t key_count;
    char **attributes;
    size_t attribute_count;
    unsigned lifetime_s;
    unsigned session_s;
};

/* What an hour costs, for reports. */
struct config_rate {
    char *department; /* NULL: any */
    char *email;      /* a domain; NULL: any */
    unsigned cents;   /* hundredths of the currency */
};

/* What a visitor is invited to a chat with, when all of its conditions hold; 0, NULL: not asked. */
struct config_invitation_text {
    char *language;
    char *text;
};

struct config_invitation {
    char *id;
    char *text;
    struct config_invitation_text *texts;
    size_t text_count;
    char **departments; /* none: all */
    size_t department_count;
    char **sites; /* none: all */
    size_t site_count;
    char *page;
    unsigned after_s;
    unsigned scroll; /* per cent */
    bool returns;
    bool leaves;
    char *attribute; /* without data- */
    unsigned attribute_min;
    unsigned visits;
    unsigned rest_s;
};

struct config_site {
    char *id;
    char **origins;
    size_t origin_count;
    bool monitoring; /* of the first: web.monitoring, web.consent */
    bool consent;
    struct config_look look;
};

/* A key, with indexes ("agents[2].jid"), and the line it stood in. */
struct config_place {
    char *key;
    int line;
};

/* What the database says, and the file too: the file counts. */
struct config_shadow {
    char *what; /* "agent nina@example.org" */
    int line;
};

struct config {
    char *file;
    struct config_place *places;
    size_t place_count;
    struct config_shadow *shadows;
    size_t shadow_count;
    char *domain;
    struct {
        char *host;
        int port;
        char *secret; /* from secret: or secret_file: */
        bool plaintext_link;
        struct {
            char *url; /* NULL: none */
            char *user;
            char *password;
        } api;
        enum config_roster roster; /* auto (try), privilege, api, none */
    } server;
    struct {
        char *listen;
        char *public_url;
        char **trusted_proxies;
        size_t trusted_proxy_count;
        bool allow_no_origin;
        bool monitoring;
        bool consent;
        char *widget;          /* folder; default: the installed one */
        char *widget_versions; /* folder of older ones, or NULL; default: the installed ones */
        char *website;         /* folder with demo pages, or NULL */
    } web;
    struct {
        char *listen; /* NULL: there is no such port */
        char **hosts;
        size_t host_count;
        bool remote;
    } metrics;
    struct config_site *sites; /* [0] is 'default' from web.origins */
    size_t site_count;
    struct config_look look; /* of the house */
    struct config_identity *identities;
    size_t identity_count;
    char *storage; /* sqlite:/absolute/path */
    char *control; /* path of the socket; default: control.sock beside the database */
    struct {
        char *directory; /* default: files beside the database */
        unsigned max_bytes, max_per_chat;
        char **upload_services;
        size_t upload_service_count;
    } files;
    struct {
        char *url; /* NULL: no mail goes out */
        char *user;
        char *password;
        char *ca_file;
        enum config_mail_tls tls;
        char *from;
        char *name;     /* NULL: the department's */
        char *reply_to; /* NULL: none */
        unsigned unseen_after_s, give_up_after_hours, max_waiting, per_minute;
        unsigned receipts_per_hour, receipts_per_address;
    } mail;
    char *zone;            /* "": the machine's */
    struct calendar *days; /* of that zone, without hours */
    struct config_calendar *calendars;
    size_t calendar_count;
    char *default_department;
    struct config_department *departments;
    size_t department_count;
    struct config_asked *forms;
    size_t form_count;
    struct config_invitation *invitations;
    size_t invitation_count;
    enum config_duty duty;
    struct config_agent *agents; /* all that any department names, each once */
    size_t agent_count;
    enum config_language language; /* of agents' texts */
    struct config_people {         /* bare JIDs */
        char **jids;
        size_t count;
    } dispatchers, supervisors, administrators, data_protection;
    bool watch_silently;
    struct {
        bool per_agent;
        char *currency;
        struct config_rate *rates;
        size_t rate_count;
    } reports;
    char **masks;
    size_t mask_count;
    unsigned keep_visitors_days; /* 0: for ever */
    unsigned keep_reads_days;
    char *command_prefix; /* one character */
    enum config_contacts contacts;
    enum config_xmpp_visitors visitors_xmpp;
    struct {
        unsigned body_points, body_bytes;
        unsigned streams_per_address, new_streams_per_minute, max_connections, max_visitors,
            max_queue, max_outbox;
        unsigned message_burst; /* then one a second */
        unsigned transfer_s;
        unsigned agent_grace_s, visitor_grace_s, leave_s, linger_s, idle_s;
        unsigned doubt_s, answer_s, offer_s;
        unsigned slot_rest_s, slot_unread_s;
        unsigned token_days;
    } limits;
    int log_level; /* enum log_level */
};

/* NULL and *error = "file:line: key: complaint" (free() it) on failure. */
struct config *config_load(const char *file, char **error);
/* Like config_load from bytes; file is only a name and the base of relative paths (fuzzing, tests).
 * No file is opened but secrets and, if texts of it are replaced, the widget's words. */
struct config *config_parse(const char *file, const char *bytes, size_t len, char **error);
/* The same with what administrators have added in the database (config_settings.c); complaints
 * about that begin "file: in the database: ". */
struct config *config_load_with(const char *file, const struct setting_record *settings,
                                size_t count, char **error);
struct config *config_parse_with(const char *file, const char *bytes, size_t len,
                                 const struct setting_record *settings, size_t count, char **error);
void config_destroy(struct config *c);
/* By its id; NULL: there is none. */
const struct config_site *config_find_site(const struct config *c, const char *id);
/* Whether agents see who is on its pages; NULL: of no site that is known. */
bool config_is_monitored(const struct config *c, const char *site);
/* Whether what would begin by itself on its pages waits for their visitors' consent. */
bool config_asks_consent(const struct config *c, const char *site);
/* Line in which key stood, else that of the nearest key around it, else 1. */
int config_line(const struct config *c, const char *key);
/* May a process that runs by old go on by next? NULL: yes. Else "file:line: key: complaint" (free()
 * it): a key that the table marks, which only a restart changes. */
char *config_change_print(const struct config *old, const struct config *next);
/* The reference in Markdown, from the table; free() it. */
char *config_reference_print(void);
/* The same as a man page, tresen.yml(5); free() it. */
char *config_manual_print(void);
