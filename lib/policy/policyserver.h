#ifndef POLICY_POLICYSERVER_H
#define POLICY_POLICYSERVER_H

#include "base/list.h"
#include "chain/wire.h"
#include "policy/policytext.h"

/*
 * The other end of the policy protocol: a program that is asked on descriptor 0
 * and answers on descriptor 1, for run: of conf-hooks(5), or behind sock-serve(8).
 * Requests are worked on side by side, and answered in the order in which they
 * came.
 */
enum { POLICYSERVER_OPEN_MAX = 500 /* requests at once; no more are read */ };

struct policyserver;

/* one request */
struct policyrequest {
	struct list_node line;
	struct policyserver *server;
	struct buf text;
	char *action; /* NULL: to come */
	void *state;  /* the program's, ops->state_size bytes, zero */
};

struct policyserver_ops {
	size_t state_size;
	/* must lead, now or later, to policyrequest_answer(), exactly once */
	void (*asked)(struct policyrequest *, void *arg);
	/* the state is about to be freed; may be NULL */
	void (*forget)(struct policyrequest *);
};

/* all zero but for ops and arg */
struct policyserver {
	const struct policyserver_ops *ops;
	void *arg;
	struct wire wire;
	struct loop_timer timer;
	struct list open;
	unsigned n;
	int status;
	unsigned ended : 1;
};

/* an attribute; empty where there is none.  NUL does not stand behind it */
struct slice policyrequest_get(const struct policyrequest *, const char *name);
/* is it this, as `protocol_state' is RCPT? */
int policyrequest_is(const struct policyrequest *, const char *name,
    const char *value);
/* "REJECT", and text behind it, or alone where that is "" */
void policyrequest_answer(struct policyrequest *, const char *action,
    const char *text);

/* until the input ends and all is answered: the exit status, EXIT_PERM for what
 * is no request */
int policyserver_run(struct policyserver *);

#endif
