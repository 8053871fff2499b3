"""The layer rule of docs/CONTRIBUTING.md: who may include whose headers, ours and others'.

    main/app/control -> {transport -> router -> {visitors, agents}, mail} -> {desk, outbox, files}
    -> storage.h -> base
    main -> report -> storage.h, archive.h -> base

transport, router, visitors, agents and outbox may also use xml; visitors and agents never include
each other, nor desk and outbox; desk includes ISO C, storage.h and base only; client shares only
base. report reads what is stored (archive.h), and nobody but main includes it.
"""
import re

import tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)

# Which layers' headers a layer may include besides its own.
BELOW = {
    "base": set(),
    "xml": {"base"},
    "storage": {"base"},
    "desk": {"storage", "base"},
    "outbox": {"storage", "xml", "base"},
    "files": {"storage", "base"},
    "report": {"storage", "base"},
    "visitors": {"desk", "outbox", "files", "storage", "xml", "base"},
    "agents": {"desk", "outbox", "files", "storage", "xml", "base"},
    "router": {"visitors", "agents", "desk", "outbox", "storage", "xml", "base"},
    "transport": {"router", "visitors", "agents", "desk", "outbox", "files", "storage", "xml",
                  "base"},
    "mail": {"desk", "storage", "base"},
    "main": {"transport", "router", "visitors", "agents", "desk", "outbox", "files", "report", "mail",
             "storage", "xml", "base"},
    "client": {"base"},
}

# Third-party headers and the files that may include them.
CONFINED = [
    (r"event2/", r"component/(transport/|app|control|check|trial|notify|agents/\w*api)"),
    (r"expat\.h", r"component/(xml/(reader|build)|client/)"),
    (r"sqlite3\.h", r"storage/"),
    (r"strophe\.h", r"component/client/"),
    (r"curl/", r"component/(agents/\w*api|mail/(smtp|courier))"),
    (r"yaml\.h", r"component/config"),
    (r"http_parser\.h", r"component/transport/http"),
    (r"jansson\.h", r"component/([a-z_]+\.[ch]$|transport/|report/|agents/(\w*api|dossier)|"
                   r"visitors/jwt|client/)"),
    (r"(stringprep|idna)\.h", r"component/(xml/jid|base/text)"),
    (r"openssl/", r"component/(base/|transport/|client/|visitors/jwt_key)"),
    (r"jemalloc/", r"component/base/mem\."),
    (r"zlib\.h", r"component/transport/"),
    (r"libintl\.h", r"component/([a-z_]+\.[ch]$|base/|agents/|visitors/)"),
    (r"pthread\.h", r"(storage/|component/(base|files|mail)/|component/xml/reader|component/reporter)"),
    (r"sys/socket\.h|netinet/|netdb\.h|arpa/", r"component/(transport/|client/|[a-z_]+\.[ch]$)"),
]

# All that desk may take from the system: ISO C.
ISO_C = {"assert", "ctype", "errno", "inttypes", "limits", "stdarg", "stdbool", "stddef", "stdint",
         "stdio", "stdlib", "string"}


def layer_of(path):
    """Layer of a source file's path or of a header as it is written in an include."""
    path = path.removeprefix("component/")
    if path.startswith("storage/"):
        return "storage"
    if "/" in path:
        return path.split("/")[0]
    return "router" if path.startswith(("router", "service")) else "main"


def sources():
    return [name for name in tree.files(".c", ".h") if name.startswith(("component/", "storage/"))]


def includes(name):
    for found in INCLUDE.finditer(tree.text(name)):
        yield tree.text(name).count("\n", 0, found.start()) + 1, found[1] == '"', found[2]


def complaint_about(name, mine, header):
    theirs = layer_of(header)
    if theirs == mine:
        return None
    if theirs not in BELOW.get(mine, set()):
        return f"{mine} may not include {theirs} ({header})"
    if mine == "report" and header == "storage/archive.h":
        return None
    if theirs == "storage" and header != "storage/storage.h":
        return f"only storage/storage.h is for others, not {header}"
    return None


def check_layers(_build):
    complaints = []
    for name in sources():
        mine = layer_of(name)
        if mine not in BELOW:
            complaints.append(f"{name}: a layer that no rule knows: {mine}")
            continue
        for line, ours, header in includes(name):
            why = None
            if ours and mine == "main" and layer_of(header) == "storage":
                continue  # the composition root opens the storage that it chose
            if ours:
                why = complaint_about(name, mine, header)
            elif mine == "desk" and header.removesuffix(".h") not in ISO_C:
                why = f"desk includes ISO C only, not <{header}>"
            if why:
                complaints.append(f"{name}:{line}: {why}")
    return complaints


def check_third_party(_build):
    complaints = []
    for name in sources():
        for line, ours, header in includes(name):
            for pattern, place in CONFINED:
                if not ours and re.match(pattern, header) and not re.match(place, name):
                    complaints.append(f"{name}:{line}: <{header}> is confined to {place}")
    return complaints
