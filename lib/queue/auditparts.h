#ifndef QUEUE_AUDITPARTS_H
#define QUEUE_AUDITPARTS_H

#include "format/ltsv.h"
#include "queue/audit.h"
#include "queue/name.h"

/*
 * What the parts of audit ask of each other; nobody else includes this.
 *
 *   audit         messages, and what the queue says of them
 *   auditlines    lines of the log, whole and damaged
 *   auditlog      what its events say
 *   auditstops    where something stopped suddenly, or the log broke off
 *   auditjournal  ends that the log lacks, and where it may have had them
 *   auditbalance  what all that comes to
 *   audittenant   whom messages are accounted to
 *   auditgroup    the balance of each tenant and hour
 */

/* flags of a recipient: the first end in the log, and what else is known */
enum {
	FATE_SENT = 1,
	FATE_BOUNCED = 2,
	FATE_EXPIRED = 3,
	FATE_DELETED = 4,
	FATE_END = 7,       /* one of these, or 0 */
	FATE_TWICE = 8,     /* more than one end */
	FATE_STRANGE = 16,  /* and nothing explains it */
	FATE_DOUBT = 32,    /* an attempt in doubt */
	FATE_IN_QUEUE = 64, /* to be tried */
	FATE_OVER = 128     /* has come to an end, says the queue */
};
/* more of them, for which there was no room */
enum {
	FATE_LATE = 1,    /* its end was logged shortly before a sudden stop */
	FATE_IN_FILE = 2, /* its end stands in the message file, final */
	FATE_OWED = 4,    /* the same, with a report owed */
	FATE_OPEN = 8,    /* in the journal, no end behind it in the log yet */
	FATE_BROKEN = 16, /* the log broke off before the next end */
	FATE_HOLE = 32    /* it did not */
};

struct audit_fate {
	uint8_t flags;
	uint8_t stops; /* how many had been at the first end; FATE_OVER without
			* an end: the end, as above */
	uint8_t more;
	uint8_t breaks; /* how often the log had broken off at the first end;
			 * FATE_OVER without one: at the one before it */
};

struct audit_message {
	struct hash_node node;
	char id[NAME_LEN];
	uint32_t n;      /* recipients that there is room for */
	uint32_t tenant; /* its number; 0: none */
	uint32_t accepted : 30, again : 1, aside : 1; /* by the log; 0: not */
	union {
		struct audit_fate few[AUDIT_INLINE];
		struct audit_fate *many;
	} fate;
};

enum { AUDIT_CHUNK = 1024 }; /* messages in one allocation */

struct audit_chunk {
	struct audit_chunk *next;
	unsigned used;
	struct audit_message message[AUDIT_CHUNK];
};

/* of all recipients that there is room for, m->n: a part of the message, until
 * it gets more */
static inline struct audit_fate *
audit_fates(struct audit_message *m)
{
	return m->n <= AUDIT_INLINE ? m->fate.few : m->fate.many;
}
/* NULL: it is not known */
struct audit_message *audit_find(const struct audit *, const char *id);
/* the same, and then it is; NULL without memory */
struct audit_message *audit_get(struct audit *, const char *id);
/* room for recipient n; what is new is all zero.  0, -1 without memory */
int audit_widen(struct audit_message *, unsigned n);
/* FATE_SENT to FATE_DELETED, 0: it is none */
unsigned audit_end_of(enum message_state);
/* an end that stands in the queue alone: has the log broken off where it may
 * have stood?  *last: nothing that the log has comes behind it */
int audit_explains(const struct audit *, const struct audit_fate *, int *last);

/* whom messages are accounted to */
struct audit_tenant {
	struct hash_node node; /* first */
	uint32_t number;
	size_t len;
	char name[];
};

/* what one message comes to, added to sum; no exception is told */
void audit_balance_one(const struct audit *, struct audit_message *,
    struct audit_balance *sum);
/* the number of a tenant, as its value stands in the line: from 1, the last one
 * for all that are too many; 0 without memory */
uint32_t audit_tenant(struct audit *, const char *value, size_t n);
void audit_tenants_free(struct audit *);

/* lines */

/*
 * Where the event begins in a line of the log: after the logger's time, which
 * is one word, or behind what a power cut has left of the line before it:
 * zeros, or its start, which may have a "ts:" of its own.  NULL: it is no
 * event.
 */
const char *audit_event_start(struct audit *, const char *line, size_t n);
/* of "2026-01-01T00:00:00.000000Z"; 0: it is none */
int64_t audit_seconds(const struct ltsv_field *);
/* a line that nothing explains */
void audit_damaged(struct audit *);
/* an event is written: damage long before it was none of a crash */
void audit_suspects_old(struct audit *);

/* stops; 0, or -1 without memory, where they return something */

/* an end in the log, which may not have been in the journal yet; 0, or -1 with
 * ENOMEM */
int audit_remember(struct audit *, struct audit_message *, unsigned n);
/* here the power may have gone: those of the last moments are FATE_LATE */
void audit_sudden_stop(struct audit *);
/* what was started once more had not stopped in order; the event before that
 * was at before_s, 0: there was none.  0, or -1 with ENOMEM */
int audit_restarted(struct audit *, int64_t before_s);
/* the log of queue-run goes on where it had broken off; 0, or -1 with ENOMEM */
int audit_went_on(struct audit *);
/* how often it had, for certain, when the message came */
unsigned audit_breaks_at(const struct audit *, const char *id);
/* may its acceptance be one that was not written any more? */
int audit_unwritten(const struct audit *, const char *id);

#endif
