#ifndef FORMAT_ENVCHECK_H
#define FORMAT_ENVCHECK_H

#include "format/parcel.h"

/*
 * Does an envelope line say what parcel(5) lets it say?  Asked once, by the
 * last link, so that no value is taken for another one without a word.
 * What a key means that is not named there is its owner's matter.
 */
enum {
	ENVCHECK_SHOWN_MAX = 100, /* bytes of a line that are shown */
	ENVCHECK_TEXT_MAX = 512   /* of what envcheck_text() writes, with NUL */
};

/* of one envelope; all zero before its first line */
struct envcheck {
	unsigned long seen;
};

/* what is wrong with a line, in a few words; NULL: nothing */
const char *envcheck_line(struct envcheck *, const struct parcel_line *);
/* why parcel_next() found no line at p */
const char *envcheck_none(const char *p, const char *end);
/*
 * envcheck_text - what to answer
 *
 * p, end  from the faulty line on; it is shown up to its LF, in printable
 *         ASCII, cut at ENVCHECK_SHOWN_MAX
 * why     of the two above
 *
 * "5.6.0 bad envelope line: prio 12: no digit"
 */
void envcheck_text(char out[ENVCHECK_TEXT_MAX], const char *p, const char *end,
    const char *why);

#endif
