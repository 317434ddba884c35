#ifndef RECV_SESSION_H
#define RECV_SESSION_H

#include "base/ip.h"
#include "recv/inbound.h"
#include "recv/patience.h"
#include "smtp/stream.h"
#include <netinet/in.h>
#include <stddef.h>

/* One connection of recv/inbound; nobody else includes this. */

struct session {
	struct stream stream; /* with input that is not consumed yet */
	struct turn turn;     /* waits while there is something to read */
	struct inbound *in;
	struct waiter waiter; /* of enum inbound_wait */
	struct pause pause;
	struct smtpin smtp;
	struct incoming *letter;
	struct party *party; /* NULL: the only one, or refused */
	char *helo, *name;
	char *suffix;         /* RELAYCLIENT; NULL: may not relay */
	unsigned char ip[16]; /* IPv4 mapped */
	struct patience patience;
	/* bytes of a message since its clock began anew, or of what is
	 * thrown away at the end */
	uint32_t came;
	uint32_t since; /* seconds: his last message */
	uint16_t port;
	unsigned known : 1, waiting : 1, lingering : 1, ending : 1,
	    doubtful : 1, /* relay.cdb could not be asked */
	    cut : 1;      /* commands behind a message were dropped */
};

/* who shares what it uses */
static inline struct share_holder *
session_holder(const struct session *s)
{
	return s->party == NULL ? NULL : &s->party->share;
}

static inline struct session *
session_turn(struct turn *t)
{
	return (struct session *)((char *)t - offsetof(struct session, turn));
}

/* takes over the descriptors, also when it fails; NULL when out of memory */
struct session *session_open(struct inbound *, int rfd, int wfd);
void session_greet(struct session *);
/* its pause is over */
void session_resume(struct session *);
/* it has its turn: read */
void session_read(struct session *);
void session_close(struct session *);
/* say this and close; session_end so that the client can read it even while
 * it sends */
void session_end(struct session *, const struct smtpin_reply *);
void session_bye(struct session *, const struct smtpin_reply *);
void session_expired(struct session *);
/* client's address as text; "" when not known */
const char *session_ip(const struct session *, char t[IP_TEXT]);

/* by inbound.c: */
/* from now on, or anew, for as long as this kind of waiting may last */
void inbound_wait(struct session *, enum inbound_wait);
void inbound_left(struct session *);
/* nothing is read of it for so long */
void inbound_pause(struct session *, unsigned ms);
/* a message was taken of it: its life begins anew */
void inbound_alive(struct session *);
/* it has lived too long without one */
int inbound_too_old(const struct session *);
/* something was refused: who does nothing with what he holds is to go */
void inbound_press(struct inbound *);

#endif
