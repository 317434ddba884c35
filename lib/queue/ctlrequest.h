#ifndef QUEUE_CTLREQUEST_H
#define QUEUE_CTLREQUEST_H

#include "queue/ctlparam.h"
#include "queue/selector.h"
#include <stddef.h>

/*
 * Requests on queue-run's control socket, queue-run(8): one LTSV line
 *
 *   cmd:VERB  sel:KIND arg:WHAT  sel:KIND arg:WHAT ...
 *
 *   cmd:count  of:VERB  sel:KIND arg:WHAT ...
 *
 * The second asks what the order would concern, and changes nothing: a queue-run
 * that does not know it refuses it.
 * The verb ask is about mail that is not there: selectors say what it would be.
 * Of why, for one recipient of a message, n:NUMBER, too; and what ctlparam.h
 * has;
 * with the kinds of select.h; all has no arg, and the arg of id may be
 * several with blanks between them.
 */
enum {
	CTLREQUEST_LINE_MAX = 4096,
	CTLREQUEST_ARG_MAX = 1024, /* but of ids */
	CTLREQUEST_IDS_MAX = 100,
	/* of one that stands, with who gave it and when */
	CTLREQUEST_KEPT_MAX = CTLREQUEST_LINE_MAX + 400,
	/* kinds of selectors that only route can answer */
	CTLREQUEST_OF_ROUTE =
	    1 << SELECTOR_SITE | 1 << SELECTOR_PROVIDER | 1 << SELECTOR_VIA
};
#define CTLREQUEST_EACH UINT32_MAX

/*
 *   ctlrequest  requests, read and written
 *   ctlcheck    which make sense
 *   ctlverb     what they do
 */
enum ctlrequest_verb {
	CTLREQUEST_HOLD,
	CTLREQUEST_RELEASE,
	CTLREQUEST_DELETE,
	CTLREQUEST_RETRY,
	CTLREQUEST_BOUNCE,
	CTLREQUEST_SUSPEND,
	CTLREQUEST_RESUME,
	CTLREQUEST_SHOW,
	CTLREQUEST_WHY,
	CTLREQUEST_ASK,
	CTLREQUEST_REBIND,
	CTLREQUEST_SUSPENSIONS,
	CTLREQUEST_REBINDINGS,
	CTLREQUEST_STATUS,
	CTLREQUEST_STOP,
	CTLREQUEST_VERBS
};

/* all zero is none */
struct ctlrequest {
	enum ctlrequest_verb verb;
	struct selector_list sel;
	struct ctlparam with;
	unsigned count; /* only how many it would concern */
	uint32_t n;     /* of why: the recipient, CTLREQUEST_EACH: all */
	char text[CTLREQUEST_LINE_MAX]; /* values, unescaped */
};

/* NULL, or what is wrong with the request.  What the order had is freed */
const char *ctlrequest_parse(const char *line, size_t n, struct ctlrequest *);
/* does the order make sense: NULL, or what is wrong with it */
const char *ctlrequest_check(const struct ctlrequest *);
/*
 * ctlrequest_put - the request, with a part of its ids: n of them from at on
 *
 * 0, or -1 without memory.
 */
int ctlrequest_put(const struct ctlrequest *, size_t at, size_t n,
    struct buf *out);
/* its selectors as queue-ctl takes them, with blanks between; 0, or -1 without
 * memory */
int ctlrequest_words(const struct ctlrequest *, struct buf *out);
void ctlrequest_free(struct ctlrequest *);

/* of its name, -1: none */
int ctlrequest_verb(const char *name, size_t n);
/* a constant */
const char *ctlrequest_verb_name(enum ctlrequest_verb);
/* does the verb want a selector? */
int ctlrequest_wants(enum ctlrequest_verb);
/* does it only ask, and change nothing? */
int ctlrequest_tells(const struct ctlrequest *);
/* does it stand, for mail that comes, or until it has gone? */
int ctlrequest_stands(const struct ctlrequest *);
/* is everything meant, and nothing left out? */
int ctlrequest_all(const struct ctlrequest *);

#endif
