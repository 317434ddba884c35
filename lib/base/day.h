#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdint.h>

enum { DAY_TEXT = 32 }; /* room for one */

/* the day of a moment since 1970, in UTC: "2026-11-29", or "?" where no calendar
 * goes so far.  Returns out */
const char *day_text(int64_t at_s, char out[DAY_TEXT]);

#endif
