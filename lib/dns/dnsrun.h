#ifndef DNS_DNSRUN_H
#define DNS_DNSRUN_H

#include "base/loop.h"
#include "dns/dnsq.h"
#include "dns/resolve.h"

/*
 * Drives a pure machine that has questions to the DNS (dns/dnsq.h) through
 * the event loop, within one deadline for all of them: when that is over
 * each further question fails at once, and the machine comes to its end by
 * itself.
 */
enum {
	DNSRUN_DEADLINE_MS = 20000, /* RFC 7208 section 4.6.4 */
	/* for programs of the shell: of one question, and what -w may say */
	DNSRUN_QUESTION_MS = 5000,
	DNSRUN_WAIT_MAX_S = 3600,
	DNSRUN_ASKED_MAX = 10000 /* questions of one machine; more fail */
};

struct dnsrun_machine {
	/* 1: *q is the next question; 0: it has come to its end */
	int (*want)(void *machine, struct dnsq *q);
	void (*answer)(void *machine, const struct dnsa *);
};

/* the machine that part_want() and part_answer() make, under a name of the
 * caller's file */
#define DNSRUN_MACHINE(name, part) \
	static int part##_want_any(void *machine, struct dnsq *q) \
	{ \
		return part##_want(machine, q); \
	} \
	static void part##_answer_any(void *machine, const struct dnsa *a) \
	{ \
		part##_answer(machine, a); \
	} \
	static const struct dnsrun_machine name = { part##_want_any, \
		part##_answer_any }

/* belongs to the caller; must stay until done() */
struct dnsrun {
	struct resolve *dns;
	const struct dnsrun_machine *ops;
	void *machine;
	/* from the event loop, or from within dnsrun_start() when there was
	 * nothing to ask */
	void (*done)(void *arg);
	void *arg;
	struct dnsq q;
	struct resolve_query query;
	struct loop_timer timer;
	unsigned asked;
	unsigned late : 1, running : 1;
};

void dnsrun_start(struct dnsrun *, struct resolve *dns,
    const struct dnsrun_machine *, void *machine, int64_t deadline_ms,
    void (*done)(void *), void *arg);
/* the same for programs that have nothing else to do: runs the event loop
 * until the end */
void dnsrun_now(struct resolve *dns, const struct dnsrun_machine *,
    void *machine, int64_t deadline_ms);
/* stop: done() does not come */
void dnsrun_cancel(struct dnsrun *);

#endif
