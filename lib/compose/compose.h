#ifndef COMPOSE_COMPOSE_H
#define COMPOSE_COMPOSE_H

#include "base/buf.h"
#include "compose/composefault.h"
#include "compose/lettertemplates.h"

/*
 * Messages out of a request in JSON, mail-json(5): one, a list of them, or a
 * template with its recipients.  Pure: chance is an argument.
 *
 *	struct compose c = { .seed = ... };
 *
 *	if (compose_open(&c, request, &fault) == 0)
 *		for (i = 0; i < compose_count(&c); i++)
 *			compose_one(&c, i, &env, &text, &fault);
 *	compose_close(&c);
 */
enum {
	COMPOSE_MESSAGES_MAX = 10000 /* messages, or recipients of a template */
};

struct compose {
	uint64_t seed; /* set by the user: chance, for boundaries */
	/* private */
	json_t *request;
	const json_t *list; /* messages or recipients; NULL: the request is the
			     * message, or a template */
	unsigned is_template : 1;
	json_t *m[LETTER_MEMBERS]; /* of the template */
	struct lettertemplates templates;
};

/*
 * compose_open - see whether all of a request is right
 *
 * request  a reference of it is kept
 *
 * 0, or -1 with a fault, whose path begins at the request.
 */
int compose_open(struct compose *, json_t *request, struct compose_fault *);
/*
 * compose_template - the same of a template without its recipients
 *
 * For those who read them elsewhere, one by one, with compose_rcpt().
 */
int compose_template(struct compose *, json_t *template,
    struct compose_fault *);
/* messages, of one that is open; 0 of a template without recipients */
size_t compose_count(const struct compose *);
/*
 * compose_one - make a message
 *
 * i     from 0, below compose_count()
 * env   gets envelope lines: from, to, body, and what the request says of
 *       smtputf8, tag, tenant, hold-until, expire, prio, key; parcel(5)
 * text  gets the message with LF line ends, without Date and Message-ID
 *       where it brings none: those are mail-fix's
 *
 * One message to several recipients is one parcel.  0, or -1 with a fault
 * and something appended; of a request that was opened, only when memory is
 * out.
 */
int compose_one(const struct compose *, size_t i, struct buf *env,
    struct buf *text, struct compose_fault *);
/*
 * compose_rcpt - the message of one recipient of a template
 *
 * look  only see whether all is right: env gets its lines, text is of no use
 *
 * As above, but what is wrong with the recipient is a fault, whose path begins
 * at him.
 */
int compose_rcpt(const struct compose *, const json_t *rcpt, int look,
    uint64_t seed, struct buf *env, struct buf *text, struct compose_fault *);
/* also of one that was not opened */
void compose_close(struct compose *);

#endif
