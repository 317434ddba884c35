#ifndef DKIM_TAGS_H
#define DKIM_TAGS_H

#include "dkim/sig.h"
#include "dkim/taglist.h"

/*
 * The tags of a signature, one by one: the inside of dkimsig.
 */
struct dkimtags {
	struct dkimsig *s; /* kind, raw, slices are set; the rest is filled
			    * in */
	const struct taglist *tags;
	const char *why;
};

/* all but t= and x=: 0, or -1 with why when a tag is missing or bad */
int dkimtags_read(struct dkimtags *);

/* 0, or -1 when it is no number; what is larger than max becomes max, for
 * the grammar allows more digits than fit anywhere */
int dkimtags_number(const struct tag *, uint64_t max, uint64_t *out);

#endif
