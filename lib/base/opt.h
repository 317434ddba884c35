#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdint.h>
#include <sys/types.h>

/*
 * What stands behind an option of a command line.  What will not do ends the
 * program with EXIT_PERM and "bad -OPTION TEXT: want ...", which says what
 * would do.  option is the letter, as getopt(3) returns it.
 */

/* want: what is wanted, in words */
void opt_bad(int option, const char *text, const char *want)
    __attribute__((noreturn));
/* a whole number within min..max */
uint64_t opt_num(int option, const char *text, uint64_t min, uint64_t max);
/* a time span, as num_scan_duration() reads it; in seconds */
uint64_t opt_span(int option, const char *text, uint64_t min_s, uint64_t max_s);
/*
 * opt_spans - one time span, or two: "A..B"
 *
 * s  receives them, in seconds, each within min_s..max_s
 *
 * Returns how many there are.
 */
int opt_spans(int option, const char *text, uint64_t min_s, uint64_t max_s,
    uint64_t s[2]);
/* a moment, in seconds since 1970, within min..max; max is at most INT64_MAX */
int64_t opt_time(int option, const char *text, uint64_t min, uint64_t max);
/* an access mode: octal digits, 0 to 777 */
mode_t opt_mode(int option, const char *text);

#endif
