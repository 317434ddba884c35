#ifndef SMTP_SMTPOUT_H
#define SMTP_SMTPOUT_H

#include "base/buf.h"
#include "smtp/authout.h"
#include "smtp/extension.h"
#include "smtp/reply.h"
#include <stdint.h>

/*
 * An SMTP or LMTP client session: RFC 5321, 2033 (LMTP), 2920 (PIPELINING),
 * 1870 (SIZE), 6152 (8BITMIME), 3461 (DSN), 6531 (SMTPUTF8), 3207 (STARTTLS),
 * 3030 (CHUNKING), 4954 (AUTH), 8689 (REQUIRETLS), 6710
 * (MT-PRIORITY), 2852 (DELIVERBY).
 * The machine holds no bytes and no clock.  Its runner
 *
 *   - gives it transactions with smtpout_begin(), the next one already
 *     when smtpout_room() says so: behind the final dot of the one before;
 *   - sends what smtpout_pull() appends, after every event and begin;
 *   - sends the message (dotout, with the lone dot; with `bdat` BDAT, chunkout)
 *     when smtpout_body() is true, and says smtpout_sent(); before each BDAT
 *     smtpout_chunk(), several only with PIPELINING;
 *   - sets `bdat` at READY to have it so, where CHUNKING is offered;
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
	unsigned requiretls : 1;      /* said where it is offered under TLS */
	unsigned verify : 1; /* whether the recipients would be taken, and
			      * nothing more: no message follows */
	unsigned has_priority : 1;
	signed char priority; /* of MT-PRIORITY, -9 to 9, with has_priority */
	/* BY, mode 0: none.  It is the server's to keep a promise (R), or to
	 * tell (N); R goes to nobody else */
	struct extension_by by;
	/* the machine's: all zero at first.  Steps are RSET (if owed), MAIL,
	 * each RCPT, DATA (with bdat none, nor to verify) */
	unsigned rset : 1, failed : 1, open : 1;
	unsigned data : 1; /* DATA was said */
	/* the runner's: with bdat and PIPELINING the message may follow RCPT
	 * without waiting for a reply; not by LMTP */
	unsigned early : 1;
	unsigned last : 1; /* the last BDAT was begun */
	unsigned char at;  /* enum smtpout_at */
	unsigned sent, got, accepted;
	unsigned chunks, chunks_got; /* BDAT that were begun, and answered */
};

/* where a transaction stands */
enum smtpout_at {
	SMTPOUT_COMMANDS,
	SMTPOUT_BODY, /* 354 came, the message is being sent */
	SMTPOUT_LONE, /* 354 came although there is no recipient */
	SMTPOUT_DOT   /* the final dot is sent; with early replies to commands
		       * may be waited for yet */
};

enum smtpout_phase {
	SMTPOUT_GREETING,
	SMTPOUT_HELO,
	SMTPOUT_STARTTLS,
	SMTPOUT_AUTH,
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
	SMTPOUT_MORE,        /* all is used up to a last, unfinished reply */
	SMTPOUT_READY,       /* EHLO done, extensions known */
	SMTPOUT_REFUSED,     /* greeting, EHLO or AUTH: not with this host; no
			      * more transactions, QUIT is allowed */
	SMTPOUT_STARTTLS_GO, /* TLS may begin: smtpout_secured() when it stands.
			      * With noise somebody spoke behind that reply,
			      * which was not said under TLS */
	SMTPOUT_NO_TLS,  /* it is wanted, and is not offered (phase helo), or
			  * refused: smtpout_plain(), or close */
	SMTPOUT_LOGIN,   /* one is wanted: smtpout_login(), or close */
	SMTPOUT_WORK,    /* smtpout_work(), while nothing else is done */
	SMTPOUT_VERDICT, /* for the recipients first..last (below) */
	SMTPOUT_OVER,    /* a transaction without another verdict */
	SMTPOUT_CLOSING, /* 421: nothing more will be answered */
	SMTPOUT_BYE,     /* QUIT answered */
	SMTPOUT_BROKEN   /* what came is no SMTP, or came unasked: close */
};

struct smtpout_event {
	enum smtpout_kind kind;
	enum smtpout_phase phase; /* what was answered */
	struct reply reply;       /* REFUSED NO_TLS VERDICT CLOSING; BROKEN
				   * if it was a reply: p not NULL */
	const char *noise;        /* BROKEN: what came, when not; else what
				   * stands behind the reply */
	size_t noise_len;
	const char *why;           /* BROKEN at AUTH: what is wrong, or NULL */
	struct smtpout_mail *mail; /* VERDICT OVER */
	enum smtpout_verdict verdict;
	/* VERDICT: of the recipients first <= i < end those with rcpt[i].
	 * state != SMTPOUT_DECIDED, which the runner sets */
	unsigned first, end;
	unsigned over : 1; /* VERDICT OVER: mail is the runner's again */
};

/* all zero but lmtp, tls and login is the initial state */
struct smtpout {
	struct smtpout_mail *front, *behind;
	struct extension_said said; /* behind the words of what it offers */
	struct authout *auth;       /* smtpout_login(): the runner's */
	uint32_t ext;        /* what the server offers, at READY: a set of
			      * smtp/extension.h */
	unsigned char state; /* private */
	unsigned lmtp : 1, say : 1, owe_rset : 1, spent : 1, quit : 1;
	unsigned tls : 1;     /* wanted, before anything else */
	unsigned secured : 1; /* it stands */
	unsigned login : 1;   /* wanted, before READY */
	unsigned works : 1;   /* smtpout_work() is to be called */
	unsigned cut : 1;     /* a BDAT was refused while more was under way:
			       * nothing that follows has a meaning, close */
	unsigned bdat : 1;    /* messages go by BDAT: it is wanted, or the
			       * server knows no DATA */
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

/* after NO_TLS: go on in clear, as after READY */
void smtpout_plain(struct smtpout *);
/* after STARTTLS_GO: TLS stands.  What was said before it is forgotten, and
 * EHLO said again (RFC 3207 section 4.2) */
void smtpout_secured(struct smtpout *);
/*
 * smtpout_login - after LOGIN: say AUTH, and go on with it
 *
 * auth  stays the caller's, until READY, REFUSED or the end
 *
 * Returns 0, or -1 when the server offers nothing for it, or there is no
 * memory: authout_text().
 */
int smtpout_login(struct smtpout *, struct authout *auth);
/* after WORK: a piece of it, some milliseconds.  1: call again, 0: there is
 * something to say; -1: no memory */
int smtpout_work(struct smtpout *);

/* may smtpout_begin() be called: READY has been, and nobody stands before,
 * or only one whose final dot is sent and who may be followed at once */
int smtpout_room(const struct smtpout *);
/*
 * can this server take the mail?  SMTPOUT_OK; or SMTPOUT_PERM with code,
 * enhanced code and text of a reply that is ours: larger than the server's
 * SIZE (5.3.4), SMTPUTF8 needed and not offered (5.6.7), a promise of when it
 * is delivered needed and not given (5.3.3).
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
/* a BDAT is about to be sent, perhaps the last: an answer to it may come at any
 * time */
void smtpout_chunk(struct smtpout *, int last);
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
/* "greeting" "helo" "starttls" "auth" "mail" "rcpt" "data" "block" "dot"
 * "idle" "quit" */
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
