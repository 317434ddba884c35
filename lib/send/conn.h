#ifndef SEND_CONN_H
#define SEND_CONN_H

#include "base/clock.h"
#include "send/body.h"
#include "send/host.h"
#include "send/result.h"
#include "send/sessions.h"
#include "send/slowhost.h"
#include "smtp/smtpout.h"
#include "smtp/stream.h"

/*
 * One connection of remote-send: the hosts of a transaction in turn, the
 * session with the one that answers, and in it transactions, each behind the
 * final dot of the one before when the server allows it.  What is to be sent
 * comes from the owner, and goes back to him when it is over.
 *
 *	connecting   lead set, no greeting yet: a failure means the next host
 *	greeting     of the lead's list, and after the last one an answer
 *	STARTTLS     "deferred" with what the last one said
 *	handshake
 *	login
 *	open         transactions in the machine (front, behind)
 *	idle         the owner may give it one; whatever is read means the end
 *	quitting     QUIT said; closed at the reply
 *
 *   conn.c      states, what can be read and written
 *   connreply.c replies, and what follows from them
 *   connlost.c  lost, too late, stopped
 *   connphase.c how far it has come
 *   connhost.c  hosts in turn, and the end
 *   connrace.c  the next one beside one that is slow
 *   connrelay.c through a relay
 *   conntrace.c told word for word
 *   write.c     what is written, and when
 *   conntxn.c   its transactions: begun, answered, given back
 *   conntls.c   TLS: tried, up or not, and what follows
 *   connlogin.c AUTH
 */
enum {
	SENDCONN_READ = 65536,      /* bytes asked for at a time */
	SENDCONN_SAVE = 16384,      /* bytes of an end that may be kept */
	SENDCONN_OUT_MAX = 1 << 20, /* a larger shared buffer is given back */
	SENDCONN_LOCAL_MS = 10000,  /* after trouble of our own */
	SENDCONN_SHARE = 10,        /* messages of a connection while other
	                             * sites wait for a place */
	SENDCONN_TURN = 16          /* chunks before others have a turn */
};

/* what is waited for, each for its own time */
enum sendwait {
	SENDWAIT_CONNECT,
	SENDWAIT_GREETING,
	SENDWAIT_HELO,
	SENDWAIT_STARTTLS,
	SENDWAIT_TLS, /* for the whole handshake */
	SENDWAIT_AUTH,
	SENDWAIT_MAIL,
	SENDWAIT_RCPT,
	SENDWAIT_DATA,
	SENDWAIT_BLOCK,
	SENDWAIT_DOT,
	SENDWAIT_IDLE,
	SENDWAIT_QUIT,
	SENDWAIT_LINE, /* for a connection: the owner's */
	SENDWAITS
};

struct sendconn;

/* what a connection asks its owner, and tells him */
struct sendconn_ops {
	/* the transaction that is to go next, or NULL; it stays where it is */
	struct sendtxn *(*peek)(const struct sendconn *);
	/* the same, and it is the connection's; NULL: none now */
	struct sendtxn *(*take)(struct sendconn *);
	/* do transactions for other sites wait for its place? */
	int (*is_wanted)(const struct sendconn *);
	/* does another connection for its site stand, to the same address? */
	int (*has_sibling)(const struct sendconn *);
	/* the final dot is about to leave: nobody can take it back */
	void (*on_sending)(struct sendconn *, struct sendtxn *);
	/* the answer for one recipient */
	void (*on_answer)(struct sendconn *, struct sendtxn *, unsigned rcpt,
	    struct sendresult *);
	/* the transaction is the owner's again; the result, if not NULL, is
	 * for all recipients without an answer */
	void (*on_over)(struct sendconn *, struct sendtxn *,
	    struct sendresult *);
	/* a server that told nothing of it is lost: 1, it is the owner's
	 * again and will be tried anew; 0, on_over() is to be called */
	int (*on_again)(struct sendconn *, struct sendtxn *);
	/* it has nothing to do: sendconn_give() or sendconn_stop() */
	void (*on_idle)(struct sendconn *);
	/* it has ended: the structure is the owner's again */
	void (*on_gone)(struct sendconn *);
};

/* what the connections of one owner share; set by him before
 * sendconn_share_open() */
struct sendconn_share {
	const struct sendconn_ops *ops;
	const char *helo; /* for sites that bring no name */
	uint64_t msgs;    /* messages on a connection */
	int64_t wait_ms[SENDWAITS];
	struct deadhost dead;
	struct deadhost plain; /* addresses where TLS does not come about */
	struct deadhost bad;   /* that fail a policy above may */
	/* then the next host is tried beside, one of a worse tier after
	 * worse_ms; 0: never */
	int64_t race_ms, worse_ms;
	struct anchorfile *anchors; /* known authorities; NULL: none */
	const char *logins;         /* loginread.h; NULL: none */
	struct keyclient *key;      /* of certificates of ours; NULL: none */
	struct traceorders *orders; /* traceorder.h, NULL: none */
	int stopping;               /* nothing more is begun */
	int bdat;                   /* CHUNKING is used where it is offered */
	struct deadhost no_bdat;    /* and not kept */
	/* the connections': */
	struct slowhosts slow;
	unsigned n_races;
	uint64_t n_traces;
	struct sendsessions sessions;
	void (*on_ready)(void *, int);
	struct sendbody_share bodies;
	struct buf out; /* bytes to be written at once */
	char *in;       /* room for what is read */
};

/* all zero before sendconn_start(); the owner reads, and changes nothing */
struct sendconn {
	struct sendconn_share *share;
	const struct sendsite *site;
	struct stream stream;
	struct smtpout s;
	struct sendtxn *lead; /* it connects for this one */
	struct sendhost host;
	struct sendrace *race;   /* connrace.h, NULL: none */
	struct conntrace *trace; /* conntrace.h, NULL: it is not told */
	struct connrelay *relay; /* connrelay.h; NULL: none, or it is over */
	struct conntls *tls;     /* conntls.h; NULL: the policy is none */
	struct sendbody body;
	int64_t deadline_ms; /* then sendconn_timeout() */
	size_t behind_dot;   /* bytes that were sent behind the final dot */
	uint32_t messages;   /* that were begun on it */
	/* milliseconds, for the first of them: until the greeting was there, and
	 * of the handshake, since when it goes on */
	uint32_t connect_ms, tls_ms;
	int64_t shaking_ms;
	int fd;              /* the stream's */
	unsigned char waits; /* enum sendwait: for what */
	unsigned heard : 1, stands : 1, is_idle : 1, quitting : 1;
	unsigned greeted : 1; /* the greeting is whole */
	unsigned dead : 1;    /* nothing can be written any more */
	unsigned no_dot : 1;  /* and so the final dot has not been */
};

/* 0, or -1 with ENOMEM */
int sendconn_share_open(struct sendconn_share *);
/* with no connection left: forgets dead hosts, too */
void sendconn_share_close(struct sendconn_share *);

/* connect for a transaction; site stays until on_gone(), which may come
 * before this returns */
void sendconn_start(struct sendconn *, struct sendconn_share *,
    const struct sendsite *site, struct sendtxn *);
/* an idle connection is given a transaction */
void sendconn_give(struct sendconn *, struct sendtxn *);
/* its deadline is over */
void sendconn_timeout(struct sendconn *);
/* end now: idle with QUIT; otherwise as if the connection were lost, by us */
void sendconn_stop(struct sendconn *);
/* has the final dot been sent, and is only its reply missing? */
static inline int
sendconn_is_last(const struct sendconn *c)
{
	const struct smtpout_mail *m = c->s.front;

	return m != NULL && m->at == SMTPOUT_DOT && !c->no_dot &&
	    stream_pending(&c->stream) <= c->behind_dot;
}

/* for its parts: a new deadline */
static inline void
sendconn_wait(struct sendconn *c, enum sendwait w)
{
	c->waits = (unsigned char)w;
	c->deadline_ms = clock_mono_ms() + c->share->wait_ms[w];
}

#endif
