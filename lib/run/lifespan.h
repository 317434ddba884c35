#ifndef RUN_LIFESPAN_H
#define RUN_LIFESPAN_H

#include <stdint.h>

struct run;

/*
 * The inside of run/lifetime: how long the retry table gives a recipient, kept
 * for each domain until the table is another one.
 */
struct lifespan {
	uint32_t hash, generation; /* of the name, of the table */
	uint32_t lifetime, warn;
	/* of any class of failure */
	uint32_t longest, interval;
};

/* valid until the next call */
const struct lifespan *lifespan_of(struct run *, uint32_t rcpt);
/* seconds, by the class of its last failure, as long as that is known */
uint32_t lifespan_s(struct run *, uint32_t rcpt);
/* the table is a new one */
void lifespan_table(struct run *);

#endif
