#ifndef SIM_SIMSTORE_H
#define SIM_SIMSTORE_H

#include "base/hashindex.h"
#include "queue/name.h"
#include "queue/nametable.h"

/*
 * What a log says of messages, their recipients and what became of each
 * attempt, in memory: about 120 bytes for a recipient with one attempt, and its
 * address.  Names that occur often stand once.  All zero is an empty one.
 *
 * What returns a number returns SIMSTORE_NONE when memory is out.
 */
enum { SIMSTORE_NONE = NAMETABLE_NONE };

/* how a recipient has ended in the log */
enum simstore_end {
	SIMSTORE_OPEN, /* it has not */
	SIMSTORE_SENT,
	SIMSTORE_BOUNCED,
	SIMSTORE_EXPIRED,
	SIMSTORE_DELETED
};

struct simstore_message {
	char id[NAME_LEN];
	uint32_t next;    /* in the index */
	int64_t birth_us; /* since 1970 */
	int64_t hold_us;  /* not before then; 0 */
	uint32_t from;    /* names; SIMSTORE_NONE: it has none */
	uint32_t tenant, user;
	uint32_t tags;  /* with an LF between */
	uint32_t size;  /* bytes */
	uint32_t rcpts; /* that were accepted; 0: not known */
	uint32_t first; /* its recipients; the one that was read last */
	uint8_t prio;
};

struct simstore_rcpt {
	uint32_t next; /* in the index */
	uint32_t message, n;
	uint32_t other;  /* of the same message */
	uint32_t to;     /* where its address stands */
	uint32_t domain; /* names, as the next four, of the first attempt */
	uint32_t site, via, src, provider;
	uint32_t first, last; /* attempts */
	uint8_t end;          /* enum simstore_end */
};

/* an attempt, and what was answered */
struct simstore_try {
	uint32_t next;  /* of the same recipient */
	uint32_t reply; /* a name, labels of a result; SIMSTORE_NONE: sent */
	uint32_t ms;    /* that it took */
};

/* one that an administrator has deleted, and when */
struct simstore_cut {
	int64_t at_us;
	uint32_t rcpt;
};

struct simstore {
	struct nametable names;
	struct simstore_message *message;
	struct simstore_rcpt *rcpt;
	struct simstore_try *attempt;
	struct simstore_cut *cut;
	char *text;
	uint32_t n_message, cap_message, n_rcpt, cap_rcpt, n_try, cap_try;
	uint32_t n_text, cap_text, n_cut, cap_cut;
	struct hashindex by_id, by_number;
	int64_t from_us, to_us; /* of the log; 0: nothing was read */
};

uint32_t simstore_name(struct simstore *, const char *, size_t n);
/* a name; of SIMSTORE_NONE an empty one */
const char *simstore_text(const struct simstore *, uint32_t name, size_t *n);
/* the message, which is new if need be: its birth is 0 then.  id: NAME_LEN
 * bytes */
uint32_t simstore_message(struct simstore *, const char *id);
/* the message, SIMSTORE_NONE: there is none */
uint32_t simstore_find(const struct simstore *, const char *id);
/* recipient n of a message, which is new if need be: its first is
 * SIMSTORE_NONE then, and its address empty */
uint32_t simstore_rcpt(struct simstore *, uint32_t message, uint32_t n);
/* SIMSTORE_NONE: there is none */
uint32_t simstore_number(const struct simstore *, uint32_t message, uint32_t n);
/* its address, and the domain in lower case; 0, or -1 with ENOMEM */
int simstore_address(struct simstore *, uint32_t rcpt, const char *to,
    size_t n);
const char *simstore_to(const struct simstore *, uint32_t rcpt, size_t *n);
/* one more attempt of a recipient; 0, or -1 with ENOMEM */
int simstore_try(struct simstore *, uint32_t rcpt, uint32_t reply, uint32_t ms);
int simstore_cut(struct simstore *, uint32_t rcpt, int64_t at_us);
/* the numbers of all recipients in the order in which they came, to be freed;
 * NULL: no memory */
uint32_t *simstore_order(const struct simstore *);
void simstore_free(struct simstore *);

#endif
