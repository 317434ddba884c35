#ifndef SENDMAIL_LOCALPARCEL_H
#define SENDMAIL_LOCALPARCEL_H

#include "sendmail/handin.h"
#include "sendmail/headerrcpts.h"
#include "sendmail/options.h"
#include "sendmail/unixmail.h"

/* The parcels, parcel(5), of a message that a user of this machine hands in,
 * and of the report about recipients of it that are none. */
struct localparcel {
	const struct sendmail_options *opt;
	const struct envelope *envelope;
	const struct unixmail *mail;
	const char *from;
	unsigned long uid;
};

/* the lines of its envelope: OK, MEMORY, or BAD or SIZE: so the option -V is,
 * envelope_envid() */
enum envelope_result localparcel_envelope(const struct localparcel *,
    struct buf *env);
/*
 * localparcel_odd - the report, whole
 *
 * named  what the header named; name and now as in bounce/returned.h
 * p      all zero; receives it
 *
 * 0, or -1 with ENOMEM.
 */
int localparcel_odd(const struct localparcel *, const struct headerrcpts *named,
    const char name[RETURNED_NAME_LEN + 1], int64_t now,
    struct handin_parcel *p);

#endif
