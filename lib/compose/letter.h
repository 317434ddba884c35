#ifndef COMPOSE_LETTER_H
#define COMPOSE_LETTER_H

#include "base/buf.h"
#include "base/slice.h"
#include "compose/composefault.h"
#include <jansson.h>
#include <stdint.h>

/*
 * One message out of members of JSON, mail-json(5), and out of those of its
 * recipient where there is a template: envelope lines, header and body.
 */
enum letter_member {
	LETTER_FROM,
	LETTER_RETURN_PATH,
	LETTER_TO,
	LETTER_CC,
	LETTER_BCC,
	LETTER_REPLY_TO,
	LETTER_SUBJECT,
	LETTER_TEXT,
	LETTER_AMP,
	LETTER_HTML,
	LETTER_HEADERS,
	LETTER_ATTACHMENTS,
	LETTER_INLINE,
	LETTER_TAGS,
	LETTER_METADATA,
	LETTER_TENANT,
	LETTER_SEND_AT,
	LETTER_EXPIRE,
	LETTER_PRIORITY,
	LETTER_KEY,
	LETTER_MEMBERS
};
extern const char *const letter_names[LETTER_MEMBERS];

/* set by the user, all else zero at first */
struct letter {
	/* the members; NULL: not there */
	json_t *m[LETTER_MEMBERS];
	/* the same of the recipient, which are more (tags) or stand in the place
	 * of the others */
	json_t *rcpt[LETTER_MEMBERS];
	uint64_t seed;          /* of boundaries */
	unsigned look : 1;      /* only see whether all is right: a body is not
			    * made */
	struct buf *env, *text; /* get what is made, appended */
	struct compose_fault *fault;
	/*
	 * What a string of the message comes to, where it is a template: s is
	 * as it stands, and may be changed to what lives until the next call.
	 * 0, or -1 with a fault.  NULL: strings are as they stand
	 */
	int (*render)(void *arg, const json_t *, struct slice *s,
	    struct compose_fault *);
	void *arg;
};

/* 0, or -1 with a fault; then something may be appended */
int letter_put(struct letter *);

#endif
