#ifndef ADMIN_ADMINANSWER_H
#define ADMIN_ADMINANSWER_H

#include "base/buf.h"
#include "base/slice.h"

/* An answer, and its bytes; RFC 9112, and RFC 9457 for what is wrong.  Pure. */
struct adminanswer {
	unsigned status;
	const char *type; /* Content-Type; NULL: JSON */
	unsigned retry_s; /* 0: nothing is said about it */
	char etag[80];    /* as it stands in the field, or "" */
	char allow[48];   /* methods, or "" */
	struct buf content;
};

/*
 * adminanswer_problem - what is wrong, in place of all that was there
 *
 * detail  of any bytes; "" or NULL: the status is told
 *
 * Without memory there is no content.
 */
void adminanswer_problem(struct adminanswer *, unsigned status,
    const char *detail, size_t n);
/* the same of words of ours */
void adminanswer_fault(struct adminanswer *, unsigned status, const char *);
/* append the whole of it; 0, or -1 with ENOMEM */
int adminanswer_put(const struct adminanswer *, struct buf *);

#endif
