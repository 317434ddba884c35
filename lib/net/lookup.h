#ifndef NET_LOOKUP_H
#define NET_LOOKUP_H

#include "base/loop.h"
#include "mail/dnsq.h"
#include "net/resolve.h"

/*
 * Drives a pure machine that has questions to the DNS (mail/dnsq.h) through
 * the event loop, within one deadline for all of them: when that is over
 * each further question fails at once, and the machine comes to its end by
 * itself.
 */
enum {
	LOOKUP_DEADLINE_MS = 20000, /* RFC 7208 section 4.6.4 */
	/* for programs of the shell: of one question, and what -w may say */
	LOOKUP_QUESTION_MS = 5000,
	LOOKUP_WAIT_MAX_S = 3600,
	LOOKUP_ASKED_MAX = 10000 /* questions of one machine; more fail */
};

struct lookup_machine {
	/* 1: *q is the next question; 0: it has come to its end */
	int (*want)(void *machine, struct dnsq *q);
	void (*answer)(void *machine, const struct dnsa *);
};

/* belongs to the caller; must stay until done() */
struct lookup_run {
	const struct lookup_machine *ops;
	void *machine;
	/* from the event loop, or from within lookup_start() when there was
	 * nothing to ask */
	void (*done)(void *arg);
	void *arg;
	struct dnsq q;
	struct resolve_query query;
	struct loop_timer timer;
	unsigned asked;
	unsigned late : 1, running : 1;
};

void lookup_start(struct lookup_run *, const struct lookup_machine *,
    void *machine, int64_t deadline_ms, void (*done)(void *), void *arg);
/* the same for programs that have nothing else to do: runs the event loop
 * until the end */
void lookup_now(const struct lookup_machine *, void *machine,
    int64_t deadline_ms);
/* stop: done() does not come */
void lookup_cancel(struct lookup_run *);

#endif
