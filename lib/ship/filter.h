#ifndef SHIP_FILTER_H
#define SHIP_FILTER_H

#include "format/ltsv.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Which events a destination gets, conf-ship(5):
 *
 *   ev:sent,bounced             the label is one of these
 *   host~*.example.org          it is like one of these: * and ?
 *   size>=100000                it is a number, and < <= > >=
 *   tenant                      it is there
 *   A & B, A B    A | B    !A    (A)
 *
 * In a value \ stands in front of what would end it, and of itself; one in
 * single quotes ends only there.  A label that stands several times, as `tag`,
 * is tried each time.
 */
enum {
	FILTER_TERMS_MAX = 64,   /* conditions, and what joins them */
	FILTER_VALUES_MAX = 256, /* of all conditions */
	FILTER_DEPTH_MAX = 16,   /* of parentheses and ! */
	FILTER_TEXT_MAX = 2048,  /* bytes */
	FILTER_VALUE_MAX = 1024  /* bytes of a value that has escapes; a
				    longer one is compared as far as that */
};

struct filter_node {
	uint8_t kind;
	uint8_t label_len;
	uint16_t a, b;  /* what is joined; of a condition its first value,
			   and how many */
	uint16_t label; /* where it stands in text */
	int64_t number; /* of a comparison, in millionths */
};

struct filter {
	struct filter_node node[FILTER_TERMS_MAX];
	struct {
		uint16_t at, len;
	} value[FILTER_VALUES_MAX];
	char text[FILTER_TEXT_MAX]; /* labels, and values unescaped */
	unsigned n, n_value, n_text;
	int root; /* -1: everything */
};

/* NULL, or what is wrong; *at is where in the text then.  Nothing but blanks
 * is a filter that holds for everything */
const char *filter_parse(struct filter *, const char *text, size_t n,
    size_t *at);
/* does it hold for this event, of this log?  1, 0 */
int filter_holds(const struct filter *, const struct ltsv *, const char *src);

#endif
