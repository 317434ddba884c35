#ifndef STS_STSFETCH_H
#define STS_STSFETCH_H

#include "base/buf.h"
#include "base/child.h"
#include "http/httpsurl.h"
#include "sts/stsbook.h"

/*
 * The policy of a domain, fetched from its server: RFC 8461 section 3.3.  Each
 * fetch is a process of its own, https-get(8): what reads answers of strangers
 * is gone afterwards, and so is the memory that it took.
 */
enum {
	STSFETCH_WAIT_S = 60,
	STSFETCH_WAIT_MAX_S = 600,
	STSFETCH_GRACE_MS = 10000, /* to say that there was no answer in time */
	STSFETCH_HEAD_MAX = 4096,  /* bytes that https-get says first */
	STSFETCH_WORDS_MAX = 160   /* of its command line */
};

/* how it is done; the same for all */
struct stsfetch_way {
	/* https-get and its options, n of them; two words are added */
	char *argv[STSFETCH_WORDS_MAX];
	unsigned n;
	unsigned port;   /* where policies are served, HTTPSURL_PORT */
	int64_t wait_ms; /* for all of a fetch; it is among the options, too */
};

/* all zero at first, but for done and arg; the caller's, until done() */
struct stsfetch {
	struct child child;
	struct loop_io out;
	struct loop_timer timer;
	int fd; /* what the child says */
	struct buf said;
	int late;   /* ended by us */
	int reason; /* errno: why it could not begin */
	char url[HTTPSURL_MAX];
	/* from the event loop, once.  policy: n bytes, malloc, the receiver's;
	 * NULL: there is none, and why says what was wrong */
	void (*done)(void *arg, char *policy, size_t n,
	    const struct stsbook_why *);
	void *arg;
};

/* another word of its command line; the text stays the caller's */
void stsfetch_word(struct stsfetch_way *, const char *);
/* the way stays as it is until done() */
void stsfetch_start(struct stsfetch_way *, struct stsfetch *,
    const char *domain);

#endif
