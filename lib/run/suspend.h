#ifndef RUN_SUSPEND_H
#define RUN_SUSPEND_H

#include "queue/nametable.h"
#include <stddef.h>

struct run;

/*
 * Domains that get no mail for now: QUEUE/suspended, one a line.  Their
 * recipients come round every RUN_SUSPEND_MS until the domain is resumed.
 */
struct suspend {
	struct nametable names;
};

void suspend_start(struct run *);
/* 0, -1 with errno: nothing has changed.  domain in lower case */
int suspend_set(struct run *, const char *domain, size_t n, int on);
int suspend_has(const struct run *, const char *domain, size_t n);
int suspend_is(const struct run *, uint32_t rcpt);
/* the next suspended domain from *at on, NULL: no more */
const char *suspend_name(const struct run *, unsigned *at, size_t *n);

#endif
