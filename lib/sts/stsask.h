#ifndef STS_STSASK_H
#define STS_STSASK_H

#include "base/list.h"
#include "sts/stspolicy.h"
#include "sts/stsrecord.h"
#include <stdint.h>

/*
 * What policy of MTA-STS has a domain?  Asked of sts-fetch(8) on its socket, in
 * the event loop: one connection, made at the first question and made again when
 * it has ended, but not at once.  Where nobody answers in time nothing is known,
 * which is another thing than that there is no policy.
 *
 * One for a process, as the program has one option for it.
 */
enum {
	STSASK_WAIT_MS = 10000, /* for an answer, unless its user says more */
	STSASK_FLIGHT_MAX =
	    1024, /* questions at once; of more nothing is known */
	STSASK_AGAIN_MIN_MS = 1000, /* until it is connected again, */
	STSASK_AGAIN_MAX_MS = 30000,
	STSASK_TELL_MS = 60000 /* between two warnings */
};

struct sts_answer {
	enum sts_mode mode;
	char id[STS_ID_MAX + 1]; /* empty: there is no policy */
	int64_t expires_s;       /* of the policy, seconds since 1970 */
	unsigned n_mx;           /* patterns, lower case */
	struct slice *mx;        /* n_mx of them, malloc, as is text */
	char *text;              /* in which they stand */
	unsigned unknown : 1;    /* nobody has answered; all else is 0 */
};

/* the caller's, all zero but for done and arg; stays until done() */
struct stsask_query {
	struct list_node line; /* first */
	uint32_t n;
	int64_t deadline_ms;
	/* once, from the event loop, never from in here.  What the answer
	 * points to is whose this is from now on: sts_answer_free() */
	void (*done)(void *arg, struct sts_answer *);
	void *arg;
	unsigned asked : 1;
};

/*
 * stsask_setup - whom to ask, before the first question
 *
 * address  unix:PATH, kept by the caller; NULL: nobody, nothing is known of
 *          any domain, and no warning says so
 * wait_ms  for each answer
 *
 * Returns 0, or -1 when it is no such address.
 */
int stsask_setup(const char *address, int64_t wait_ms);

/* the domain: of n bytes, A-labels, in any case; it need not stay.  Of what is
 * no name nothing is known */
void stsask(struct stsask_query *, const char *domain, size_t n);
/* done() does not come; nothing when it is not under way */
void stsask_cancel(struct stsask_query *);
/* the memory in it */
void sts_answer_free(struct sts_answer *);

#endif
