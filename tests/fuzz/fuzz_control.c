/* fuzz_control.c - questions to the control socket, and the same orders from administrators'
 * clients, as scripts (whole/daemon.h): agents, departments, hours and canned answers that are
 * changed, tickets, persons who are erased, reports, reloads. */
#include "whole/daemon.h"
#include "whole/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* There is a ticket, 1001, of a visitor who has left a message. */
static const char PROLOGUE[] =
    "+L\n"
    "E type='result'/>\n"
    "+0\n"
    "0<iq type='set' id='v' to='sales@desk.example'><visit xmlns='urn:tresen:visit:1'/></iq>\n"
    "0<message type='chat' to='sales@desk.example' id='m'><body>Hello</body></message>\n"
    "0<iq type='set' id='l' to='sales@desk.example'><leave xmlns='urn:tresen:visit:1'/></iq>\n";

#define K(command, argument) "K{\"command\":\"" command "\",\"argument\":\"" argument "\"}"
#define ACT "{{add|change|remove}}"
#define ADMIN                                                                                      \
    "L<message from='{{admin|boss|privacy}}@example.org/pc' to='desk.example' type='chat' "        \
    "id='{{a|b|c}}'><body>!"

SCRIPT_GRAMMAR(
    "{{+|-}}{{0|L}}", "T{{1|10|60}}", "J{{70|1500|50000}}", "H", "R", K("{{status|reload|x}}", ""),
    K("administer", "agent " ACT " {{nina|new|x y}}@example.org {{name=A|capacity=3|departments="
                    "sales,help|level=2 skills=a,b|languages=de duty=explicit|contacts=slots}}"),
    K("administer", "department " ACT " {{sales|new|X}} {{name=A|agents=nina@example.org|calendar="
                    "week routing=least_busy|capacity=3 max_queue=2|form.name=required}}"),
    K("administer", "hours " ACT " {{week|new}} {{hours=mon-fri 09:00-17:00; sat 10:00-24:00|"
                    "holidays=12-25; 2026-12-24..2027-01-01|zone=Europe/Berlin|hours=x}}"),
    K("administer", "{{agent|hours|nothing}}"), K("list", "{{agent|department|hours|x}}"),
    K("audit", "{{1|50|x}}"),
    K("canned", "{{set|remove|list}} {{sales|all|none}} {{hi|h i}} Hello {name{{|there}}"),
    K("ticket", "{{1001|1002|x}}\\n{{state|owner|due|nothing|subject|order|amount}}="
                "{{open|solved|closed|nina@example.org|2026-12-01|a b|high|K-12ab|5}}"),
    K("person", "{{look|erase|export|x}}\\n{{end|}}\\n{{visitor-x|ada@big.example|jid:bob@far."
                "example}}\\n"),
    K("roster-trial", "nina@example.org"), K("backup", "x"),
    "K{{{|[]|{\"command\":1}|{\"argument\":\"x\"}|null|\"}}", "E type='{{result|error}}'/>",
    ADMIN "{{agent|department|hours}} " ACT " {{new|week|help|tom@example.org}} {{name=A|"
          "capacity=2|hours=mon 10:00-11:00|agents=otto@example.org}}</body></message>",
    ADMIN "{{agents|departments|calendars|audit 5|report week|report 2026-01-01 2026-01-05 "
          "department=sales|reads all|erase jid:bob@far.example yes|export ada@big.example 1}}"
          "</body></message>",
    "L<message from='nina@example.org/pc' to='sales@desk.example' type='chat' id='n'><body>!take "
    "1001</body></message>",
    "0<message type='chat' to='sales@desk.example' id='{{m|n}}'><body>More</body></message>");

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    daemon_play(PROLOGUE, bytes, len);
    return 0;
}
