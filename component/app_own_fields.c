#include "app_parts.h"
#include "base/mem.h"
#include "config.h"
#include "desk/own_field.h"

struct own_field *app_own_fields_of(const struct config *c)
{
    size_t count = 0;

    for (size_t i = 0; i < c->department_count; i++) {
        count += c->departments[i].field_count;
    }
    struct own_field *fields = mem_array(count + 1, sizeof *fields);
    struct own_field *next = fields;
    for (size_t i = 0; i < c->department_count; i++) {
        for (size_t k = 0; k < c->departments[i].field_count; k++) {
            const struct config_own_field *f = &c->departments[i].fields[k];
            *next++ = (struct own_field){.name = f->name,
                                         .label = f->label,
                                         .kind = (enum own_kind)f->kind,
                                         .required = f->required == CONFIG_OWN_REQUIRED_SOLVED,
                                         .options = (const char *const *)f->options,
                                         .option_count = f->option_count,
                                         .pattern = f->pattern};
        }
    }
    return fields;
}
