#ifndef QUEUE_CTLREQUEST_H
#define QUEUE_CTLREQUEST_H

#include "queue/selector.h"
#include <stddef.h>

/*
 * Requests on queue-run's control socket, queue-run(8): one LTSV line
 *
 *   cmd:VERB  sel:KIND arg:WHAT  sel:KIND arg:WHAT ...
 *
 * with the kinds of select.h; all has no arg, and the arg of id may be
 * several with blanks between them.
 */
enum {
	CTLREQUEST_LINE_MAX = 4096,
	CTLREQUEST_ARG_MAX = 1024, /* but of ids */
	CTLREQUEST_IDS_MAX = 100
};

enum ctlrequest_verb {
	CTLREQUEST_HOLD,
	CTLREQUEST_RELEASE,
	CTLREQUEST_DELETE,
	CTLREQUEST_RETRY,
	CTLREQUEST_BOUNCE,
	CTLREQUEST_SUSPEND,
	CTLREQUEST_RESUME,
	CTLREQUEST_SHOW,
	CTLREQUEST_STATUS,
	CTLREQUEST_STOP,
	CTLREQUEST_VERBS
};

/* all zero is none */
struct ctlrequest {
	enum ctlrequest_verb verb;
	struct selector_list sel;
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
void ctlrequest_free(struct ctlrequest *);

/* of its name, -1: none */
int ctlrequest_verb(const char *name, size_t n);
/* a constant */
const char *ctlrequest_verb_name(enum ctlrequest_verb);
/* does the verb want a selector? */
int ctlrequest_wants(enum ctlrequest_verb);
/* is everything meant, and nothing left out? */
int ctlrequest_all(const struct ctlrequest *);
/* the one domain that is suspended or resumed, in lower case, n bytes: a part
 * of the request */
const char *ctlrequest_domain(const struct ctlrequest *, size_t *n);

#endif
