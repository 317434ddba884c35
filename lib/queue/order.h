#ifndef QUEUE_ORDER_H
#define QUEUE_ORDER_H

#include <stddef.h>

/*
 * Requests on queue-run's control socket, queue-run(8): one LTSV line
 *
 *   cmd:VERB  sel:all|id|domain|from|to  arg:WHAT
 *
 * and the selectors of queue-ctl(8): all, ID, id:ID, domain:NAME, from:ADDRESS,
 * to:ADDRESS.
 */
enum { ORDER_LINE_MAX = 4096, ORDER_ARG_MAX = 1024 };

enum order_verb { ORDER_HOLD, ORDER_RELEASE, ORDER_DELETE, ORDER_RETRY,
	ORDER_BOUNCE, ORDER_SUSPEND, ORDER_RESUME, ORDER_STATUS, ORDER_STOP,
	ORDER_VERBS };
enum order_select { ORDER_ALL, ORDER_ID, ORDER_DOMAIN, ORDER_FROM, ORDER_TO,
	ORDER_SELECTS };

struct order {
	enum order_verb verb;
	enum order_select select;
	char arg[ORDER_ARG_MAX]; /* unescaped; domains in lower case */
	size_t len;
};

/* NULL, or what is wrong with the request */
const char *order_parse(const char *line, size_t n, struct order *);
/* the same from words; selector NULL: none given */
const char *order_words(const char *verb, const char *selector,
    struct order *);
const char *order_verb_name(enum order_verb);
const char *order_select_name(enum order_select);
/* does the verb want a selector */
int order_wants(enum order_verb);

#endif
