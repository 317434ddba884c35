#ifndef SEND_HOST_H
#define SEND_HOST_H

#include "send/deadhost.h"
#include "send/job.h"
#include <stdint.h>

/*
 * The hosts of a job's list in turn, and what is known of the one that has
 * its turn: name and address, and why the one before it would not do.  A
 * host that has just failed is skipped, as deadhost.h remembers it.  The
 * list is the label mx of job(5).
 */

/* why a host would not do, kept while the next is tried */
struct sendfail {
	const char *class; /* as in a result, job(5) */
	const char *phase; /* the same; NULL: not even connected */
	unsigned code;     /* of its reply, 0: it gave none */
	char esc[REPLY_ESC_MAX + 1];
	char text[REPLY_TEXT_MAX + 1];
	/* the word of RFC 8460 section 4.3, NULL: it was another thing; the
	 * certificate's verdict, "": there was none */
	const char *tls, *cert;
	const char *policy; /* that it does not fit; NULL: the site's */
};

/* all zero: no host has had its turn */
struct sendhost {
	char *name; /* NUL, address, NUL, its word in the list, NUL; or NULL */
	const char *ip;        /* in it */
	struct sendfail *fail; /* NULL: none has failed, or no memory */
	uint32_t at;           /* bytes of the list that are done */
	uint16_t port;
	unsigned char kind; /* enum dial_kind */
	/* of the hosts so far: one has said what is final; one may yet do */
	unsigned final : 1, temp : 1;
};

/* bytes of what a host is remembered by: kind, port, address, source */
enum { SENDHOST_KEY = 3 + 16 + 16 };

enum sendhost_step {
	SENDHOST_GOING,   /* it is being connected */
	SENDHOST_SKIPPED, /* it is not tried; h->fail says why */
	SENDHOST_REFUSED, /* it has failed at once; the same */
	SENDHOST_LOCAL,   /* we have failed, which says nothing of it */
	SENDHOST_NONE     /* the list is at its end */
};

/*
 * sendhost_next - the next host of the list has its turn
 *
 * list  the hosts, each as dial_scan() takes it, blanks between
 * site  from which addresses
 * dead  what is known of other hosts
 *
 * GOING: it may be connected.
 */
enum sendhost_step sendhost_next(struct sendhost *, const char *list,
    const struct sendsite *site, struct deadhost *dead, int64_t now_ms);
/*
 * sendhost_dial - begin to connect to the host that has its turn
 *
 * fd  receives the socket with GOING: the caller's
 *
 * Who hears REFUSED says sendhost_failed() if it is to be remembered.
 */
enum sendhost_step sendhost_dial(struct sendhost *, const struct sendsite *,
    int *fd);

/* why this host would not do; fmt takes a and b */
void sendhost_fail(struct sendhost *, const char *class, const char *esc,
    const char *fmt, const char *a, const char *b);
/* the same, and it is final: 550 */
void sendhost_fail_final(struct sendhost *, const char *class, const char *esc,
    const char *fmt, const char *a, const char *b);
/* was it final with all of them? */
static inline int
sendhost_is_final(const struct sendhost *h)
{
	return h->final && !h->temp && h->fail != NULL;
}
/* its reply says why: none of it is final, it is about the host alone */
void sendhost_fail_reply(struct sendhost *, const char *class,
    const struct reply *);

/* what the host that has its turn is remembered by; 0: nothing, it is none of
 * the network */
int sendhost_key(const struct sendhost *, const struct sendsite *,
    unsigned char key[SENDHOST_KEY]);

/* is this word of a list passed over now?  Why, and until when; NULL: it would
 * be tried */
const char *sendhost_dead(const char *word, size_t n, const struct sendsite *,
    struct deadhost *, int64_t now_ms, int64_t *until_ms);

/* does it stand in this list, too? */
int sendhost_listed(const struct sendhost *, const char *list);

/* it could not be connected: remember, with h->fail; it could: forget */
void sendhost_failed(const struct sendhost *, const struct sendsite *,
    struct deadhost *, int64_t now_ms);
void sendhost_alive(const struct sendhost *, const struct sendsite *,
    struct deadhost *);

void sendhost_free(struct sendhost *);

#endif
