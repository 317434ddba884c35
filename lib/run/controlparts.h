#ifndef RUN_CONTROLPARTS_H
#define RUN_CONTROLPARTS_H

#include "base/durable.h"
#include "chain/acceptor.h"
#include "queue/ctlrequest.h"
#include "run/run.h"

/*
 * What the parts of control ask of each other; nobody else includes this.
 *
 *   control         the socket, and the flag that holds everything
 *   controlrequest  requests, begun as they come
 *   controlfacts    which recipients are meant
 *   controlscan     the messages that are meant, in slices
 *   controlact      what is ordered, done for a recipient
 *   controlstand    orders that stand
 *   controlstatus   what is told of the whole queue
 *   controlwhy      why something waits
 *   controlconn     connections, and the ends of answers
 *
 * A request that concerns many messages is done in slices between rounds of the
 * loop, so delivery goes on beside it.
 */
enum {
	CONTROL_CONNS_MAX = 32,
	CONTROL_SLICE = 256,      /* messages, recipients or sites in a round */
	CONTROL_ACTS_MAX = 256,   /* recipients changed in a round */
	CONTROL_RCPTS_MAX = 4096, /* of one message, looked at in a round */
	CONTROL_WHY_RCPTS = 8,    /* explained in an answer */
	CONTROL_WHY_SLICE = 65536, /* recipients looked at in a round */
	CONTROL_SYNC_MAX = 8, /* files synced one by one; more: all at once */
	CONTROL_AGAIN_MS = 10000, /* the socket could not be made */
	CONTROL_FLAG_MS = 1000,   /* the flag file is looked at so often */
	CONTROL_IDLE_MS = 30000   /* one that says or reads nothing is closed */
};

/* how far a request is; all zero when it begins, but for the times */
struct control_work {
	uint32_t at, sites_at; /* messages or recipients, sites looked at */
	char id[NAME_LEN];     /* the message that is under way, */
	uint32_t n;            /* and its next recipient, if there is more */
	uint8_t more;
	/* of selectors: sender, domain in the index */
	uint32_t key[SELECTOR_MAX];
	uint64_t count, out, failed;
	uint64_t matched, unknown; /* recipients meant; ids of no message */
	uint32_t synced;           /* files of this order */
	uint32_t journaled; /* from this segment on it stands in the journal;
			     * 0: it does not */
	/* of why: those that are explained, the oldest first, and those that
	 * the chain has not answered for */
	struct control_pick {
		char id[NAME_LEN];
		uint32_t n;
		uint8_t set;
	} pick[CONTROL_WHY_RCPTS];
	unsigned n_pick, asking;
	uint8_t said;
	uint16_t slot;                      /* of an order that stands now */
	uint8_t ends[ORDERS_SLOTS / 8 + 1]; /* bits: of those that end */
	uint32_t *kept; /* how many each keeps; NULL: not counted yet */
	/* of all recipients, for the status */
	uint64_t n_waiting, n_ready, n_out, n_held, n_owed;
	int64_t oldest_ms;
};

struct control_conn {
	struct wire wire;
	struct run *r;
	struct ctlrequest order;
	uid_t uid;
	struct control_work work;
	int64_t heard_ms; /* it said or read something */
	uint64_t turn;    /* the same: who did so before whom */
	uint8_t used, busy, dead;
};

struct control {
	struct control_conn conn[CONTROL_CONNS_MAX];
	uint64_t turns;
	struct durable durable; /* the queue's file system */
	struct acceptors acceptors;
	struct loop_timer again_timer, flag_timer;
};

/* it has said or read something */
void control_heard(struct control_conn *);
void control_say(struct control_conn *, const char *, size_t n);
/* the last line of an answer: not done, and why */
void control_refuse(struct control_conn *, const char *text);
/*
 * control_finish - the last line of an answer, and then the next request
 *
 * What was ordered is made durable before.  refused: it is not done; NULL: it
 * is.
 */
void control_finish(struct control_conn *, const char *refused);
/* the file of a message, after what was ordered for it; before: how many
 * recipients it was done for until then */
void control_sync_message(struct control_conn *, uint64_t before);
void control_free_conn(struct control_conn *);
void control_close_conn(struct control_conn *);
/* those to whom all is said, or nothing happens */
void control_close_idle(struct control *);
/* a place for one more: free, or of the longest idle; NULL: none.  uid: whose
 * it is, as root and the queue's owner come before others */
struct control_conn *control_make_place(struct control *, uid_t uid);

/* does the order of c concern a recipient that it means: is there something to
 * do, now or when it is back? */
int control_concerns(const struct control_conn *, const struct schedule_rcpt *);
/* one that it concerns is only counted */
void control_count(struct control_conn *, const struct schedule_rcpt *);
/* the order of c, for a recipient; or it is only counted */
void control_act(struct control_conn *, uint32_t rcpt, const struct jobhead *);
/* 1 when it has not come to an end, else 0 */
int control_is_pending(const struct schedule_rcpt *);

/* one slice of an order for messages; 1: more to do now */
int control_scan(struct control_conn *);
/* the same of what is told of the whole queue */
int control_status(struct control_conn *);

/* the same of why something waits; 0 while the chain is asked, too */
int control_why(struct control_conn *);
/* why_answered: the chain has said something of what was asked */
void control_answered(void *conn, const char *line, size_t n);
/* what would become of mail that is not there: 0 */
int control_ask(struct control_conn *);

/* an order that stands: 1, it is in the list, and there may be mail for it;
 * 0: it is answered */
int control_stand(struct control_conn *);
/* those end that are meant; the same */
int control_end(struct control_conn *);
/* a slice of what is tried then, and of the list: as control_scan() */
int control_resume(struct control_conn *);
int control_orders(struct control_conn *);

/* requests, as a connection says them */
extern const struct wire_ops control_ops;

#endif
