/* config_table.h - the one table of what the configuration file may say: key, type, default,
 * bounds, help.
 *
 * config_walk.c fills a struct config_draft from a file by it, config_reference.c prints
 * docs/CONFIG.md from it. Inside config*.c only. */
#pragma once

#include "config.h"
#include "config_yaml.h"

#include <stdbool.h>
#include <stddef.h>

struct config_added {
    char *key;   /* "agents[3]" */
    char *words; /* "agent nina@example.org" */
};

/* struct config while it is read, with what is not kept. */
struct config_draft {
    struct config config; /* first: offsets of the table count from here */
    char **origins;       /* web.origins: becomes sites[0] */
    size_t origin_count;
    char *secret_file;
    char *password_file;
    char *mail_password_file;
    char *folder; /* absolute, of the file */
    bool readable_by_others;
    struct config_added *added; /* what settings added: keys without a line in the file */
    size_t added_count;
    struct config_complaint complaint; /* the first; .text NULL: none */
};

/* Records the first complaint only. Always false. take_text is freed. */
bool config_complain(struct config_draft *d, int line, const char *key, char *take_text);

enum config_shape {
    CONFIG_ONE,  /* a value; slot: the value itself */
    CONFIG_MANY, /* a list of values (or a single one); slot: char **, and a count */
    CONFIG_MAP,  /* a map of further options of the table; slot: that of the parent */
    CONFIG_MAPS  /* a list of such maps; slot: an array, and a count */
};

struct config_option;

struct config_type {
    const char *words; /* for the reference */
    /* Puts what text says into *slot. NULL, or a complaint that reads on after the key (free()). */
    char *(*read)(struct config_draft *d, const struct config_option *o, const char *text,
                  void *slot);
};

/* For a type whose value is a string: in place of what there is, a default or what was said before.
 */
void config_put(void *slot, char *take);

struct config_option {
    const char *path; /* "server.port", "departments[].id" */
    enum config_shape shape;
    const struct config_type *type; /* ONE, MANY */
    size_t offset;                  /* in struct config_draft, or in an item of MAPS */
    size_t count_offset;            /* MANY, MAPS */
    size_t item_size;               /* MAPS */
    const char *fallback;       /* as one would write it (MANY: with blanks between); NULL: none */
    const char *fallback_words; /* what the reference says instead */
    bool required;
    bool restart; /* a ONE, text or number: only a restart changes it (config_change_print) */
    unsigned long min, max; /* of a number; of characters; of items; of seconds */
    const char *choices;    /* "off optional required", in the order of the enum */
    const char *example;    /* for the reference */
    const char *help;
};

extern const struct config_option config_options[];
extern const size_t config_option_count;

/* The option whose path is that of parent (NULL: the top) and this key; NULL: unknown. */
const struct config_option *config_option_find(const struct config_option *parent, const char *key);
/* Is o directly inside parent? *name is its last part. */
bool config_option_is_in(const struct config_option *o, const struct config_option *parent,
                         const char **name);

/* Types: config_value.c. */
extern const struct config_type config_type_text;   /* char *: any line */
extern const struct config_type config_type_prefix; /* char *: one character of punctuation */
extern const struct config_type config_type_name;   /* char *: shown to people */
extern const struct config_type config_type_id;     /* char *: [a-z0-9-]{1,40} */
extern const struct config_type config_type_domain; /* char *: prepared */
extern const struct config_type config_type_jid;    /* char *: bare, prepared */
extern const struct config_type
    config_type_origin; /* char *: scheme://host[:port] as browsers send it */
extern const struct config_type config_type_network;  /* char *: address or CIDR */
extern const struct config_type config_type_listen;   /* char *: address:port */
extern const struct config_type config_type_url;      /* char *: http or https */
extern const struct config_type config_type_smtp;     /* char *: smtp or smtps, host[:port] */
extern const struct config_type config_type_email;    /* char *: an address, as mails have it */
extern const struct config_type config_type_path;     /* char *: absolute */
extern const struct config_type config_type_storage;  /* char *: sqlite:absolute path */
extern const struct config_type config_type_number;   /* unsigned */
extern const struct config_type config_type_duration; /* unsigned: seconds */
extern const struct config_type config_type_price;    /* unsigned: hundredths, of "85.50" */
extern const struct config_type config_type_language; /* char *: a tag (BCP 47), small letters */
extern const struct config_type config_type_page;     /* char *: an address or path begins so */
extern const struct config_type
    config_type_color; /* char *: "#rgb", "#rrggbb" (config_check_looks.c) */
extern const struct config_type config_type_flag;   /* bool */
extern const struct config_type config_type_choice; /* an enum */

/* Fills d from the document, defaults included. False: d->complaint. */
bool config_walk(struct config_draft *d, struct config_yaml *y);
/* A value of an item that no file has: its defaults. */
bool config_walk_absent(struct config_draft *d, const struct config_option *maps, const char *key,
                        char *item);
/* Where a key stands; 0: in the database. */
void config_remember(struct config_draft *d, const char *key, int line);
/* Puts the database's settings behind what the file says; both are walked then and not yet checked.
 * False: d->complaint. */
bool config_add_settings(struct config_draft *d, const struct setting_record *settings,
                         size_t count);
/* Of a complaint without a line: what of the database it is about; free() it. */
char *config_added_print(const struct config_draft *d, const char *key);
/* What one key alone cannot tell; reads the secrets. False: d->complaint. */
bool config_check(struct config_draft *d);
/* The same of calendars and duty: config_calendar.c. */
bool config_check_calendars(struct config_draft *d);
/* Forms that agents send. */
bool config_check_forms(struct config_draft *d);
/* Keys of signed identity: reads them. */
bool config_check_identity(struct config_draft *d);
/* The first line of a file that nobody else may read; NULL: *complaint. */
char *config_read_secret_dup(const char *path, char **complaint);
/* Mail: TLS, log-in. */
bool config_check_mail(struct config_draft *d);
/* One of key and key_file (file); the value ends in *secret. False: a complaint. */
bool config_take_secret(struct config_draft *d, const char *key, const char *file, char **secret);
/* Of a URL, an address of this machine: literal, or "localhost". */
bool config_is_loopback_url(const char *url);
/* Figures for Prometheus: config_check_metrics.c. */
bool config_check_metrics(struct config_draft *d);
/* Masks, transcripts: config_check_privacy.c. */
bool config_check_privacy(struct config_draft *d);
/* Texts of the widget: config_check_looks.c. */
bool config_check_looks(struct config_draft *d);
/* Rules, overflow: who is asked for must be there. */
bool config_check_routing(struct config_draft *d);
/* Invitations: config_check_invitations.c. */
bool config_check_invitations(struct config_draft *d);
/* Own fields of tickets. */
bool config_check_own(struct config_draft *d);
/* What is wrong with a shape (base/shape.h), NULL: nothing, or there is none. free() it. */
char *config_pattern_complaint_print(const char *pattern, bool is_text);
/* Service levels: of each priority one, and with a target. */
bool config_check_service(struct config_draft *d);
/* The known word nearest to text among the blank-separated words; NULL: none is near. free() it. */
char *config_nearest_dup(const char *text, const char *words);
