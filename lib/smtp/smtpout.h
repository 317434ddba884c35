#ifndef SMTP_SMTPOUT_H
#define SMTP_SMTPOUT_H

#include "base/buf.h"
#include "smtp/extension.h"
#include "smtp/reply.h"
#include <stdint.h>

/*
 * An SMTP or LMTP client session: RFC 5321, 2033 (LMTP), 2920 (PIPELINING),
 * 1870 (SIZE), 6152 (8BITMIME), 3461 (DSN), 6531 (SMTPUTF8).  The machine
 * holds no bytes and no clock.  Its runner
 *
 *   - gives it transactions with smtpout_begin(), the next one already
 *     when smtpout_room() says so: behind the final dot of the one before;
 *   - sends what smtpout_pull() appends, after every event and begin;
 *   - sends the message (dotout, with the lone dot) when smtpout_body()
 *     is true, and says smtpout_sent();
 *   - feeds what comes, and acts on the events.
 *
 * Transactions are the runner's and stay where they are until over.
 */
enum {
	SMTPOUT_ADDRESS_MAX = 1000, /* bytes of an address */
	SMTPOUT_DSN_MAX = 1200,     /* bytes of DSN parameters */
	SMTPOUT_HELO_MAX = 255
};

enum smtpout_rcpt_state {
	SMTPOUT_WAITING,
	SMTPOUT_ACCEPTED, /* RCPT accepted, the message not yet */
	SMTPOUT_DECIDED   /* its verdict has been an event */
};

struct smtpout_rcpt {
	const char *to;      /* without <> */
	const char *dsn;     /* "NOTIFY=... ORCPT=...", or NULL */
	unsigned n, attempt; /* not used here */
	enum smtpout_rcpt_state state;
};

struct smtpout_mail {
	const char *from; /* without <>, "" is the null sender */
	const char *dsn;  /* "RET=... ENVID=...", or NULL */
	uint64_t size;    /* of the message, 0: not known */
	struct smtpout_rcpt *rcpt;
	unsigned n_rcpt;
	unsigned body8 : 1, utf8 : 1; /* 8-bit message; needs SMTPUTF8 */
	/* the machine's: all zero at first.  Steps are RSET (if owed), MAIL,
	 * each RCPT, DATA */
	unsigned rset : 1, failed : 1, open : 1;
	unsigned char at; /* enum smtpout_at */
	unsigned sent, got, accepted;
};

/* where a transaction stands */
enum smtpout_at {
	SMTPOUT_COMMANDS,
	SMTPOUT_BODY, /* 354 came, the message is being sent */
	SMTPOUT_LONE, /* 354 came although there is no recipient */
	SMTPOUT_DOT   /* the final dot is sent */
};

enum smtpout_phase {
	SMTPOUT_GREETING,
	SMTPOUT_HELO,
	SMTPOUT_MAIL,
	SMTPOUT_RCPT,
	SMTPOUT_DATA,
	SMTPOUT_BLOCK,
	SMTPOUT_FINAL,
	SMTPOUT_IDLE,
	SMTPOUT_QUIT
};

enum smtpout_verdict {
	SMTPOUT_OK,
	SMTPOUT_TEMP,
	SMTPOUT_PERM,
	SMTPOUT_LATER /* one recipient too many for a transaction */
};

enum smtpout_kind {
	SMTPOUT_MORE,    /* all is used up to a last, unfinished reply */
	SMTPOUT_READY,   /* EHLO done, extensions known */
	SMTPOUT_REFUSED, /* greeting or EHLO: not with this host; no more
			  * transactions, QUIT is allowed */
	SMTPOUT_VERDICT, /* for the recipients first..last (below) */
	SMTPOUT_OVER,    /* a transaction without another verdict */
	SMTPOUT_CLOSING, /* 421: nothing more will be answered */
	SMTPOUT_BYE,     /* QUIT answered */
	SMTPOUT_BROKEN   /* what came is no SMTP, or came unasked: close */
};

struct smtpout_event {
	enum smtpout_kind kind;
	enum smtpout_phase phase; /* what was answered */
	struct reply reply;       /* REFUSED VERDICT CLOSING; BROKEN
					* if it was a reply: p not NULL */
	const char *noise;        /* BROKEN: what came, when not */
	size_t noise_len;
	struct smtpout_mail *mail; /* VERDICT OVER */
	enum smtpout_verdict verdict;
	/* VERDICT: of the recipients first <= i < end those with rcpt[i].
	 * state != SMTPOUT_DECIDED, which the runner sets */
	unsigned first, end;
	unsigned over : 1; /* VERDICT OVER: mail is the runner's again */
};

/* all zero but lmtp is the initial state */
struct smtpout {
	struct smtpout_mail *front, *behind;
	uint64_t size_max;   /* the server's, 0: none said */
	uint32_t ext;        /* what the server offers, at READY: a set of
			      * smtp/extension.h */
	unsigned char state; /* private */
	unsigned lmtp : 1, say : 1, owe_rset : 1, spent : 1, quit : 1;
};

/*
 * smtpout_feed - take the first reply off in[0..n)
 *
 * Returns the number of bytes used; with SMTPOUT_MORE that is 0, and the
 * bytes must come again with more behind them.  ev->reply points into in.
 * After CLOSING, BYE or BROKEN feed nothing more.
 */
size_t smtpout_feed(struct smtpout *, const char *in, size_t n,
    struct smtpout_event *ev);
/* append the commands that may be sent now; 0, or -1 with ENOMEM */
int smtpout_pull(struct smtpout *, const char *helo, struct buf *out);

/* may smtpout_begin() be called: READY has been, and nobody stands before,
 * or only one whose final dot is sent and who may be followed at once */
int smtpout_room(const struct smtpout *);
/*
 * can this server take the mail?  SMTPOUT_OK; or SMTPOUT_PERM with code,
 * enhanced code and text of a reply that is ours: larger than the server's
 * SIZE (5.3.4), SMTPUTF8 needed and not offered (5.6.7).
 */
enum smtpout_verdict smtpout_fits(const struct smtpout *,
    const struct smtpout_mail *, unsigned *code, const char **esc,
    const char **text);
void smtpout_begin(struct smtpout *, struct smtpout_mail *);
/* the front transaction waits for its message */
static inline int
smtpout_body(const struct smtpout *s)
{
	return s->front != NULL && s->front->at == SMTPOUT_BODY;
}
/* the message and its lone dot are sent (or queued for sending) */
void smtpout_sent(struct smtpout *);
/* say QUIT: when no transaction stands, or after REFUSED */
void smtpout_quit(struct smtpout *);
/* 1 when no further transaction will do: the session is confused */
static inline int
smtpout_spent(const struct smtpout *s)
{
	return s->spent || s->quit;
}
/* what is waited for now, for timeouts and for words about a failure */
enum smtpout_phase smtpout_phase(const struct smtpout *);
/* "greeting" "helo" "mail" "rcpt" "data" "block" "dot" "idle" "quit" */
const char *smtpout_phase_name(enum smtpout_phase);

/*
 * smtpout_address - may these bytes stand between < and >?
 *
 * utf8 receives 1 when they need SMTPUTF8.  Returns 1, or 0 for what could
 * end the command or the path: control characters, blanks and angle
 * brackets outside quotes, too long.  "" is good (the null sender).
 */
int smtpout_address(const char *, size_t n, int *utf8);
/* the same for DSN parameters: printable ASCII, no control characters */
int smtpout_params(const char *, size_t n);

#endif
