#ifndef SHIP_BULKANSWER_H
#define SHIP_BULKANSWER_H

#include "ship/batch.h"
#include <stddef.h>

/*
 * JSON that receivers of events answer with: of a bulk request, which may have
 * some of its items refused, and of Splunk's collector.  Pure.
 */

struct bulkanswer {
	int errors; /* 1: some items are refused */
	size_t n;   /* items */
	/* private */
	void *root, *items;
};

struct bulkanswer_item {
	long status; /* 0: not said */
	const char *type, *reason;
};

/* 0, or -1: it is no answer of a bulk request */
int bulkanswer_open(struct bulkanswer *, const char *p, size_t n);
/* 1, or 0: there is none of that number.  Valid until it is closed */
int bulkanswer_item(const struct bulkanswer *, size_t i,
    struct bulkanswer_item *);
void bulkanswer_close(struct bulkanswer *);

/* a member of the object that is a number; or absent */
long bulkanswer_number(const char *p, size_t n, const char *name, long absent);
/* {"acks":{"ID":true}}: 1, 0 not yet or not said */
int bulkanswer_acked(const char *p, size_t n, long id);

#endif
