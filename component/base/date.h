/* date.h - days of the (proleptic) Gregorian calendar, counted from 1970-01-01 = 0. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct date {
    int64_t year;
    unsigned month; /* 1 to 12 */
    unsigned day;   /* 1 to 31 */
};

bool date_is_leap_year(int64_t year);
unsigned date_month_days(int64_t year, unsigned month);
bool date_is_real(struct date date); /* 29 February in leap years only */
int64_t date_to_day(struct date date);
struct date date_of_day(int64_t day);
unsigned date_weekday(int64_t day); /* 0: Monday */
