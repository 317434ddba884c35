#ifndef QUEUE_ORDER_H
#define QUEUE_ORDER_H

#include "queue/select.h"
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
	ORDER_LINE_MAX = 4096,
	ORDER_ARG_MAX = 1024, /* but of ids */
	ORDER_IDS_MAX = 100
};

enum order_verb {
	ORDER_HOLD,
	ORDER_RELEASE,
	ORDER_DELETE,
	ORDER_RETRY,
	ORDER_BOUNCE,
	ORDER_SUSPEND,
	ORDER_RESUME,
	ORDER_SHOW,
	ORDER_STATUS,
	ORDER_STOP,
	ORDER_VERBS
};

/* all zero is none */
struct order {
	enum order_verb verb;
	struct select_list sel;
	char text[ORDER_LINE_MAX]; /* values, unescaped */
};

/* NULL, or what is wrong with the request.  What the order had is freed */
const char *order_parse(const char *line, size_t n, struct order *);
/* does the order make sense: NULL, or what is wrong with it */
const char *order_check(const struct order *);
/*
 * order_put - the request, with a part of its ids: n of them from at on
 *
 * 0, or -1 without memory.
 */
int order_put(const struct order *, size_t at, size_t n, struct buf *out);
void order_free(struct order *);

/* of its name, -1: none */
int order_verb(const char *name, size_t n);
const char *order_verb_name(enum order_verb);
/* does the verb want a selector */
int order_wants(enum order_verb);
/* is everything meant, and nothing left out */
int order_all(const struct order *);
/* the one domain that is suspended or resumed, in lower case */
const char *order_domain(const struct order *, size_t *n);

#endif
