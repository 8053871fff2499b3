/* page.h - the frame of a page that needs nothing else: its policy forbids every request. */
#pragma once

#include "report/phrase.h"

#include <stdio.h>

/* Up to the beginning of the body. style: more of it, of ours. */
void page_begin(FILE *out, enum phrase_language language, const char *title, const char *style);
void page_end(FILE *out);
/* A part of a page with a heading, escaped. */
void page_section(FILE *out, const char *heading);
void page_section_end(FILE *out);
/* Cells of a table: text is escaped. */
void page_head_cell(FILE *out, const char *text);
void page_cell(FILE *out, const char *text);
void page_number_cell(FILE *out, const char *text);
