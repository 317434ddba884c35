#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* monotonic, for every interval and deadline */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
/* wall clock, for what people and files see */
int64_t clock_wall_us(void);
int64_t clock_wall_s(void);

#endif
