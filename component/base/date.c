#include "base/date.h"

enum { ERA_DAYS = 146097, ERA_YEARS = 400 }; /* the calendar repeats */

bool date_is_leap_year(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % ERA_YEARS == 0);
}

unsigned date_month_days(int64_t year, unsigned month)
{
    static const unsigned char DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && date_is_leap_year(year) ? 29 : DAYS[month - 1];
}

bool date_is_real(struct date date)
{
    return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= date_month_days(date.year, date.month);
}

/* Years that begin in March end with the leap day: then the days before a month are linear. */
int64_t date_to_day(struct date date)
{
    int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    int64_t era = (year >= 0 ? year : year - (ERA_YEARS - 1)) / ERA_YEARS;
    int64_t year_of_era = year - era * ERA_YEARS;
    int64_t month = (date.month + 9) % 12; /* 0: March */
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * ERA_DAYS + day_of_era - 719468; /* 0000-03-01 */
}

struct date date_of_day(int64_t day)
{
    day += 719468;
    int64_t era = (day >= 0 ? day : day - (ERA_DAYS - 1)) / ERA_DAYS;
    int64_t of_era = day - era * ERA_DAYS;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct date date = {.year = year + era * ERA_YEARS + (month >= 10 ? 1 : 0),
                        .month = (unsigned)(month < 10 ? month + 3 : month - 9),
                        .day = (unsigned)(of_year - (153 * month + 2) / 5 + 1)};

    return date;
}

unsigned date_weekday(int64_t day)
{
    int64_t weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday */

    return (unsigned)(weekday < 0 ? weekday + 7 : weekday);
}
