#ifndef SHIP_LABELLIST_H
#define SHIP_LABELLIST_H

#include "format/ltsv.h"

/* Labels that a destination names, with commas between.  Pure. */
enum { LABELLIST_MAX = 32 /* labels */ };

struct labellist {
	const char *name[LABELLIST_MAX]; /* in the text */
	unsigned len[LABELLIST_MAX];
	unsigned n;
};

/* 0, or -1: one is empty, longer than LTSV_LABEL_MAX or of other letters than
 * labels have, or there are too many.  An empty text has none */
int labellist_parse(struct labellist *, const char *text);
/* which of them it is, from 0; -1: none */
int labellist_at(const struct labellist *, const char *label, size_t n);

#endif
