#ifndef RECV_SESSION_H
#define RECV_SESSION_H

#include "base/ip.h"
#include "recv/inbound.h"
#include "recv/patience.h"
#include "recv/service.h"
#include "smtp/stream.h"
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>

/* One connection of recv/inbound; nobody else includes this. */

/* what sessions speak in place of SMTP, where it is something else: in->other */
struct session_calls {
	/* one has come; 0, or -1 with ENOMEM */
	int (*begin)(struct session *);
	/* as much of p[0..n) as may be consumed; -1: the session is gone.
	 * *step receives 1 when a message went down */
	ssize_t (*consume)(struct session *, char *p, size_t n, int *step);
	/* n bytes were consumed: the clock goes on, or begins anew */
	void (*clock)(struct session *, int step, size_t n);
	/* nothing more comes.  1: it stays for its answers; 0: it may go */
	int (*ended)(struct session *);
	/* may it live on without a message that was accepted? */
	int (*busy)(const struct session *);
	/* nobody is answered any more */
	void (*forget)(struct session *);
	/* the same, and what begin() made is given back; nothing where it
	 * did not */
	void (*end)(struct session *);
};

struct qmtpsession;

/* how far TLS is */
enum session_secure {
	SESSION_CLEAR,
	SESSION_STARTING, /* the 220 to STARTTLS is on its way */
	SESSION_SHAKING,  /* handshake */
	SESSION_SECURE
};

/* what only those have who speak TLS, log in, whose name is known, or who write to
 * those whom others know: made when it is first needed */
struct session_more {
	char *name;               /* the client's */
	char *login;              /* who he is; NULL: nobody */
	struct login *exchange;   /* AUTH that is under way, recv/login */
	struct rcptask *rcpt;     /* RCPT that is, recv/rcptask */
	struct acceptask *accept; /* the same, recv/acceptask */
	struct qmtpsession *qmtp; /* of one that speaks it */
	struct hooking *hook;     /* recv/hookask */
	uint32_t parked;     /* bytes that TLS holds for him, counted as his */
	unsigned char wrong; /* logins that were */
};

struct session {
	struct stream stream; /* with input that is not consumed yet */
	struct turn turn;     /* waits while there is something to read */
	struct inbound *in;
	struct waiter waiter; /* of enum inbound_wait */
	struct pause pause;
	struct smtpin smtp;
	struct incoming *letter;
	struct party *party; /* NULL: the only one, or refused */
	char *helo;
	char *suffix; /* RELAYCLIENT; NULL: his address may not relay */
	struct session_more *more; /* NULL: nothing of that */
	unsigned char ip[16];      /* IPv4 mapped */
	struct patience patience;
	/* bytes of a message since its clock began anew, or of what is
	 * thrown away at the end */
	uint32_t came;
	uint32_t since; /* seconds: his last message */
	uint16_t port;
	unsigned secure : 2, /* enum session_secure */
	    known : 1, crowded : 1, waiting : 1, lingering : 1, ending : 1,
	    doubtful : 1,   /* relay.cdb could not be asked */
	    asked : 1,      /* who may log in, or be written to; the
			     * answer is to come */
	    by_auth : 1,    /* the login was */
	    by_cert : 1,    /* it is that of his certificate */
	    proxied : 1,    /* its proxy says first whose it is */
	    speaks : 1,     /* for others, by XCLIENT */
	    plain_smtp : 1, /* what came to him was no ESMTP */
	    cut : 1;        /* commands behind a message were dropped */
};

static inline const char *
session_name(const struct session *s)
{
	return s->more == NULL ? NULL : s->more->name;
}

static inline const char *
session_login(const struct session *s)
{
	return s->more == NULL ? NULL : s->more->login;
}

/* to put something there; NULL when out of memory */
static inline struct session_more *
session_more(struct session *s)
{
	if (s->more == NULL)
		s->more = calloc(1, sizeof *s->more);
	return s->more;
}

/* bytes of memory that are counted as his */
static inline size_t
session_kept(const struct session *s)
{
	return stream_kept(&s->stream, NULL) +
	    (s->more == NULL ? 0 : s->more->parked);
}

/* one of our own people: may relay */
static inline int
session_ours(const struct session *s)
{
	return s->suffix != NULL || session_login(s) != NULL;
}

static inline struct service_facts
session_facts(const struct session *s)
{
	return (struct service_facts){ .words = s->in->words,
		.tls = s->secure == SESSION_SECURE,
		.asks = s->in->auth != NULL,
		.login = session_login(s) != NULL,
		.ours = session_ours(s),
		.certificate = s->by_cert,
		.xclient = s->speaks,
		.esmtp = s->smtp.esmtp && !s->plain_smtp,
		.by_auth = s->by_auth,
		.utf8 = s->smtp.utf8 };
}

/* does it wait for what others say, with a question open? */
static inline int
session_held(const struct session *s)
{
	return s->waiting || s->asked;
}

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
/* the banner, or first a handshake */
void session_greet(struct session *);
/* the banner; it may be closed then */
void session_banner(struct session *);
/* what it may use now: who he is has changed */
void session_offer(struct session *);
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
static inline const char *
session_ip(const struct session *s, char t[IP_TEXT])
{
	if (!s->known)
		return "";
	if (ip_is_mapped(s->ip))
		return ip_text(s->ip + 12, 4, t);
	return ip_text(s->ip, IP_LEN, t);
}

#endif
