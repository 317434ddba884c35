#ifndef RECV_INBOUND_H
#define RECV_INBOUND_H

#include "chain/acceptor.h"
#include "chain/handover.h"
#include "chain/refused.h"
#include "recv/access.h"
#include "recv/crowd.h"
#include "recv/incoming.h"
#include "recv/ownfix.h"
#include "recv/pauses.h"
#include "recv/waits.h"
#include "smtp/smtpin.h"
#include <stdint.h>

/*
 * Runs the SMTP machine for many connections in the event loop, and hands
 * what they bring to the next link.  An idle session holds no buffer: input
 * is read into one shared buffer, replies are gathered in another and
 * written once.
 */
enum {
	INBOUND_BACKLOG = 4096,       /* connections that wait at a socket */
	INBOUND_READ = 65536,         /* bytes asked for at a time */
	INBOUND_READ_COMMANDS = 8192, /* the same of commands */
	INBOUND_TURNS = 64,           /* reads before others are looked for */
	INBOUND_TURNS_BYTES = 131072, /* the same, of what they read */
	INBOUND_TURN_BYTES = 512,     /* each counts as so much more */
	INBOUND_STRETCH_MS = 100,     /* in which turns are counted */
	INBOUND_OUT_MARK = 16384,     /* gathered replies are written at this */
	INBOUND_HOPS_MAX = 100,       /* Received fields */
	INBOUND_LINGER_S = 5,         /* a refused client may read its reply */
	INBOUND_LINGER_BYTES = 4 << 20,
	INBOUND_PROGRESS = 1024, /* bytes of a message begin its time anew */
	INBOUND_LIFE = 6,        /* times command_s without a message */
	INBOUND_IDLE = 5,        /* part of command_s, when room is scarce */
	INBOUND_DROP_MS = 200,   /* between reads of what is not kept */
	INBOUND_RECEIPT_S = 300, /* waiting for the next link */
	INBOUND_TLS_S = 60,      /* for a handshake */
	INBOUND_PROXY_S = 10,    /* for the header of a proxy */
	INBOUND_AUTH_S = 100,    /* for who knows the logins, or who knows the
				  * recipients, who have less */
	INBOUND_STOP_MS = 1500,  /* the same when stopping */
	INBOUND_STOPPED_MS = 350 /* and for the next link to end */
};

#define INBOUND_SHARE UINT32_MAX /* no number: its share of all */

struct inbound_limits {
	unsigned address_max; /* of one address, not allowed to relay */
	unsigned relay_max;   /* of one that is, or INBOUND_SHARE */
	unsigned parcels_max; /* without receipt */
	unsigned command_s;   /* for a whole command to arrive */
	unsigned data_s;      /* for the next bytes of a message */
	unsigned rcpt_max;    /* recipients of a message of who may not
				* relay; 0: as for those who may */
};

struct session;
struct session_calls;
struct sessiontls;
struct authclient;
struct rcptclient;
struct acceptclient;
struct hooks;
struct inbound;

/* what sessions wait for */
enum inbound_wait {
	INBOUND_COMMAND,
	INBOUND_DATA,
	INBOUND_RECEIPT,
	INBOUND_LINGER,
	INBOUND_TLS,
	INBOUND_AUTH,
	INBOUND_PROXY,
	INBOUND_WAITS
};

struct inbound {
	struct inbound_limits limits;
	struct smtpin_config config;
	struct incoming_store store; /* and what connections share */
	struct handover next;
	/* the same behind mail-fix, for our own people's mail that needs
	 * it; run when the first comes */
	struct handover fixed;
	struct ownfix own;
	struct access access;
	struct sessiontls *tls;   /* by sessiontls_open(), or NULL: none */
	struct authclient *auth;  /* by login_open(), or NULL: no logins */
	struct rcptclient *rcpts; /* by rcptask_open(), or NULL: nobody */
	struct acceptclient *limits_asked; /* by acceptask_open(), or NULL */
	struct hooks *hooks;               /* by hookask_open(), or NULL */
	struct buf hooks_text;
	uint64_t hooks_asked;              /* messages of which they were */
	unsigned hooks_rule;               /* that has refused; 0: none has */
	unsigned words;                    /* of enum service_word */
	const struct session_calls *other; /* than SMTP; NULL: that */
	struct crowd *crowd;    /* of all processes, or NULL: this is all */
	struct refused refused; /* which rejections are told */
	struct acceptors acceptors;
	unsigned n_sessions;
	void (*left)(struct inbound *); /* a session has; or NULL */
	struct waits waits;             /* of enum inbound_wait */
	struct pauses pauses;
	struct loop_hook turns;
	uint32_t stretch, read; /* bytes since others were looked for */
	struct loop_timer stop;
	struct buf out, scratch;
	struct smtpin_reply made; /* one that is said at once */
	char made_text[SMTPIN_TEXT_MAX + 1];
	int64_t relieved_s;
	unsigned refuse_nul : 1; /* a message with one, set by the owner */
	unsigned completes : 1;  /* handdown_fix() was called, for `own` */
	unsigned pressed : 1;    /* somebody found no room */
	unsigned stopping : 1, single : 1;
	char in[INBOUND_READ + SMTPIN_AUTH_LINE_MAX];
};

/*
 * One connection that is there already, on two descriptors (or one twice).
 * ip: text or NULL when not known; suffix: RELAYCLIENT, or NULL when it may
 * not relay.  The loop ends when it does.
 */
struct inbound_client {
	const char *ip, *name, *suffix;
	uint16_t port;      /* ours */
	unsigned proxy : 1, /* a header says who it is */
	    xclient : 1;    /* so may XCLIENT */
};
/* 0, or -1 with ENOMEM */
int inbound_single(struct inbound *, int rfd, int wfd,
    const struct inbound_client *);

/* something was refused: who does nothing with what he holds is to go */
static inline void
inbound_press(struct inbound *in)
{
	in->pressed = 1;
}

/* the same, and what is said */
static inline const struct smtpin_reply *
inbound_full(struct inbound *in)
{
	SMTPIN_SAY(full, 452, "4.3.1", "no room for this now, try again later");

	inbound_press(in);
	return &full;
}

/* serve a socket, which is bound and does not block; 0, or -1 with errno (E2BIG:
 * they are too many) */
int inbound_listen(struct inbound *, int fd);
/* no new connections, no new messages; the loop ends within 2 seconds */
void inbound_stop(struct inbound *);
#endif
