#ifndef SASL_AUTHTALK_H
#define SASL_AUTHTALK_H

#include "sasl/authwire.h"
#include "sasl/saslname.h"
#include <stddef.h>
#include <stdint.h>

/*
 * What a client says in auth-socket(5), and what it makes of what it hears.
 * What puts returns 0, or -1 with nothing put: EMSGSIZE, the line would be
 * longer than AUTHWIRE_REQUEST_MAX, or ENOMEM.
 */
enum {
	AUTHTALK_MECHS_MAX = 24, /* mechanisms of a server that are offered, */
	AUTHTALK_MECHS_BYTES = 400 /* so long as their names have together */
};

struct authtalk_mechs {
	char names[AUTHTALK_MECHS_BYTES + 1]; /* a blank between each two */
	unsigned n;
};

struct authtalk_ask {
	const char *mech,
	    *resp; /* resp, in base64: NULL, he said nothing yet */
	size_t mech_len, resp_len;
	const char *rip, *lip; /* addresses as text; NULL: not known */
	uint16_t rport, lport; /* 0: not known */
	unsigned secured : 1;  /* under TLS */
};

int authtalk_hello(struct buf *, uint64_t pid);
int authtalk_auth(struct buf *, uint32_t id, const struct authtalk_ask *);
int authtalk_cont(struct buf *, uint32_t id, const char *b64, size_t n);
int authtalk_cancel(struct buf *, uint32_t id);

/* a line MECH: one more, if it may be offered and has room */
void authtalk_mech(struct authtalk_mechs *, const struct authwire_line *);

enum authtalk_answer {
	AUTHTALK_GOOD,  /* text: the login he is */
	AUTHTALK_MORE,  /* text, in base64, is for the client */
	AUTHTALK_WRONG, /* text: who he is not, for the log; empty: not said */
	AUTHTALK_DISABLED, /* the same, he may not log in */
	AUTHTALK_LATER,    /* it cannot be known now */
	AUTHTALK_NONE      /* no answer to an exchange */
};

/*
 * authtalk_answer - a server's line about an exchange
 *
 * text  receives what stands above, with a NUL behind it; else it is empty
 *
 * A login without a name that will do, and a challenge that is no base64, are
 * LATER: the server is not in order.
 */
enum authtalk_answer authtalk_answer(const struct authwire_line *,
    char text[AUTHWIRE_LINE_MAX]);

#endif
