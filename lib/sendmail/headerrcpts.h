#ifndef SENDMAIL_HEADERRCPTS_H
#define SENDMAIL_HEADERRCPTS_H

#include "bounce/returned.h"
#include "sendmail/envelope.h"

/*
 * Recipients out of a header, for sendmail -t.  An entry that is no address
 * does not refuse the others: it is noted, for a report to the sender.
 */
enum {
	HEADERRCPTS_SHOWN_MAX = 200, /* bytes of what is no address */
	HEADERRCPTS_SAID_MAX = 10,   /* such entries of a field, by odd() */
	HEADERRCPTS_TOLD_MAX = 1000  /* of all fields, in the report */
};

/* all zero at first, but for odd */
struct headerrcpts {
	/* an entry that is none, n bytes; may be NULL */
	void (*odd)(const char *p, int n);
	struct buf told; /* those for the report, a NUL behind each */
	size_t n_odd, n_told;
};

/* how many bytes of an entry of n are shown to people, for %.*s */
int headerrcpts_shown(size_t n);

/*
 * headerrcpts_add - what the header's fields name, as rcptfields_is() has
 * them, into the envelope
 *
 * header, n  LF lines, no empty line
 *
 * OK, SIZE, or MEMORY, as envelope_add().
 */
enum envelope_result headerrcpts_add(struct headerrcpts *, struct envelope *,
    const char *header, size_t n);

/*
 * headerrcpts_report - the entries that are none as a delivery report
 *
 * r  with its names, returned_name(), and who, to whom and when
 *
 * 0, or -1 with ENOMEM.
 */
int headerrcpts_report(const struct headerrcpts *, struct returned *r,
    const char *header, size_t n, struct buf *env, struct buf *text);

#endif
