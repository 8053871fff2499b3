/* lint: long because it is one table, a row for each key, and nothing else. */
/* The table. The order is that of docs/CONFIG.md and of complaints about what is missing. */
#include "config_table.h"

#include <string.h>

#define AT(field) .offset = offsetof(struct config_draft, config.field)
#define DRAFT(field) .offset = offsetof(struct config_draft, field)
#define COUNT(field) .count_offset = offsetof(struct config_draft, config.field)
#define IN(type, field) .offset = offsetof(struct type, field)
#define IN_COUNT(type, field) .count_offset = offsetof(struct type, field)
#define LIMIT(key, standard, low, high, words)                                                     \
    {                                                                                              \
        "limits." #key, CONFIG_ONE, &config_type_number, AT(limits.key),                           \
            .fallback = standard, .min = low, .max = high, .help = words                           \
    }

/* How the widget looks, in one place of three; at(field) is where. */
#define LOOK(place, at, count)                                                                     \
    {place ".color",                                                                               \
     CONFIG_ONE,                                                                                   \
     &config_type_color,                                                                           \
     at(color),                                                                                    \
     .example = "\"#0b5cad\"",                                                                     \
     .help = "Of the button, the header, the visitor's lines. Black or white on it is chosen by "  \
             "contrast."},                                                                         \
        {place ".position",                                                                        \
         CONFIG_ONE,                                                                               \
         &config_type_choice,                                                                      \
         at(position),                                                                             \
         .fallback = "default",                                                                    \
         .choices = "default left right",                                                          \
         .help = "The corner. By default the right one."},                                         \
        {place ".launcher",                                                                        \
         CONFIG_ONE,                                                                               \
         &config_type_choice,                                                                      \
         at(launcher),                                                                             \
         .fallback = "default",                                                                    \
         .choices = "default icon text",                                                           \
         .help = "The button: a drawing, or the text `open` beside it, too. By default the "       \
                 "drawing alone."},                                                                \
        {place ".absent",                                                                          \
         CONFIG_ONE,                                                                               \
         &config_type_choice,                                                                      \
         at(absent),                                                                               \
         .fallback = "default",                                                                    \
         .choices = "default show hint hide",                                                      \
         .help = "While nobody is there, which is so outside of the `calendar`, too: the button "  \
                 "as ever, or with the text `unavailable` beside it, or no button (but for who "   \
                 "is in a conversation). By default `show`."},                                     \
        {place ".greeting",                                                                        \
         CONFIG_ONE,                                                                               \
         &config_type_text,                                                                        \
         at(greeting),                                                                             \
         .min = 1,                                                                                 \
         .max = 200,                                                                               \
         .example = "Moin!",                                                                       \
         .help = "Stands large in the empty panel, in every language: the text `hello`."},         \
        {place ".texts",                                                                           \
         CONFIG_MAPS,                                                                              \
         at(texts),                                                                                \
         count,                                                                                    \
         .item_size = sizeof(struct config_text),                                                  \
         .max = 200,                                                                               \
         .help = "Texts of the widget in words of your own."},                                     \
        {place ".texts[].key",                                                                     \
         CONFIG_ONE,                                                                               \
         &config_type_text,                                                                        \
         IN(config_text, key),                                                                     \
         .required = true,                                                                         \
         .min = 1,                                                                                 \
         .max = 40,                                                                                \
         .example = "ticket.list",                                                                 \
         .help = "Its name: in `words.json` of the widget's folder stand all."},                   \
        {place ".texts[].language",                                                                \
         CONFIG_ONE,                                                                               \
         &config_type_id,                                                                          \
         IN(config_text, language),                                                                \
         .min = 1,                                                                                 \
         .max = 8,                                                                                 \
         .fallback_words = "each",                                                                 \
         .example = "de",                                                                          \
         .help = "For visitors who read the widget in this language."},                            \
    {                                                                                              \
        place ".texts[].text", CONFIG_ONE, &config_type_text, IN(config_text, text),               \
            .required = true, .min = 1, .max = 500, .example = "Ihre Vorgänge",                    \
            .help = "What is shown instead. Names in `{}` are filled in, those that the widget's " \
                    "own text has."                                                                \
    }
#define OF_HOUSE(field) AT(look.field)
#define OF_SITE(field) IN(config_site, look.field)
#define OF_DEPARTMENT(field) IN(config_department, look.field)

const struct config_option config_options[] = {
    {"domain", CONFIG_ONE, &config_type_domain, AT(domain), .restart = true, .required = true,
     .example = "support.example.org",
     .help = "The component's domain, as the XMPP server knows it. Departments and visitors are "
             "addresses in it."},

    {"server", CONFIG_MAP, .required = true,
     .help = "The XMPP server that Tresen is a component of (XEP-0114)."},
    {"server.host", CONFIG_ONE, &config_type_text, AT(server.host), .restart = true,
     .fallback = "127.0.0.1", .min = 1, .max = 253,
     .help = "Where the server listens for components: an address or a name."},
    {"server.port", CONFIG_ONE, &config_type_number, AT(server.port), .restart = true,
     .fallback = "5347", .min = 1, .max = 65535,
     .help = "Prosody: `component_ports`; ejabberd: the port of `ejabberd_service`."},
    {"server.secret_file", CONFIG_ONE, &config_type_path, DRAFT(secret_file), .example = "secret",
     .help = "File with the component's secret in its first line, readable by Tresen's user only "
             "(mode 0600). This or `secret` must be there."},
    {"server.secret", CONFIG_ONE, &config_type_text, AT(server.secret), .min = 1, .max = 1000,
     .help = "The secret itself, if this file cannot be read by others. Another one, here or in "
             "`secret_file`, is used when the link connects next."},
    {"server.plaintext_link", CONFIG_ONE, &config_type_flag, AT(server.plaintext_link),
     .fallback = "no",
     .help =
         "`yes` allows a server beyond this machine. Component links are clear text: everything "
         "said in chats can be read and changed on the way, so use a tunnel or VPN."},
    {"server.roster", CONFIG_ONE, &config_type_choice, AT(server.roster), .fallback = "auto",
     .choices = "auto privilege api none",
     .help = "How visitors come into agents' rosters: XEP-0356 (`privilege`), ejabberd's HTTP API "
             "(`api`), not at all (`none`: then every agent has slots, see `contacts`), or what "
             "turns out "
             "to work, in this order (`auto`). `tresen check --roster-trial` tells."},
    {"server.api", CONFIG_MAP, .help = "ejabberd's HTTP API, for rosters."},
    {"server.api.url", CONFIG_ONE, &config_type_url, AT(server.api.url), .required = true,
     .example = "http://127.0.0.1:5280/api", .help = "Address of `mod_http_api`."},
    {"server.api.user", CONFIG_ONE, &config_type_jid, AT(server.api.user), .required = true,
     .example = "tresen@example.org",
     .help = "Account that may call `add_rosteritem` and `delete_rosteritem`."},
    {"server.api.password_file", CONFIG_ONE, &config_type_path, DRAFT(password_file),
     .help =
         "File with its password in the first line, mode 0600. This or `password` must be there."},
    {"server.api.password", CONFIG_ONE, &config_type_text, AT(server.api.password), .min = 1,
     .max = 1000, .help = "The password itself, if this file cannot be read by others."},

    {"web", CONFIG_MAP, .required = true, .help = "What visitors' browsers talk to."},
    {"web.listen", CONFIG_ONE, &config_type_listen, AT(web.listen), .restart = true,
     .fallback = "127.0.0.1:8080",
     .help = "Address and port (`\"[::1]:8080\"` for IPv6, port 0: any free one). It speaks plain "
             "HTTP: put the website's reverse proxy before it (docs/INSTALL.md)."},
    {"web.origins", CONFIG_MANY, &config_type_origin, DRAFT(origins),
     .count_offset = offsetof(struct config_draft, origin_count), .required = true, .min = 1,
     .max = 100, .example = "[\"https://www.example.org\"]",
     .help =
         "Websites that may embed the widget, as the browser's address bar shows them, without a "
         "path. They are the site `default`."},
    {"web.public_url", CONFIG_ONE, &config_type_url, AT(web.public_url),
     .example = "https://chat.example.org",
     .help = "Where browsers reach Tresen through the proxy. Default: where the widget's script "
             "came from. Files come in, and are opened, only where it is set."},
    {"web.trusted_proxies", CONFIG_MANY, &config_type_network, AT(web.trusted_proxies),
     COUNT(web.trusted_proxy_count), .fallback = "127.0.0.0/8 ::1/128", .max = 100,
     .help = "Proxies whose `X-Forwarded-For` tells the visitor's address."},
    {"web.allow_no_origin", CONFIG_ONE, &config_type_flag, AT(web.allow_no_origin),
     .fallback = "no",
     .help =
         "`yes` lets in clients that send no `Origin`: apps and test programs, never browsers."},
    {"web.monitoring", CONFIG_ONE, &config_type_flag, AT(web.monitoring), .fallback = "no",
     .help = "`yes`: agents who are there see who is on the pages of the site `default`, with page "
             "and time, as contacts, and may write to them first. Say so on the site "
             "(docs/PRIVACY.md); agents whose contacts are slots see none. Who reads counts in "
             "`limits.max_visitors`."},
    {"web.consent", CONFIG_ONE, &config_type_flag, AT(web.consent), .fallback = "no",
     .help = "`yes`: on pages of the site `default` what would begin by itself, invitations and "
             "monitoring, waits until the page has called `tresen('consent')` (docs/WIDGET.md)."},
    {"web.widget", CONFIG_ONE, &config_type_path, AT(web.widget), .restart = true,
     .fallback_words = "the one installed with the program", .help = "Folder of the built widget."},
    {"web.widget_versions", CONFIG_ONE, &config_type_path, AT(web.widget_versions), .restart = true,
     .fallback_words = "those installed with the program",
     .help =
         "Folder with older versions of it, each in a folder named by its version. They are "
         "served at `/w/VERSION/` as long as they are there, for websites that have pinned one."},
    {"web.website", CONFIG_ONE, &config_type_path, AT(web.website), .restart = true,
     .help = "Folder with pages that are served at `/`: the demo shop."},

    {"sites", CONFIG_MAPS, AT(sites), COUNT(site_count), .item_size = sizeof(struct config_site),
     .max = 100,
     .help = "Further websites that are kept apart: a visitor of one is a stranger to the others."},
    {"sites[].id", CONFIG_ONE, &config_type_id, IN(config_site, id), .required = true, .min = 1,
     .max = 40, .help = "Small letters, digits and `-`; `default` is taken."},
    {"sites[].origins", CONFIG_MANY, &config_type_origin, IN(config_site, origins),
     IN_COUNT(config_site, origin_count), .required = true, .min = 1, .max = 100,
     .help = "As `web.origins`. An origin belongs to one site."},

    {"sites[].monitoring", CONFIG_ONE, &config_type_flag, IN(config_site, monitoring),
     .fallback = "no", .help = "As `web.monitoring`."},
    {"sites[].consent", CONFIG_ONE, &config_type_flag, IN(config_site, consent), .fallback = "no",
     .help = "As `web.consent`."},

    {"sites[].widget", CONFIG_MAP, .help = "As `widget`, of this website; it goes before that."},
    LOOK("sites[].widget", OF_SITE, IN_COUNT(config_site, look.text_count)),

    {"widget", CONFIG_MAP,
     .help = "How the widget looks and what it says, on all websites. What `sites[].widget` says "
             "goes before it, what `departments[].widget` says before that, and before all what "
             "stands on the page (docs/WIDGET.md). Browsers know a change within half a minute."},
    LOOK("widget", OF_HOUSE, COUNT(look.text_count)),

    {"identity", CONFIG_MAPS, AT(identities), COUNT(identity_count),
     .item_size = sizeof(struct config_identity), .max = 100,
     .help = "Websites that say who their visitors are, by a JWT that their server has signed "
             "(docs/OPERATIONS.md). Agents see that such a visitor is verified. Read again at a "
             "reload: "
             "so keys are changed."},
    {"identity[].site", CONFIG_ONE, &config_type_id, IN(config_identity, site),
     .fallback = "default", .min = 1, .max = 40,
     .help = "The site: `default` is that of `web.origins`, others are ids of `sites`."},
    {"identity[].use", CONFIG_ONE, &config_type_choice, IN(config_identity, use),
     .fallback = "optional", .choices = "optional required",
     .help =
         "`required`: nobody can write without. `default` includes visitors with XMPP clients."},
    {"identity[].devices", CONFIG_ONE, &config_type_choice, IN(config_identity, devices),
     .fallback = "shared", .choices = "shared apart",
     .help = "`shared`: the same person is one visitor on all devices, with one history; `apart`: "
             "another one on each."},
    {"identity[].audience", CONFIG_ONE, &config_type_name, IN(config_identity, audience), .min = 1,
     .max = 200, .fallback_words = "the site", .example = "support.example.org",
     .help = "What `aud` must be. What is signed for others is not good here."},
    {"identity[].issuer", CONFIG_ONE, &config_type_name, IN(config_identity, issuer), .min = 1,
     .max = 200, .fallback_words = "not asked", .example = "https://shop.example",
     .help = "What `iss` must be."},
    {"identity[].lifetime", CONFIG_ONE, &config_type_duration, IN(config_identity, lifetime_s),
     .fallback = "1h", .min = 60, .max = 86400,
     .help = "How long a JWT may be good: `exp` behind `iat`. Minutes are enough."},
    {"identity[].session", CONFIG_ONE, &config_type_duration, IN(config_identity, session_s),
     .fallback = "12h", .min = 60, .max = 2592000,
     .help =
         "Behind `iat`; so long a page that was let in reconnects with its JWT, though that has "
         "run out."},
    {"identity[].attributes", CONFIG_MANY, &config_type_name, IN(config_identity, attributes),
     IN_COUNT(config_identity, attribute_count), .max = 20, .example = "[customer_number, plan]",
     .help = "Claims that agents see and that are stored; `name` and `email` always are."},
    {"identity[].keys", CONFIG_MAPS, IN(config_identity, keys),
     IN_COUNT(config_identity, key_count), .item_size = sizeof(struct config_jwt_key),
     .required = true, .min = 1, .max = 4,
     .help = "What signatures are checked with. To change a key, put the new one beside the old "
             "one, sign with it, and take the old one out."},
    {"identity[].keys[].id", CONFIG_ONE, &config_type_name, IN(config_jwt_key, id), .min = 1,
     .max = 64, .fallback_words = "none", .example = "\"2026\"",
     .help = "The `kid` of JWTs that are signed with it. A JWT without `kid` is of the first key."},
    {"identity[].keys[].algorithm", CONFIG_ONE, &config_type_choice, IN(config_jwt_key, algorithm),
     .required = true, .choices = "HS256 EdDSA", .example = "HS256",
     .help = "The only one that this key is good for."},
    {"identity[].keys[].file", CONFIG_ONE, &config_type_path, IN(config_jwt_key, file),
     .required = true, .example = "identity.key",
     .help = "HS256: the secret in its first line, 32 characters or more, mode 0600. EdDSA: the "
             "public Ed25519 key (PEM), which others may read but not write."},

    {"storage", CONFIG_ONE, &config_type_storage, AT(storage), .restart = true, .required = true,
     .example = "sqlite:tresen.db", .help = "The database: `sqlite:` and a path."},
    {"control", CONFIG_ONE, &config_type_path, AT(control), .restart = true,
     .fallback_words = "`control.sock` beside the database",
     .help =
         "Socket through which `tresen status`, `check` and `backup` reach the running daemon."},

    {"metrics", CONFIG_MAP,
     .help = "Figures for Prometheus: how many visitors, chats and agents there are, how the link, "
             "the outbox and the database do (docs/OPERATIONS.md). None of a person."},
    {"metrics.listen", CONFIG_ONE, &config_type_listen, AT(metrics.listen), .restart = true,
     .fallback_words = "no such port", .example = "\"127.0.0.1:9464\"",
     .help = "Address and port of `/metrics`, apart from what browsers reach. Whoever reaches it "
             "reads it."},
    {"metrics.hosts", CONFIG_MANY, &config_type_domain, AT(metrics.hosts),
     COUNT(metrics.host_count), .max = 20, .example = "[desk.example.org]",
     .help = "Names by which it may be asked for (`Host`), besides addresses and `localhost`: a "
             "name of a stranger's could be a page's way in."},
    {"metrics.remote", CONFIG_ONE, &config_type_flag, AT(metrics.remote), .fallback = "no",
     .help = "`yes` allows an address that others than this machine reach, without encryption and "
             "password: let a firewall say who."},

    {"files", CONFIG_MAP,
     .help = "Files of chats. Tresen keeps its own copy of each, as long as the chat is kept."},
    {"files.directory", CONFIG_ONE, &config_type_path, AT(files.directory), .restart = true,
     .fallback_words = "`files` beside the database",
     .help = "Folder of the copies, made if it is not there. A backup needs it as well as the "
             "database."},
    {"files.upload_services", CONFIG_MANY, &config_type_url, AT(files.upload_services),
     COUNT(files.upload_service_count), .max = 300,
     .example = "[\"https://upload.example.org:5281/file_share\"]",
     .help = "Addresses below which agents' servers keep what agents upload (XEP-0363). Only files "
             "there are copied; it needs `web.public_url`. Without it a visitor gets the link "
             "alone, which ends when the server forgets the file."},
    {"files.max_bytes", CONFIG_ONE, &config_type_number, AT(files.max_bytes),
     .fallback = "10485760", .min = 1024, .max = 1073741824, .help = "Of one file."},
    {"files.max_per_chat", CONFIG_ONE, &config_type_number, AT(files.max_per_chat),
     .fallback = "20", .min = 1, .max = 1000, .help = "Files of one chat."},

    {"mail", CONFIG_MAP,
     .help = "E-mail to visitors who have given an address: a receipt for a message that was left, "
             "and what agents say on a ticket, if no page of theirs has shown it after a while. "
             "Without `mail` none goes out, and nothing promises any. What comes in by mail is not "
             "read by Tresen."},
    {"mail.url", CONFIG_ONE, &config_type_smtp, AT(mail.url), .required = true,
     .example = "smtp://mail.example.org:587",
     .help =
         "The server that takes mail from us: `smtp://` (STARTTLS) or `smtps://` (TLS). Without "
         "TLS, or with a certificate that is not good for this name, nothing is sent."},
    {"mail.from", CONFIG_ONE, &config_type_email, AT(mail.from), .required = true,
     .example = "support@example.org",
     .help = "Whom mails come from; also the sender on the envelope, so what cannot be delivered "
             "comes back to it. The server must let us use it."},
    {"mail.name", CONFIG_ONE, &config_type_name, AT(mail.name), .min = 1, .max = 80,
     .fallback_words = "the department's", .example = "Harbour Coffee",
     .help = "The name before that address."},
    {"mail.reply_to", CONFIG_ONE, &config_type_email, AT(mail.reply_to),
     .example = "office@example.org",
     .help = "A mailbox that people read. Without it mails say that nobody reads what is answered "
             "to them."},
    {"mail.user", CONFIG_ONE, &config_type_text, AT(mail.user), .min = 1, .max = 250,
     .example = "support@example.org", .help = "To log in with; without it we do not."},
    {"mail.password_file", CONFIG_ONE, &config_type_path, DRAFT(mail_password_file),
     .help = "File with its password in the first line, mode 0600. With `user`, this or `password` "
             "must be there."},
    {"mail.password", CONFIG_ONE, &config_type_text, AT(mail.password), .min = 1, .max = 1000,
     .help = "The password itself, if this file cannot be read by others."},
    {"mail.ca_file", CONFIG_ONE, &config_type_path, AT(mail.ca_file),
     .fallback_words = "those that the system trusts",
     .help = "Certificates (PEM) that the server's must be signed by, for an authority of one's "
             "own."},
    {"mail.tls", CONFIG_ONE, &config_type_choice, AT(mail.tls), .fallback = "required",
     .choices = "required none",
     .help = "`none` only for a server on this machine (`smtp://127.0.0.1:25`)."},
    {"mail.unseen_after_s", CONFIG_ONE, &config_type_number, AT(mail.unseen_after_s),
     .fallback = "600", .min = 1, .max = 604800,
     .help = "Seconds after which what an agent has said on a ticket goes out by mail, unless a "
             "page of the visitor's has shown it; what is said until then goes with it."},
    {"mail.give_up_after_hours", CONFIG_ONE, &config_type_number, AT(mail.give_up_after_hours),
     .fallback = "72", .min = 1, .max = 720,
     .help = "Hours for which a mail that cannot be sent is tried again. Then the record says so."},
    {"mail.max_waiting", CONFIG_ONE, &config_type_number, AT(mail.max_waiting), .fallback = "10000",
     .min = 1, .max = 100000,
     .help =
         "Mails that wait to be sent. Beyond, no receipt is promised, and the record says which "
         "answer did not go out."},
    {"mail.per_minute", CONFIG_ONE, &config_type_number, AT(mail.per_minute), .fallback = "60",
     .min = 1, .max = 600, .help = "Mails that are sent in a minute; the others wait."},
    {"mail.receipts_per_hour", CONFIG_ONE, &config_type_number, AT(mail.receipts_per_hour),
     .fallback = "200", .min = 1, .max = 100000,
     .help = "Receipts to all addresses together: anybody can type anybody's. Beyond, visitors see "
             "their number on the page alone."},
    {"mail.receipts_per_address", CONFIG_ONE, &config_type_number, AT(mail.receipts_per_address),
     .fallback = "3", .min = 1, .max = 100, .help = "The same to one address, in an hour."},

    {"default_department", CONFIG_ONE, &config_type_id, AT(default_department), .min = 1, .max = 40,
     .fallback_words = "the first one", .help = "Who is meant by writing to the domain itself."},
    {"departments", CONFIG_MAPS, AT(departments), COUNT(department_count),
     .item_size = sizeof(struct config_department), .required = true, .min = 1, .max = 200,
     .help = "Whom visitors can talk to. Each is an address, `id@domain`."},
    {"departments[].id", CONFIG_ONE, &config_type_id, IN(config_department, id), .required = true,
     .min = 1, .max = 40,
     .help = "Small letters, digits and `-`; may not begin with `visitor-`, `slot-` or `ticket-`."},
    {"departments[].name", CONFIG_ONE, &config_type_name, IN(config_department, name), .min = 1,
     .max = 40, .fallback_words = "the id with a capital", .help = "Shown to visitors and agents."},
    {"departments[].agents", CONFIG_MANY, &config_type_jid, IN(config_department, agents),
     IN_COUNT(config_department, agent_count), .required = true, .min = 1, .max = 500,
     .example = "[nina@example.org]", .help = "Their XMPP addresses, here or on other servers."},
    {"departments[].form", CONFIG_MAP, .help = "What a visitor is asked before the first message."},
    {"departments[].form.name", CONFIG_ONE, &config_type_choice, IN(config_department, form_name),
     .fallback = "off", .choices = "off optional required", .help = "The visitor's name."},
    {"departments[].form.email", CONFIG_ONE, &config_type_choice, IN(config_department, form_email),
     .fallback = "off", .choices = "off optional required",
     .help = "The visitor's e-mail address."},
    {"departments[].form.ask", CONFIG_ONE, &config_type_id, IN(config_department, form_ask),
     .min = 1, .max = 40, .fallback_words = "nothing else", .example = "contact",
     .help = "The `id` of one of `forms`, whose fields are asked, too: before each chat anew. What "
             "is answered is known of the visitor, stands in the record, is shown to agents with "
             "the offer, and `rules` can look at it. The widget asks it; where a field is "
             "`required`, who comes by an XMPP client of their own cannot begin a chat here, and "
             "agents cannot write first to who only reads."},
    {"departments[].uploads", CONFIG_ONE, &config_type_flag, IN(config_department, uploads),
     .fallback = "yes",
     .help = "`no`: visitors cannot send files to this department. Else they can where "
             "`web.public_url` is set."},
    {"departments[].routing", CONFIG_ONE, &config_type_choice, IN(config_department, routing),
     .fallback = "all", .choices = "all round_robin least_busy last_agent",
     .help =
         "To whom of those who could take it a waiting chat is offered: to all at once, and the "
         "first answer takes it; or to one after the other (`limits.offer_s`): in turn, to who "
         "has the fewest chats, or first to whom this visitor talked to last, then to who has "
         "the fewest."},
    {"departments[].max_queue", CONFIG_ONE, &config_type_number, IN(config_department, max_queue),
     .min = 1, .max = 10000, .fallback_words = "`limits.max_queue`",
     .help = "Chats that wait in this department; the next visitor is told so and how many wait. "
             "As many messages may be left, apart from them (with `left: ticket`, within "
             "`limits.linger_s`)."},
    {"departments[].max_browsing", CONFIG_ONE, &config_type_number,
     IN(config_department, max_browsing), .fallback = "20", .min = 0, .max = 200,
     .help = "Visitors without a chat that its agents see at once, where a site is monitored: who "
             "came first."},
    {"departments[].capacity", CONFIG_ONE, &config_type_number, IN(config_department, capacity),
     .min = 1, .max = 10000, .fallback_words = "as many as its agents have seats",
     .help = "Chats of this department at once, whoever has them. It binds offers: an agent who "
             "takes a chat by themselves is not stopped."},
    {"departments[].overflow", CONFIG_MAP,
     .help = "Who waits too long is offered to another department's agents, too. The visitor's "
             "conversation stays at the address that was written to."},
    {"departments[].overflow.after_s", CONFIG_ONE, &config_type_number,
     IN(config_department, overflow_after_s), .required = true, .max = 86400, .example = "60",
     .help = "Seconds of waiting."},
    {"departments[].overflow.to", CONFIG_ONE, &config_type_id, IN(config_department, overflow_to),
     .required = true, .min = 1, .max = 40, .example = "help", .help = "The other department."},
    {"departments[].tickets", CONFIG_ONE, &config_type_choice, IN(config_department, tickets),
     .fallback = "ask", .choices = "ask always never",
     .help = "Which chats become tickets when they end: those of which an agent says so (`!end "
             "ticket`, or `!convert` later), all of them, or none. Of all: what an agent ends with "
             "`!end` is solved, what an agent had and somebody else ended is open, and what nobody "
             "answered is new."},
    {"departments[].close_solved_after_days", CONFIG_ONE, &config_type_number,
     IN(config_department, close_solved_after_days), .fallback = "0", .max = 3660,
     .help = "Days after which a solved ticket that nobody has opened again is closed. 0: never."},
    {"departments[].service_levels", CONFIG_MAPS, IN(config_department, service_levels),
     IN_COUNT(config_department, service_level_count),
     .item_size = sizeof(struct config_service_level), .min = 1, .max = 5,
     .help =
         "How soon tickets are to be answered and solved. The time is opening time: that of the "
         "department's `calendar`, all time without one. It rests while a ticket waits for the "
         "requester. When four fifths have passed, whoever has the ticket is told, or, if "
         "nobody has it, the agents of the department; when all has, `roles.supervisors`, "
         "too."},
    {"departments[].service_levels[].priority", CONFIG_ONE, &config_type_choice,
     IN(config_service_level, priority), .fallback = "any", .choices = "any low normal high urgent",
     .help = "For tickets of this priority; `any`: for those that have no level of their own."},
    {"departments[].service_levels[].first_answer", CONFIG_ONE, &config_type_duration,
     IN(config_service_level, first_answer_s), .min = 1, .max = 31536000, .example = "30m",
     .help = "From the first line of the requester, in the chat, to that of an agent."},
    {"departments[].service_levels[].next_answer", CONFIG_ONE, &config_type_duration,
     IN(config_service_level, next_answer_s), .min = 1, .max = 31536000, .example = "4h",
     .help = "From a later line of the requester to the next of an agent."},
    {"departments[].service_levels[].solution", CONFIG_ONE, &config_type_duration,
     IN(config_service_level, solution_s), .min = 1, .max = 31536000, .example = "40h",
     .help = "From the first line of the requester until the ticket is solved."},
    {"departments[].transcript", CONFIG_ONE, &config_type_flag, IN(config_department, transcript),
     .fallback = "yes",
     .help =
         "`no`: nothing that is said in chats that begin here is stored, not even for a moment: "
         "lines are in memory only, and servers are asked not to keep them (XEP-0334). There "
         "are no tickets, no files and no history of them; with a restart of Tresen what was "
         "said is gone. That there was a chat is stored, and what the form asks."},
    {"departments[].keep", CONFIG_MAP,
     .help = "How long what is over is kept; then it is erased, with its files. Once an hour what "
             "is old enough goes, and the log says how much it was."},
    {"departments[].keep.chats_days", CONFIG_ONE, &config_type_number,
     IN(config_department, keep_chats_days), .max = 36500, .fallback = "0",
     .help = "Days after the end of a chat that is no ticket; 0: for ever."},
    {"departments[].keep.tickets_days", CONFIG_ONE, &config_type_number,
     IN(config_department, keep_tickets_days), .max = 36500, .fallback = "0",
     .help = "Days after the last change of a ticket that is solved or closed; 0: for ever. What "
             "is still to be done is never erased by time."},
    {"departments[].reopen_days", CONFIG_ONE, &config_type_number,
     IN(config_department, reopen_days), .max = 3650, .fallback = "30",
     .help = "What a visitor answers to a ticket that is closed opens it again for so many days; "
             "after that, and with 0 at once, a new chat begins."},
    {"departments[].left", CONFIG_ONE, &config_type_choice, IN(config_department, left),
     .fallback = "ticket", .choices = "ticket chat",
     .help =
         "What becomes of a message that is left: who writes while nobody is there or the "
         "department is closed, who waited and went (`limits.visitor_grace_s`), and who says so "
         "while waiting. `ticket`: its chat ends and it is a new ticket, whose number the "
         "visitor is told; agents are told when they come. `chat`: it waits in the queue and is "
         "offered when somebody comes; so it is also with `tickets: never`."},
    {"departments[].rating", CONFIG_ONE, &config_type_choice, IN(config_department, rating),
     .fallback = "none", .choices = "none stars thumbs",
     .help = "What visitors are asked when a chat of theirs has ended that an agent had: `stars` "
             "(1 to 5) or `thumbs` (up or down), with a few words if they like; they may pass it "
             "over. Whoever had the chat is told, and reports count it."},
    {"departments[].consent", CONFIG_ONE, &config_type_name, IN(config_department, consent),
     .min = 1, .max = 1000, .example = "I agree that my message is stored.",
     .help = "What a visitor must tick before the first message. With whom agreed is kept when, "
             "and to which text; who has agreed is asked again when the text changes."},
    {"departments[].widget", CONFIG_MAP, .help = "As `widget`, of this department."},
    LOOK("departments[].widget", OF_DEPARTMENT, IN_COUNT(config_department, look.text_count)),
    {"departments[].fields", CONFIG_MAPS, IN(config_department, fields),
     IN_COUNT(config_department, field_count), .item_size = sizeof(struct config_own_field),
     .max = 20,
     .help = "What the tickets of this department have besides what all have. Agents write it with "
             "`!set`, in the chat already, by typing or by form. A value stays with its ticket, "
             "also in another department, and when the field is taken out here."},
    {"departments[].fields[].name", CONFIG_ONE, &config_type_id, IN(config_own_field, name),
     .required = true, .min = 1, .max = 40, .example = "order",
     .help = "What agents type, and what exports call it. Small letters, digits and `-`; `name`, "
             "`email` and `phone` are the visitor's, `state`, `due`, `owner` and `subject` every "
             "ticket has."},
    {"departments[].fields[].label", CONFIG_ONE, &config_type_name, IN(config_own_field, label),
     .min = 1, .max = 60, .fallback_words = "the name", .example = "Order number",
     .help = "How it is shown; agents can type that, too."},
    {"departments[].fields[].type", CONFIG_ONE, &config_type_choice, IN(config_own_field, kind),
     .fallback = "text", .choices = "text number date list boolean",
     .help = "One line (400 bytes); a number, with a point or comma; a day (`2026-12-31` or "
             "`31.12.2026`); one of `options`; yes or no."},
    {"departments[].fields[].options", CONFIG_MANY, &config_type_name,
     IN(config_own_field, options), IN_COUNT(config_own_field, option_count), .max = 60,
     .example = "[repair, refund]", .help = "Of a `list`: 2 to 30 values."},
    {"departments[].fields[].required", CONFIG_ONE, &config_type_choice,
     IN(config_own_field, required), .fallback = "no", .choices = "no solved",
     .help = "`solved`: without it no ticket is solved, and where each chat becomes a ticket "
             "(`tickets: always`) no agent ends one with `!end`. A ticket can be closed without."},
    {"departments[].fields[].pattern", CONFIG_ONE, &config_type_text, IN(config_own_field, pattern),
     .min = 1, .max = 64, .example = "\"K-######\"",
     .help = "Of a `text`: how it must look, sign by sign. `#` stands for a digit, `@` for a "
             "letter, `?` for either, all else for itself."},
    {"departments[].rules", CONFIG_MAPS, IN(config_department, rules),
     IN_COUNT(config_department, rule_count), .item_size = sizeof(struct config_rule), .max = 50,
     .help = "What the chats of some visitors ask for. Each rule has conditions (`language`, "
             "`email`, `page`, `field`; without any it fits everybody), all of which must fit, and "
             "what follows (`require`, `prefer`, `priority`). All rules that fit when a chat "
             "begins are "
             "applied. They look at what the visitor says, which need not be true."},
    {"departments[].rules[].language", CONFIG_ONE, &config_type_language, IN(config_rule, language),
     .example = "de", .help = "The visitor's language; `de` is `de-AT`, too."},
    {"departments[].rules[].email", CONFIG_ONE, &config_type_domain, IN(config_rule, email),
     .example = "bigcustomer.example",
     .help =
         "Domain of the e-mail address that the visitor gave in the form; domains below it, too."},
    {"departments[].rules[].page", CONFIG_ONE, &config_type_page, IN(config_rule, page),
     .example = "/billing/",
     .help = "How the address of the page begins on which the chat began; from `/`, its path."},
    {"departments[].rules[].field", CONFIG_ONE, &config_type_id, IN(config_rule, field), .min = 1,
     .max = 40, .example = "topic",
     .help = "What is known of the visitor by that name: a field of the form (`form.ask`), or what "
             "an agent has kept (`!set`). With `is`."},
    {"departments[].rules[].is", CONFIG_ONE, &config_type_name, IN(config_rule, is), .min = 1,
     .max = 200, .example = "Billing",
     .help = "What it must be, in any case; of several options that were chosen, one of them. Of a "
             "box `yes` or `no`."},
    {"departments[].rules[].require", CONFIG_MAP,
     .help = "What an agent must have to be asked. If nobody who is there has it, the visitor "
             "leaves a message."},
    {"departments[].rules[].require.skill", CONFIG_ONE, &config_type_id,
     IN(config_rule, require.skill), .min = 1, .max = 40, .example = "billing",
     .help = "One of `agents[].skills`."},
    {"departments[].rules[].require.language", CONFIG_ONE, &config_type_language,
     IN(config_rule, require.language), .example = "de",
     .help = "One of `agents[].languages`; `visitor` is the visitor's own."},
    {"departments[].rules[].require.level", CONFIG_ONE, &config_type_number,
     IN(config_rule, require.level), .min = 1, .max = 3, .help = "At least this `agents[].level`."},
    {"departments[].rules[].prefer", CONFIG_MAP,
     .help = "What an agent should have. The others are asked if nobody who has it is free or has "
             "answered."},
    {"departments[].rules[].prefer.skill", CONFIG_ONE, &config_type_id,
     IN(config_rule, prefer.skill), .min = 1, .max = 40, .example = "billing",
     .help = "As in `require`."},
    {"departments[].rules[].prefer.language", CONFIG_ONE, &config_type_language,
     IN(config_rule, prefer.language), .example = "visitor", .help = "As in `require`."},
    {"departments[].rules[].prefer.level", CONFIG_ONE, &config_type_number,
     IN(config_rule, prefer.level), .min = 1, .max = 3, .help = "As in `require`."},
    {"departments[].rules[].priority", CONFIG_ONE, &config_type_choice, IN(config_rule, priority),
     .fallback = "keep", .choices = "keep low normal high urgent",
     .help =
         "The chat's place in the line: it counts as a quarter of an hour less or more that the "
         "visitor has waited, `urgent` as an hour. Of several rules the most urgent counts."},

    {"departments[].calendar", CONFIG_ONE, &config_type_id, IN(config_department, calendar),
     .min = 1, .max = 40, .fallback_words = "none: it is never closed",
     .help =
         "When chats are offered: the `id` of one of `calendars`. Outside of its hours visitors "
         "see that nobody is there and leave messages, and who still waits at closing time is "
         "told so; chats that have begun go on."},
    {"departments[].call_absent_after_s", CONFIG_ONE, &config_type_number,
     IN(config_department, call_absent_after_s), .fallback = "0", .min = 0, .max = 86400,
     .help = "Seconds that a visitor waits before agents of the department who are online nowhere, "
             "or off duty, are told by an XMPP message; once a wait, and again when somebody has "
             "taken the chat. 0: never."},

    {"forms", CONFIG_MAPS, AT(forms), COUNT(form_count), .item_size = sizeof(struct config_asked),
     .max = 50,
     .help = "Forms that agents send to visitors (`!ask`), or that a department asks before a chat "
             "(`departments[].form.ask`). What is answered is known of the visitor from then on "
             "and stands in the record. A form that was sent stays what it "
             "was, whatever stands here later."},
    {"forms[].id", CONFIG_ONE, &config_type_id, IN(config_asked, id), .required = true, .min = 1,
     .max = 40, .example = "return",
     .help = "What agents type. Small letters, digits and `-`; not `-` alone."},
    {"forms[].title", CONFIG_ONE, &config_type_name, IN(config_asked, title), .required = true,
     .min = 1, .max = 80, .example = "Return of goods",
     .help = "Shown to visitors and agents, in the language of your visitors."},
    {"forms[].instructions", CONFIG_ONE, &config_type_name, IN(config_asked, instructions),
     .min = 1, .max = 400, .example = "So that we can send you a label.",
     .help = "Shown to visitors below the title, where an agent sends it."},
    {"forms[].departments", CONFIG_MANY, &config_type_id, IN(config_asked, departments),
     IN_COUNT(config_asked, department_count), .max = 40, .fallback_words = "all",
     .example = "[sales]", .help = "In whose chats it can be sent: ids of `departments`."},
    {"forms[].fields", CONFIG_MAPS, IN(config_asked, fields), IN_COUNT(config_asked, field_count),
     .item_size = sizeof(struct config_form_field), .required = true, .min = 1, .max = 12,
     .help = "What is asked."},
    {"forms[].fields[].id", CONFIG_ONE, &config_type_id, IN(config_form_field, id),
     .required = true, .min = 1, .max = 40, .example = "order",
     .help = "The field of the visitor that the answer is kept in, as `!set` names it. `name`, "
             "`email` and `phone` are those that every visitor has."},
    {"forms[].fields[].label", CONFIG_ONE, &config_type_name, IN(config_form_field, label),
     .required = true, .min = 1, .max = 100, .example = "Number of the order",
     .help = "The question, as visitors read it."},
    {"forms[].fields[].kind", CONFIG_ONE, &config_type_choice, IN(config_form_field, kind),
     .fallback = "text", .choices = "text lines email choice choices tick",
     .help =
         "One line (200 characters), several (1000), an e-mail address, one of `options`, any of "
         "them, or a box to tick, which must be ticked where it is `required`."},
    {"forms[].fields[].answer", CONFIG_ONE, &config_type_choice, IN(config_form_field, answer),
     .fallback = "optional", .choices = "off optional required",
     .help = "As in `departments[].form`; a field that is `off` is not asked."},
    {"forms[].fields[].options", CONFIG_MANY, &config_type_name, IN(config_form_field, options),
     IN_COUNT(config_form_field, option_count), .max = 60, .example = "[too small, broken]",
     .help = "Of a `choice` or `choices`: 2 to 20 answers."},
    {"forms[].fields[].pattern", CONFIG_ONE, &config_type_text, IN(config_form_field, pattern),
     .min = 1, .max = 64, .example = "\"RE-####\"",
     .help = "How a `text` must look, sign by sign, as in `departments[].fields`; say in the label "
             "how that is."},

    {"invitations", CONFIG_MAPS, AT(invitations), COUNT(invitation_count),
     .item_size = sizeof(struct config_invitation), .max = 50,
     .help = "Lines that visitors who have not asked are invited to a chat with, on a small card "
             "beside the button, in the name of an agent who is free just then. While nobody is, "
             "nothing is shown. Each has conditions (`page` to `visits`, at least one), which must "
             "all hold; the first in the file whose conditions hold is shown, one to a page, never "
             "to who is in a conversation."},
    {"invitations[].id", CONFIG_ONE, &config_type_id, IN(config_invitation, id), .required = true,
     .min = 1, .max = 40, .example = "cart",
     .help = "What agents read of it when the visitor comes. Small letters, digits and `-`."},
    {"invitations[].text", CONFIG_ONE, &config_type_name, IN(config_invitation, text),
     .required = true, .min = 1, .max = 200, .example = "Can I help you with your order?",
     .help = "The line."},
    {"invitations[].texts", CONFIG_MAPS, IN(config_invitation, texts),
     IN_COUNT(config_invitation, text_count), .item_size = sizeof(struct config_invitation_text),
     .max = 20, .help = "The line in other languages."},
    {"invitations[].texts[].language", CONFIG_ONE, &config_type_language,
     IN(config_invitation_text, language), .required = true, .example = "de",
     .help = "For visitors who read the widget in this language."},
    {"invitations[].texts[].text", CONFIG_ONE, &config_type_name, IN(config_invitation_text, text),
     .required = true, .min = 1, .max = 200, .example = "Kann ich Ihnen helfen?",
     .help = "The line in it."},
    {"invitations[].departments", CONFIG_MANY, &config_type_id, IN(config_invitation, departments),
     IN_COUNT(config_invitation, department_count), .max = 40, .fallback_words = "all",
     .example = "[sales]", .help = "Whose chat the page has: ids of `departments`."},
    {"invitations[].sites", CONFIG_MANY, &config_type_id, IN(config_invitation, sites),
     IN_COUNT(config_invitation, site_count), .max = 40, .fallback_words = "all",
     .example = "[shop]",
     .help = "On which websites: ids of `sites`; `default` is that of "
             "`web.origins`."},
    {"invitations[].page", CONFIG_ONE, &config_type_page, IN(config_invitation, page),
     .example = "/checkout",
     .help = "Condition: how the page's address begins; from `/`, its "
             "path."},
    {"invitations[].after", CONFIG_ONE, &config_type_duration, IN(config_invitation, after_s),
     .max = 3600, .example = "30s", .help = "Condition: so long on the page."},
    {"invitations[].scroll", CONFIG_ONE, &config_type_number, IN(config_invitation, scroll),
     .max = 100, .example = "60", .help = "Condition: so far down the page, in per cent of it."},
    {"invitations[].returns", CONFIG_ONE, &config_type_flag, IN(config_invitation, returns),
     .fallback = "no", .help = "Condition: another tab or window was looked at in between."},
    {"invitations[].leaves", CONFIG_ONE, &config_type_flag, IN(config_invitation, leaves),
     .fallback = "no",
     .help =
         "Condition: the mouse has left the page upwards, where tabs and addresses are. Without "
         "a mouse it never holds."},
    {"invitations[].attribute", CONFIG_ONE, &config_type_id, IN(config_invitation, attribute),
     .min = 1, .max = 40, .example = "cart",
     .help = "Condition: something on the page has the attribute of this name behind `data-` "
             "(`<span data-cart=\"3\">`), and it is neither empty nor `0`."},
    {"invitations[].attribute_min", CONFIG_ONE, &config_type_number,
     IN(config_invitation, attribute_min), .max = 1000000000, .example = "100",
     .help = "Of `attribute`: a number, at least this one."},
    {"invitations[].visits", CONFIG_ONE, &config_type_number, IN(config_invitation, visits),
     .max = 1000, .example = "3",
     .help = "Condition: at least so many visits to the website, of which the browser keeps count "
             "(half an hour without a page ends one). Only once the page has said that it may: "
             "`tresen('consent')`."},
    {"invitations[].rest", CONFIG_ONE, &config_type_duration, IN(config_invitation, rest_s),
     .fallback = "24h", .max = 2592000,
     .help = "Who has closed or taken an invitation is not shown this one for so long."},

    {"zone", CONFIG_ONE, &config_type_text, AT(zone), .min = 1, .max = 64,
     .fallback_words = "that of the machine", .example = "Europe/Berlin",
     .help = "The time zone of calendars that name none, as in /usr/share/zoneinfo."},
    {"calendars", CONFIG_MAPS, AT(calendars), COUNT(calendar_count),
     .item_size = sizeof(struct config_calendar), .max = 200,
     .help = "Opening hours, for `departments[].calendar`."},
    {"calendars[].id", CONFIG_ONE, &config_type_id, IN(config_calendar, id), .required = true,
     .min = 1, .max = 40, .help = "Small letters, digits and `-`."},
    {"calendars[].zone", CONFIG_ONE, &config_type_text, IN(config_calendar, zone), .min = 1,
     .max = 64, .fallback_words = "`zone`", .help = "The time zone in which the hours are."},
    {"calendars[].hours", CONFIG_MANY, &config_type_text, IN(config_calendar, hours),
     IN_COUNT(config_calendar, hours_count), .max = 100,
     .fallback_words = "open on all days that are no holidays",
     .example = "[\"mon-fri 09:00-12:30 13:30-18:00\", \"sat 10:00-14:00\"]",
     .help =
         "Weekdays (`mon tue wed thu fri sat sun`) and spans of local time, up to 24:00. A span "
         "may go over midnight: it belongs to the day on which it begins."},
    {"calendars[].holidays", CONFIG_MANY, &config_type_text, IN(config_calendar, holidays),
     IN_COUNT(config_calendar, holiday_count), .max = 500,
     .example = "[12-25, 2026-12-24..2027-01-01]",
     .help = "Days on which no span begins: a date, all days from one to another, or a day of each "
             "year."},

    {"duty", CONFIG_ONE, &config_type_choice, AT(duty), .fallback = "presence",
     .choices = "presence explicit",
     .help = "Which agents are offered chats: those who are online (`presence`), or "
             "those who have said `!on` on that day, too (`explicit`): a client that starts by "
             "itself, or a phone at night, is not a person at the counter."},
    {"contacts", CONFIG_ONE, &config_type_choice, AT(contacts), .fallback = "auto",
     .choices = "auto visitor slots",
     .help = "What visitors are to agents: a contact each (`visitor`), a fixed number of contacts "
             "that agents approve once and visitors take turns at (`slots`), or a contact each "
             "where the agent's server lets Tresen into rosters, and slots where it does not "
             "(`auto`)."},

    {"agents", CONFIG_MAPS, AT(agents), COUNT(agent_count),
     .item_size = sizeof(struct config_agent), .max = 2000,
     .help = "More about agents, where the defaults do not fit."},
    {"agents[].jid", CONFIG_ONE, &config_type_jid, IN(config_agent, jid), .required = true,
     .help = "As in `departments`."},
    {"agents[].name", CONFIG_ONE, &config_type_name, IN(config_agent, name), .min = 1, .max = 40,
     .fallback_words = "what stands before the @, with a capital", .help = "Shown to visitors."},
    {"agents[].capacity", CONFIG_ONE, &config_type_number, IN(config_agent, capacity),
     .fallback = "5", .min = 1, .max = 100, .help = "Chats at once."},
    {"agents[].language", CONFIG_ONE, &config_type_choice, IN(config_agent, language),
     .fallback = "default", .choices = "default en de",
     .help = "What this agent reads from Tresen: English, German, or what `language` says."},
    {"agents[].contacts", CONFIG_ONE, &config_type_choice, IN(config_agent, own_contacts),
     .fallback = "same", .choices = "same auto visitor slots",
     .help = "For this agent another choice than `contacts` makes for all."},
    {"agents[].slots", CONFIG_ONE, &config_type_number, IN(config_agent, slots),
     .fallback_words = "`capacity` and three more", .min = 1, .max = 200,
     .help = "How many, where this agent has slots. One that a chat has left rests for a while "
             "(`limits.slot_rest_s`), so there should be more than chats at once."},
    {"agents[].duty", CONFIG_ONE, &config_type_choice, IN(config_agent, duty),
     .fallback = "default", .choices = "presence explicit default",
     .help = "As `duty`, for this agent."},
    {"agents[].show_status", CONFIG_ONE, &config_type_flag, IN(config_agent, show_status),
     .fallback = "no",
     .help = "`yes`: the line about themselves in their client's presence is shown to visitors "
             "whose chat they take."},
    {"agents[].face", CONFIG_ONE, &config_type_flag, IN(config_agent, face), .fallback = "no",
     .help = "`yes`, and only with this agent's agreement: the photo of their vCard (PNG, JPEG or "
             "WebP, 64 kB) is shown to visitors they talk to. Anybody who knows the `name` can "
             "fetch it."},
    {"agents[].skills", CONFIG_MANY, &config_type_id, IN(config_agent, skills),
     IN_COUNT(config_agent, skill_count), .min = 1, .max = 40, .example = "[billing, returns]",
     .help = "Words of your own, for rules."},
    {"agents[].languages", CONFIG_MANY, &config_type_language, IN(config_agent, languages),
     IN_COUNT(config_agent, language_count), .min = 1, .max = 20, .example = "[de, en]",
     .help = "What they speak with visitors, for rules."},
    {"agents[].level", CONFIG_ONE, &config_type_number, IN(config_agent, level), .fallback = "1",
     .min = 1, .max = 3, .help = "First, second or third level of support, for rules."},
    {"language", CONFIG_ONE, &config_type_choice, AT(language), .fallback = "en",
     .choices = "en de",
     .help = "What agents and supervisors read from Tresen (offers, notices, names of contacts) "
             "who have no `agents[].language`. Visitors are answered in their own language."},

    {"roles", CONFIG_MAP, .help = "Who looks after more than chats of their own."},
    {"roles.dispatchers", CONFIG_MANY, &config_type_jid, AT(dispatchers.jids),
     COUNT(dispatchers.count), .max = 20, .example = "[desk@example.org]",
     .help = "Who may take chats of every department and hand over any: agents or other XMPP "
             "addresses."},
    {"roles.supervisors", CONFIG_MANY, &config_type_jid, AT(supervisors.jids),
     COUNT(supervisors.count), .max = 20, .example = "[boss@example.org]",
     .help = "Who may watch chats and take them over, and is told when a visitor waits and a "
             "reminder has not helped (`limits.answer_s`): agents or other XMPP addresses. Without "
             "them nobody else is told."},
    {"roles.administrators", CONFIG_MANY, &config_type_jid, AT(administrators.jids),
     COUNT(administrators.count), .max = 20, .example = "[admin@example.org]",
     .help = "Who may change agents, departments and hours by XMPP."},
    {"roles.data_protection", CONFIG_MANY, &config_type_jid, AT(data_protection.jids),
     COUNT(data_protection.count), .max = 20, .example = "[privacy@example.org]",
     .help = "Who may read what is stored of every visitor."},

    {"roles.watch_silently", CONFIG_ONE, &config_type_flag, AT(watch_silently), .fallback = "no",
     .help = "A supervisor reads a chat (`!watch`) without its agents being told."},

    {"keep", CONFIG_MAP, .help = "How long what belongs to no department is kept."},
    {"keep.visitors_days", CONFIG_ONE, &config_type_number, AT(keep_visitors_days), .max = 36500,
     .fallback = "90",
     .help = "Days after the last visit of somebody of whom no chat is kept (any more); 0: for "
             "ever."},
    {"keep.reads_days", CONFIG_ONE, &config_type_number, AT(keep_reads_days), .max = 36500,
     .fallback = "365", .help = "Days for which it is kept who read whose record; 0: for ever."},
    {"masks", CONFIG_MANY, &config_type_text, AT(masks), COUNT(mask_count), .max = 50,
     .example = "[card, iban, \"## ###### @ ###\"]",
     .help = "What is replaced by `x` before anything is stored or shown to the other side: `card` "
             "(numbers of payment cards that the check digit fits), `iban`, or a shape: `#` stands "
             "for a digit, `@` for a letter, `?` for either, a blank for a blank, dash, dot, slash "
             "or nothing. Only what stands alone; of cards and accounts the last four stay."},

    {"commands", CONFIG_MAP, .help = "What agents type (docs/AGENTS.md)."},
    {"commands.prefix", CONFIG_ONE, &config_type_prefix, AT(command_prefix), .restart = false,
     .fallback = "!",
     .help = "The character that a command begins with; twice, it begins a line for the visitor. "
             "Not `/`: clients take that for a command of their own."},

    {"reports", CONFIG_MAP, .help = "What `tresen report` tells."},
    {"reports.per_agent", CONFIG_ONE, &config_type_flag, AT(reports.per_agent), .fallback = "no",
     .help = "`yes`: figures of single agents, too. In many places that needs the agreement of "
             "those who work there."},
    {"reports.currency", CONFIG_ONE, &config_type_name, AT(reports.currency), .fallback = "EUR",
     .min = 1, .max = 8, .help = "Of the amounts."},
    {"reports.rates", CONFIG_MAPS, AT(reports.rates), COUNT(reports.rate_count),
     .item_size = sizeof(struct config_rate), .max = 100,
     .help = "What an hour costs: of the time spent per requester an amount is made by the first "
             "rate that fits. Without any there are no amounts."},
    {"reports.rates[].department", CONFIG_ONE, &config_type_id, IN(config_rate, department),
     .min = 1, .max = 40, .fallback_words = "any", .example = "sales",
     .help = "Of this department's chats."},
    {"reports.rates[].email", CONFIG_ONE, &config_type_domain, IN(config_rate, email),
     .fallback_words = "any", .example = "customer.example",
     .help = "Of requesters whose e-mail address is in this domain. They say so themselves."},
    {"reports.rates[].per_hour", CONFIG_ONE, &config_type_price, IN(config_rate, cents),
     .required = true, .example = "85.50",
     .help = "In `reports.currency`, with at most two decimals, up to a million."},

    {"visitors", CONFIG_MAP, .help = "Who may come besides the widget's visitors."},
    {"visitors.xmpp", CONFIG_ONE, &config_type_choice, AT(visitors_xmpp), .fallback = "local",
     .choices = "off local any",
     .help = "XMPP users who write to a department: nobody, users of the server's own domains "
             "(anonymous ones too), or anybody."},

    {"limits", CONFIG_MAP, .help = "Each has a visible answer when it is reached."},
    LIMIT(body_points, "5000", 100, 50000, "Characters of a message."),
    LIMIT(body_bytes, "20000", 400, 200000, "Bytes of a message in UTF-8."),
    LIMIT(
        streams_per_address, "200", 1, 100000,
        "Visitors at once from one network address (IPv6: from one /64) who do not come back with "
        "a valid token."),
    LIMIT(new_streams_per_minute, "300", 1, 1000000, "New ones of them a minute."),
    LIMIT(max_connections, "16000", 16, 1000000, "Browsers' connections at once."),
    LIMIT(max_visitors, "20000", 16, 1000000, "Visitors in memory."),
    LIMIT(max_queue, "100", 1, 10000, "Chats that wait in one department."),
    LIMIT(max_outbox, "20000", 10, 1000000,
          "Messages that wait to be taken by an XMPP server; as many more wait for a receipt."),
    LIMIT(message_burst, "10", 1, 1000,
          "Messages that a visitor may send at once; then one a second."),
    LIMIT(agent_grace_s, "60", 0, 3600,
          "Seconds in which an agent who was lost in a chat may come back before it is offered to "
          "others."),
    LIMIT(
        transfer_s, "60", 5, 3600,
        "Seconds in which whoever is handed a chat (`!transfer`) may take it; then it comes back."),
    LIMIT(doubt_s, "20", 0, 600,
          "Seconds without a sign of life behind a line to an agent, after which their clients are "
          "asked (ping). As long again without an answer, and the agent counts as lost, whatever "
          "their presence says. 0: never."),
    LIMIT(answer_s, "120", 0, 86400,
          "Seconds for which a visitor's line may be unanswered. Then whoever has the chat is "
          "reminded, and after the same time again `roles.supervisors` are told. 0: never."),
    LIMIT(
        offer_s, "60", 0, 3600,
        "Seconds after which an offer that nobody has answered goes on to others who could take "
        "the chat. Who misses two in a row is treated as away until they say something. 0: never."),
    LIMIT(visitor_grace_s, "120", 0, 86400,
          "Seconds after which the chat of a waiting visitor who went away becomes a message that "
          "was left."),
    LIMIT(leave_s, "10", 1, 600,
          "Seconds without a page after which a visitor has left: a page change takes some."),
    LIMIT(linger_s, "600", 0, 604800,
          "Seconds for which a visitor's contact stays with the agent after the chat."),
    LIMIT(slot_rest_s, "120", 0, 86400,
          "Seconds for which a slot whose chat is over is given to nobody else: what an agent was "
          "still typing there is for the chat before. A slot with lines that its agent has not "
          "received rests on."),
    LIMIT(slot_unread_s, "43200", 0, 604800,
          "Seconds after which a slot with such lines is given away nevertheless."),
    LIMIT(idle_s, "1800", 60, 604800,
          "Seconds after which a silent chat is closed whose visitor is away."),
    LIMIT(token_days, "30", 1, 365, "Days for which a browser finds its conversation again."),

    {"log_level", CONFIG_ONE, &config_type_choice, AT(log_level), .fallback = "info",
     .choices = "error warn info debug",
     .help = "What is logged to standard error. No level logs what people say."},
};

const size_t config_option_count = sizeof config_options / sizeof config_options[0];

bool config_option_is_in(const struct config_option *o, const struct config_option *parent,
                         const char **name)
{
    const char *rest = o->path;
    if (parent != NULL) {
        size_t len = strlen(parent->path);
        const char *joint = parent->shape == CONFIG_MAPS ? "[]." : ".";
        if (strncmp(rest, parent->path, len) != 0 ||
            strncmp(rest + len, joint, strlen(joint)) != 0) {
            return false;
        }
        rest += len + strlen(joint);
    }
    *name = rest;
    return strpbrk(rest, ".[") == NULL;
}

const struct config_option *config_option_find(const struct config_option *parent, const char *key)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const char *name;
        if (config_option_is_in(&config_options[i], parent, &name) && strcmp(name, key) == 0) {
            return &config_options[i];
        }
    }
    return NULL;
}
