/* daemon_config.h - the configuration of daemon.c: everything that can be switched on is. The two
 * %d are the port of the stand-in for ejabberd's API and for an upload service. */
#pragma once

#define DAEMON_DOMAIN "desk.example"
#define DAEMON_KEY "0123456789abcdef0123456789abcdef"
#define DAEMON_ORIGIN "https://shop.example"

#define DAEMON_WORDS                                                                               \
    "{\"languages\": {\"en\": {\"dir\": \"ltr\", \"launcher\": {\"open\": \"Open\", \"chat\": "    \
    "\"Here\"}}, \"de\": {\"dir\": \"ltr\", \"launcher\": {\"open\": \"Chat\", \"chat\": "         \
    "\"Da\"}}}, \"texts\": {\"open\": \"\", \"chat\": \"\"}}"

#define DAEMON_CONFIG                                                                              \
    "domain: desk.example\n"                                                                       \
    "server:\n"                                                                                    \
    "  secret: hidden\n"                                                                           \
    "  api: {url: \"http://127.0.0.1:%d/api\", user: desk@example.org, password: x}\n"             \
    "web:\n"                                                                                       \
    "  listen: \"127.0.0.1:0\"\n"                                                                  \
    "  origins: [\"https://shop.example\"]\n"                                                      \
    "  public_url: https://desk.example\n"                                                         \
    "  trusted_proxies: [127.0.0.0/8, 10.0.0.0/8]\n"                                               \
    "  monitoring: yes\n"                                                                          \
    "  widget: widget\n"                                                                           \
    "  widget_versions: versions\n"                                                                \
    "  website: widget\n"                                                                          \
    "sites:\n"                                                                                     \
    "  - {id: other, origins: [\"https://other.example\"], widget: {color: \"#abc\", greeting: "   \
    "Hi, position: left}}\n"                                                                       \
    "identity:\n"                                                                                  \
    "  - keys: [{id: k, algorithm: HS256, file: identity.key}]\n"                                  \
    "    attributes: [plan, cart]\n"                                                               \
    "  - site: other\n"                                                                            \
    "    use: required\n"                                                                          \
    "    devices: apart\n"                                                                         \
    "    issuer: https://other.example\n"                                                          \
    "    keys: [{algorithm: HS256, file: identity.key}]\n"                                         \
    "storage: sqlite:tresen.db\n"                                                                  \
    "files:\n"                                                                                     \
    "  max_bytes: 2000\n"                                                                          \
    "  max_per_chat: 3\n"                                                                          \
    "  upload_services: [\"http://127.0.0.1:%d/up\"]\n"                                            \
    "mail: {url: \"smtp://127.0.0.1:25\", from: desk@desk.example, tls: none, unseen_after_s: "    \
    "30}\n"                                                                                        \
    "default_department: sales\n"                                                                  \
    "departments:\n"                                                                               \
    "  - id: sales\n"                                                                              \
    "    agents: [nina@example.org, otto@example.org]\n"                                           \
    "    rating: stars\n"                                                                          \
    "    close_solved_after_days: 1\n"                                                             \
    "    keep: {chats_days: 5, tickets_days: 9}\n"                                                 \
    "    fields:\n"                                                                                \
    "      - {name: order, label: Order number, pattern: \"K-##@?\", required: solved}\n"          \
    "      - {name: amount, type: number}\n"                                                       \
    "      - {name: bought, type: date}\n"                                                         \
    "      - {name: why, type: list, options: [repair, refund]}\n"                                 \
    "      - {name: urgent, type: boolean}\n"                                                      \
    "    service_levels:\n"                                                                        \
    "      - {first_answer: 30m, next_answer: 4h, solution: 40h}\n"                                \
    "      - {priority: urgent, first_answer: 5m}\n"                                               \
    "    rules:\n"                                                                                 \
    "      - {language: de, prefer: {language: visitor}, priority: high}\n"                        \
    "      - {email: big.example, page: /billing/, require: {skill: billing, level: 2}}\n"         \
    "    overflow: {after_s: 30, to: help}\n"                                                      \
    "    call_absent_after_s: 20\n"                                                                \
    "  - id: help\n"                                                                               \
    "    agents: [fred@far.example]\n"                                                             \
    "    form: {name: required, email: optional}\n"                                                \
    "    consent: I agree.\n"                                                                      \
    "    rating: thumbs\n"                                                                         \
    "    tickets: always\n"                                                                        \
    "    calendar: week\n"                                                                         \
    "    routing: round_robin\n"                                                                   \
    "    left: chat\n"                                                                             \
    "  - {id: mute, agents: [otto@example.org], transcript: no, uploads: no}\n"                    \
    "forms:\n"                                                                                     \
    "  - id: return\n"                                                                             \
    "    title: Return\n"                                                                          \
    "    instructions: So that we know.\n"                                                         \
    "    fields:\n"                                                                                \
    "      - {id: order, label: Order, answer: required}\n"                                        \
    "      - {id: mail, label: Mail, kind: email}\n"                                               \
    "      - {id: why, label: Why, kind: choice, options: [small, broken]}\n"                      \
    "      - {id: more, label: More, kind: lines}\n"                                               \
    "invitations:\n"                                                                               \
    "  - {id: cart, text: May I help?, texts: [{language: de, text: Hilfe?}], page: /cart, "       \
    "after: 30s, scroll: 60, returns: yes, leaves: yes, attribute: cart, attribute_min: 5, "       \
    "visits: 3}\n"                                                                                 \
    "calendars:\n"                                                                                 \
    "  - {id: week, zone: UTC, hours: [\"mon-fri 09:00-17:00\"], holidays: [12-25]}\n"             \
    "zone: UTC\n"                                                                                  \
    "agents:\n"                                                                                    \
    "  - {jid: nina@example.org, capacity: 2, level: 2, skills: [billing], languages: [de, en], "  \
    "show_status: yes, face: yes}\n"                                                               \
    "  - {jid: otto@example.org, capacity: 1, contacts: slots, slots: 2, language: de}\n"          \
    "  - {jid: fred@far.example, capacity: 1, duty: explicit}\n"                                   \
    "roles:\n"                                                                                     \
    "  dispatchers: [desk@example.org]\n"                                                          \
    "  supervisors: [boss@example.org, nina@example.org]\n"                                        \
    "  administrators: [admin@example.org]\n"                                                      \
    "  data_protection: [privacy@example.org]\n"                                                   \
    "masks: [card, iban, \"## ######\"]\n"                                                         \
    "reports: {per_agent: yes, rates: [{per_hour: \"85.50\"}]}\n"                                  \
    "visitors: {xmpp: any}\n"                                                                      \
    "limits: {max_visitors: 16, max_queue: 4, max_outbox: 200}\n"
