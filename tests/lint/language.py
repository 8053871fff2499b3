"""What agents read: each text of the sources is in every catalogue, and nothing else is.

xgettext finds the texts; a translation that is missing, fuzzy or obsolete is a complaint, and so is
one whose placeholders are others, or a text that is not ASCII (the desk's dash is put before it).
"""
import pathlib
import tempfile

import tools
import tree

SOURCES = ("component/agents/", "component/router.c")
CATALOGUES = "component/agents/i18n/"
XGETTEXT = ["xgettext", "--language=C", "--from-code=UTF-8", "--add-comments=translators:",
            "--no-wrap", "--keyword", "--keyword=N_", "--keyword=language_text:2",
            "--keyword=language_plural:2,3", "--flag=language_text:2:pass-c-format",
            "--flag=language_plural:2:pass-c-format", "--flag=language_plural:3:pass-c-format",
            "--flag=buf_printf:2:c-format", "--flag=mem_print:1:c-format"]


def said(*command):
    """What a program that should have nothing to say says."""
    done = tools.run(*command)
    lines = [line for line in done.stdout.split("\n") if line.strip()]
    return lines or ([f"{command[0]}: exit {done.returncode}"] if done.returncode else [])


def check_catalogue(name, template, merged):
    complaints = [f"{name}: {line}" for line in said("msgcmp", name, template)]
    for kind in ("obsolete", "fuzzy"):
        if tools.run("msgattrib", f"--only-{kind}", "--no-wrap", name).stdout.strip():
            complaints.append(f"{name}: {kind} texts are in it (msgattrib --only-{kind})")
    # With the marks of the sources (c-format), so that placeholders are compared.
    complaints += said("msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file", merged, name,
                       template)
    return complaints + said("msgfmt", "--check-format", "--check-domain", "--output-file=/dev/null", merged)


def check(_build):
    sources = [name for name in tree.files(".c") if name.startswith(SOURCES)]
    catalogues = [name for name in tree.files(".po") if name.startswith(CATALOGUES)]
    if not sources or not catalogues:
        return ["no sources, or no catalogues"]
    with tempfile.TemporaryDirectory() as folder:
        template = str(pathlib.Path(folder) / "agents.pot")
        complaints = said(*XGETTEXT, f"--output={template}", *sources)
        if complaints:
            return complaints
        for name in catalogues:
            complaints += check_catalogue(name, template, str(pathlib.Path(folder) / "merged.po"))
    return complaints
