#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stddef.h>
#include <stdint.h>

/*
 * num_scan - read a decimal number that fills s[0..n)
 *
 * Digits only: no sign, no blanks, at most 20 digits.  Returns 0 and sets
 * *out, or -1 when it is no number or not within min..max (both allowed).
 */
int num_scan(const char *s, size_t n, uint64_t min, uint64_t max,
    uint64_t *out);
/* the same on a string that ends in NUL */
int num_scans(const char *s, uint64_t min, uint64_t max, uint64_t *out);
/*
 * seconds with unit: 30, 30s, 5m, 2h, 7d, 1w; result in seconds, at most max.
 * 0, or -1 when it is none
 */
int num_scan_duration(const char *s, size_t n, uint64_t max, uint64_t *out);
/*
 * a number with perhaps a dot and 1 or 2 digits, as hundredths: 1.5 is 150;
 * within min..max.  0, or -1 when it is none
 */
int num_scan_hundredths(const char *s, size_t n, uint64_t min, uint64_t max,
    uint64_t *out);
/*
 * seconds since 1970 as jobs and results have them: digits, and perhaps a
 * dot and 1 to 6 digits; result in milliseconds (the rest cut off)
 */
int num_scan_time(const char *s, size_t n, int64_t *ms);

#endif
