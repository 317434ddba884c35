#ifndef GREY_GREYTEXT_H
#define GREY_GREYTEXT_H

#include "base/buf.h"
#include "grey/greylist.h"

/*
 * The journal of greylisting, as text: a line for each happening, or for
 * each entry as it stands.
 *
 *   CHECK KIND NUMBER... WHO [SENDER RECIPIENT]
 *
 * TAB between; CHECK is 8 hexadecimal digits over what stands behind it, so
 * that a line which is cut or damaged is known.  Happenings, with their
 * time: f first, e early, r retried, a again, k known (WHO alone).  State:
 * W FIRST LAST N (waits), P (passed), H (network) the same; S (sums) with
 * its numbers alone.
 */
enum {
	GREYTEXT_LINE_MAX = 1024, /* with its LF; a longer one is damaged */
	GREYTEXT_NUMBERS = 9      /* of a line */
};

/* now: seconds since 1970.  0, or -1 with ENOMEM */
int greytext_put(struct buf *, enum greylist_verdict, const char *key,
    size_t len, size_t who_len, int64_t now);
int greytext_put_sums(struct buf *, const struct greylist_sums *);
int greytext_put_entry(struct buf *, const struct greylist_entry *);

/*
 * greytext_read - let the lines of p[0..n) happen
 *
 * damaged  goes up by the lines that were skipped
 *
 * Returns the bytes of all whole lines, -1 with ENOMEM.
 */
long greytext_read(struct greylist *, const char *p, size_t n,
    unsigned *damaged);

#endif
