#include "fake_clock.h"

#define START 1767607200000

static time_ms passed;

time_ms __wrap_clock_utc_ms(void);
time_ms __wrap_clock_monotonic_ms(void);

void fake_clock_start(void)
{
    passed = 0;
}

void fake_clock_pass(time_ms ms)
{
    passed += ms;
}

time_ms __wrap_clock_utc_ms(void)
{
    return START + passed;
}

time_ms __wrap_clock_monotonic_ms(void)
{
    return 1000000 + passed;
}
