#ifndef SENDMAIL_DROPRETURN_H
#define SENDMAIL_DROPRETURN_H

#include "sendmail/drop.h"

/*
 * What of the drop nobody will ever take goes back to who left it, as a
 * delivery report.
 */
struct dropreturn {
	const char *me;       /* this host */
	const char *owner;    /* who left it, as an address; NULL: not known */
	const char *why;      /* "5.7.1 text", or a text */
	const char *name;     /* RETURNED_NAME_LEN random characters */
	int64_t now, arrival; /* seconds */
};

enum dropreturn_verdict {
	DROPRETURN_MADE,
	DROPRETURN_NOBODY, /* a report itself, none wanted, or by whom it is
			    * is not known */
	DROPRETURN_MEMORY
};

/*
 * dropreturn_make - the report, a parcel as it is handed in
 *
 * d       what drop_read() made of the file, perhaps not all of it
 * report  all zero but for fd, -1; drop_free() in any case
 *
 * Goes to the envelope sender, or to the owner when no envelope can be read.
 * Names the recipients that want to hear of it; has the message, when it is in
 * memory and fit for that, else its header.
 */
enum dropreturn_verdict dropreturn_make(const struct dropreturn *,
    const struct drop_parcel *d, struct drop_parcel *report);

#endif
