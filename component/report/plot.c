#include "report/plot.h"

#include "report/escape.h"

#include <string.h>

enum {
    HEIGHT = 220,
    LEFT = 44,
    TOP = 10,
    BOTTOM = 26,
    INNER = HEIGHT - TOP - BOTTOM,
    LINES = 4,
    LETTER = 7,
    CELL = 22,
    SHADES = 5
};

static void begin(FILE *out, const char *title, int width, int height)
{
    fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", width, height);
    escape_html(out, title);
    fputs("\">\n", out);
}

/* The end of the axis: so many lines of a round number, not below most. */
static unsigned long axis_end(unsigned long most)
{
    static const unsigned long STEPS[] = {1, 2, 3, 4, 5, 6, 8};
    unsigned long power = 1;

    for (;;) {
        for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
            if (STEPS[i] * power * LINES >= most) {
                return STEPS[i] * power * LINES;
            }
        }
        power *= 10;
    }
}

static unsigned long sum(const struct plot_bar *bar)
{
    unsigned long all = 0;

    for (size_t i = 0; i < PLOT_PARTS; i++) {
        all += bar->parts[i];
    }
    return all;
}

static void draw_axis(FILE *out, int width, unsigned long end)
{
    for (int i = 0; i <= LINES; i++) {
        double y = TOP + INNER - (double)INNER * i / LINES;
        fprintf(out, "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>", LEFT, y,
                width, y);
        fprintf(out, "<text class=\"axis\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%lu</text>\n",
                LEFT - 6, y + 4, end * (unsigned long)i / LINES);
    }
}

static void draw_bar(FILE *out, const struct plot_bar *bar, double x, double width,
                     unsigned long end)
{
    double y = TOP + INNER;

    fputs("<g><title>", out);
    escape_html(out, bar->title);
    fputs("</title>", out);
    for (size_t i = 0; i < PLOT_PARTS; i++) {
        double height = (double)INNER * (double)bar->parts[i] / (double)end;
        y -= height;
        if (bar->parts[i] > 0) {
            fprintf(out,
                    "<rect class=\"p%zu\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    i, x, y, width, height);
        }
    }
    fputs("</g>\n", out);
}

void plot_bars(FILE *out, const char *title, int width, const struct plot_bar *bars, size_t count)
{
    double slot = (double)(width - LEFT) / (double)(count > 0 ? count : 1);
    double gap = slot > 8 ? slot * 0.2 : 1;
    size_t letters = 1;
    unsigned long most = 1;

    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(bars[i].label);
        most = sum(&bars[i]) > most ? sum(&bars[i]) : most;
        letters = len > letters ? len : letters;
    }
    unsigned long end = axis_end(most);
    /* Only every so many have room for a label. */
    size_t each = (size_t)((double)((letters + 1) * LETTER) / slot) + 1;
    begin(out, title, width, HEIGHT);
    draw_axis(out, width, end);
    for (size_t i = 0; i < count; i++) {
        double x = LEFT + slot * (double)i;
        draw_bar(out, &bars[i], x + gap / 2, slot - gap, end);
        if (i % each == 0) {
            fprintf(out, "<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
                    x + slot / 2, HEIGHT - 8);
            escape_html(out, bars[i].label);
            fputs("</text>\n", out);
        }
    }
    fputs("</svg>\n", out);
}

void plot_grid(FILE *out, const char *title, const char *const *rows, size_t row_count,
               size_t column_count, const unsigned *values)
{
    double width = (double)(PLOT_WIDE - LEFT) / (double)column_count;
    int height = (int)row_count * CELL + BOTTOM;
    unsigned most = 1;

    for (size_t i = 0; i < row_count * column_count; i++) {
        most = values[i] > most ? values[i] : most;
    }
    begin(out, title, PLOT_WIDE, height);
    for (size_t row = 0; row < row_count; row++) {
        fprintf(out, "<text class=\"axis\" x=\"%d\" y=\"%zu\" text-anchor=\"end\">", LEFT - 6,
                row * CELL + 15);
        escape_html(out, rows[row]);
        fputs("</text>\n", out);
        for (size_t column = 0; column < column_count; column++) {
            unsigned value = values[row * column_count + column];
            unsigned shade = value == 0 ? 0 : 1 + (value * (SHADES - 1)) / most;
            fprintf(out,
                    "<rect class=\"g%u\" x=\"%.1f\" y=\"%zu\" width=\"%.1f\" height=\"%d\">"
                    "<title>%s %zu: %u</title></rect>",
                    shade, LEFT + width * (double)column, row * CELL, width - 2, CELL - 2,
                    rows[row], column, value);
        }
    }
    for (size_t column = 0; column < column_count; column++) {
        fprintf(out, "<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%zu</text>\n",
                LEFT + width * ((double)column + 0.5) - 1, height - 8, column);
    }
    fputs("</svg>\n", out);
}
