#ifndef FEEDBACK_ARFREAD_H
#define FEEDBACK_ARFREAD_H

#include "conf/word.h"
#include <stddef.h>

/*
 * Complaints: the message/feedback-report part (RFC 5965), with the fields of
 * RFC 6591 and 6692 and those that large providers add; and complaints that
 * are only a returned message, of which its own header says who complained.
 */
enum {
	ARFREAD_FIELDS_MAX = 200, /* fields that are kept; more are not */
	ARFREAD_VALUE_MAX = 1024  /* bytes of a value; the rest is cut */
};

struct arf_field {
	const char *label; /* as events have it: a constant */
	const char *value; /* UTF-8, one line, NUL behind it */
	size_t n;
};

struct arf {
	struct arf_field field[ARFREAD_FIELDS_MAX]; /* in the report's order */
	size_t n;
	struct buf values; /* internal */
};

/* all zero before; report and original as in mailparts.h.  0, or -1 with
 * ENOMEM */
int arfread(struct arf *, struct slice report, struct slice header,
    struct slice original);
void arf_free(struct arf *);
/* the value of the first field with this label; NULL: there is none */
const char *arf_get(const struct arf *, const char *label);
/* the i-th who complained or for whom somebody did: 1 with *a, 0: no more */
int arf_rcpt(const struct arf *, size_t i, struct slice *a);

#endif
