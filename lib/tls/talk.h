#ifndef TLS_TALK_H
#define TLS_TALK_H

#include "smtp/reply.h"
#include "smtp/stream.h"
#include "tls/tls.h"
#include <stdint.h>

/*
 * A dialogue with one SMTP server, for programs of the shell: step by step,
 * without a loop, and each step within its time, however slow the bytes come.
 * What goes wrong is told in a line, and then the dialogue is over.
 */
enum {
	TALK_SHOWN_MAX = 400, /* bytes of a reply in `why` */
	TALK_WHY_MAX = 512
};

/* all zero is one that is not open; it stays where it is */
struct talk {
	struct stream stream;
	int64_t step_ms; /* time for each step */
	int error;       /* errno of what went wrong; 0: it was no call */
	char why[TALK_WHY_MAX];
	/* private: what came and was not looked at yet */
	char got[REPLY_MAX + 1];
	size_t got_n, used;
};

/* all return 0, or -1 with t->why and t->error */

/* ip of 4 or 16 bytes; t is closed, and step_ms above 0 */
int talk_dial(struct talk *, const unsigned char *ip, size_t len, uint16_t port,
    int64_t step_ms);
/* the next reply, whatever it says; valid until the next call */
int talk_reply(struct talk *, struct reply *);
/* the same, whose code begins with this digit: else why has what was said */
int talk_expect(struct talk *, unsigned digit, struct reply *);
/* a line, or several, with their ends; short: what the system does not take at
 * once is late */
int talk_say(struct talk *, const char *);
/* TLS from here on; the target stays until the end.  -1 also when the server
 * has spoken meanwhile */
int talk_tls(struct talk *, const struct tls_target *);

/* the same, any bytes: before TLS, for who plays with its records */
int talk_put(struct talk *, const void *, size_t n);
/* some that came, room for n; their count, 0: the end, -1 with ETIMEDOUT: none
 * until end_ms, of clock_mono_ms().  Those of the dialogue that nobody has
 * looked at come first */
ssize_t talk_get(struct talk *, void *, size_t n, int64_t end_ms);

void talk_close(struct talk *);

#endif
