#include "report/page.h"

#include "report/escape.h"

static const char STYLE[] =
    ":root{color-scheme:light dark;--ink:#1d2630;--soft:#5b6876;--line:#d9dfe5;--back:#fff;"
    "--card:#f5f7f9;--p0:#2f6fb0;--p1:#d98a2b;--p2:#b8434a;--p3:#9aa5b1}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6eaee;--soft:#a3afbb;--line:#3a444e;"
    "--back:#171c21;--card:#212830;--p0:#5b9bd8;--p1:#e0a350;--p2:#d8686e;--p3:#6d7883}}\n"
    "@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--back:#fff;--card:#fff;"
    "--p0:#2f6fb0;--p1:#d98a2b;--p2:#b8434a;--p3:#9aa5b1}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:2rem 1.25rem;max-width:62rem;background:var(--back);"
    "color:var(--ink);font:1rem/1.45 system-ui,sans-serif}\n"
    "h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}\n"
    ".soft{color:var(--soft)}\n"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}\n"
    "th,td{text-align:start;padding:.35rem .6rem;border-bottom:1px solid var(--line);"
    "vertical-align:top;overflow-wrap:anywhere}\n"
    "th{font-weight:600;color:var(--soft)}td.n,th.n{text-align:end;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}\n"
    "tr.sum td{font-weight:600;border-bottom:0}\n"
    ".wide{overflow-x:auto}.wide "
    "td:first-child{min-width:8rem}th{overflow-wrap:normal;hyphens:auto}th.n{white-space:normal}\n";

void page_begin(FILE *out, enum phrase_language language, const char *title, const char *style)
{
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" "
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
            language == PHRASE_DE ? "de" : "en");
    escape_html(out, title);
    fprintf(out, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<main>\n", STYLE, style);
}

void page_end(FILE *out)
{
    fputs("</main>\n</body>\n</html>\n", out);
}

void page_section(FILE *out, const char *heading)
{
    fputs("<section>\n<h2>", out);
    escape_html(out, heading);
    fputs("</h2>\n", out);
}

void page_section_end(FILE *out)
{
    fputs("</section>\n", out);
}

static void cell(FILE *out, const char *open, const char *text, const char *close)
{
    fputs(open, out);
    escape_html(out, text);
    fputs(close, out);
}

void page_head_cell(FILE *out, const char *text)
{
    cell(out, "<th scope=\"col\">", text, "</th>");
}

void page_cell(FILE *out, const char *text)
{
    cell(out, "<td><bdi>", text, "</bdi></td>");
}

void page_number_cell(FILE *out, const char *text)
{
    cell(out, "<td class=\"n\">", text, "</td>");
}
