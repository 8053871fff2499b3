/* plot.h - plots as inline SVG: no script, nothing fetched. Colours are classes of the page they
 * stand in: p0 to p3 for the parts of a bar, g0 to g5 for how full a field is, axis, grid. */
#pragma once

#include <stddef.h>
#include <stdio.h>

enum { PLOT_PARTS = 4, PLOT_WIDE = 760, PLOT_HALF = 420 };

struct plot_bar {
    const char *label;
    const char *title; /* shown when one points at it */
    unsigned parts[PLOT_PARTS];
};

/* Upright bars, their parts on top of each other. title: what a screen reader says. width: of the
 * drawing, in whose measure the letters are. */
void plot_bars(FILE *out, const char *title, int width, const struct plot_bar *bars, size_t count);
/* A table of fields, darker where the number is higher; row by row. */
void plot_grid(FILE *out, const char *title, const char *const *rows, size_t row_count,
               size_t column_count, const unsigned *values);
