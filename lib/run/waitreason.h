#ifndef RUN_WAITREASON_H
#define RUN_WAITREASON_H

#include "format/ltsv.h"
#include "queue/jobhead.h"

struct run;

/*
 * Why the mail of a domain waits: what the chain said with its last `later'.
 * For people who ask; a place for each hash of a name, and who comes last
 * has it.
 */
enum { SAID_DOMAINS = 2048, SAID_TEXT_MAX = 224 };

struct waitreason {
	struct waitreason_text {
		char domain[JOBHEAD_DOMAIN_MAX];
		char text[SAID_TEXT_MAX]; /* escaped as in LTSV */
		uint8_t domain_len, text_len;
	} * text; /* NULL: nothing was said yet */
};

/* the chain's word for a domain's mail that it does not take now; NULL: none */
void waitreason_set(struct run *, uint32_t domain,
    const struct ltsv_field *text);
/* escaped as in LTSV, NULL: none is known */
const char *waitreason_of(const struct run *, uint32_t domain, size_t *n);

#endif
