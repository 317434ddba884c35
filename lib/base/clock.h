#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

enum {
	CLOCK_FACTOR_MAX = 1000 /* so many times as fast a clock may run */
};

/*
 * Time.  With ROHRPOST_CLOCK=BASE:MONO:N in the environment, microseconds of
 * the two clocks of the system and a factor, both have run N times as fast
 * since then: of all processes alike, those that are started later, too.
 * The variable is looked at once.
 */

/* monotonic, for every interval and deadline */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
/* wall clock, for what people and files see */
int64_t clock_wall_us(void);
int64_t clock_wall_s(void);

/* N; 1 without the variable, 0 when it is malformed and the system's hold */
int clock_factor(void);
/* when it is us of clock_mono_us() by the system's monotonic clock, or just
 * after that */
int64_t clock_system_us(int64_t us);
/* when a file was changed, by clock_wall_s(): s is the system's, as st_mtime */
int64_t clock_file_s(int64_t s);

#endif
