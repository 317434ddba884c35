#ifndef QUEUE_SELECTOR_H
#define QUEUE_SELECTOR_H

#include "base/buf.h"
#include "queue/message.h"

/*
 * Selectors of recipients, as people type them and as queue-run is asked:
 *
 *   all  ID  id:ID[,ID...]  domain:DOMAIN  from:ADDRESS  to:ADDRESS
 *   site:NAME  provider:NAME  state:NAME  age:[-]DURATION  tenant:NAME
 *   user:NAME  tag:VALUE  uuid:ID  larger:SIZE  smaller:SIZE
 *   tries:[-]NUMBER  reply:PATTERN  failure:NAME  class:NAME
 *   n:NUMBERS  header:NAME=PATTERN  subject:PATTERN  not:KIND:VALUE
 *
 * Of several of one kind one must agree, and all kinds must; none that has
 * "not:" in front may.  Addresses and domains in any of their forms,
 * mail/address.h, they and all names without regard to case; "from:" alone is
 * the null sender, and an address may stand in < and >;
 * "domain:.x" is x and all below it; "age:2h" is two hours and older,
 * "age:-2h" younger than that, and so with tries.  A size is in bytes, or with
 * k, M, G of 1024.  NUMBERS of recipients are ranges.h.  Patterns are those of
 * ascii_like().  Pure.
 */
enum {
	SELECTOR_MAX = 64,
	SELECTOR_AGE_MAX_S = 3660 * 86400,
	SELECTOR_TRIES_MAX = 99999,
	SELECTOR_TAGS = 16
};

enum selector_kind {
	SELECTOR_ALL,
	SELECTOR_ID,
	SELECTOR_DOMAIN,
	SELECTOR_FROM,
	SELECTOR_TO,
	SELECTOR_SITE,
	SELECTOR_STATE,
	SELECTOR_AGE,
	SELECTOR_TENANT,
	SELECTOR_TAG,
	SELECTOR_PROVIDER,
	SELECTOR_USER,
	SELECTOR_UUID,
	SELECTOR_LARGER,
	SELECTOR_SMALLER,
	SELECTOR_TRIES,
	SELECTOR_REPLY,
	SELECTOR_FAILURE,
	SELECTOR_HEADER,
	SELECTOR_SUBJECT,
	SELECTOR_VIA, /* only of orders that stand: ctlrequest.h */
	SELECTOR_N,
	SELECTOR_CLASS,
	SELECTOR_KINDS
};

struct selector_by {
	enum selector_kind what;
	int negated;
	const char *value; /* of a header the pattern */
	size_t len;
	const char *name; /* of a header the field's */
	size_t name_len;
	int64_t number; /* seconds, bytes or tries */
	int less;       /* "-": those below it */
};
/* bits of kinds */
enum {
	/* what stands in the message itself: queue-run reads none */
	SELECTOR_IN_MESSAGE = 1 << SELECTOR_HEADER | 1 << SELECTOR_SUBJECT
};

/* all zero is none, and selects all */
struct selector_list {
	struct selector_by by[SELECTOR_MAX];
	unsigned n;
	int all;        /* "all" was among them */
	struct buf ids; /* NAME_LEN bytes each */
};

/*
 * selector_add - one more; the value must stay
 *
 * negated: those are meant that it does not agree with.  Returns NULL, or what
 * is wrong with it.
 */
const char *selector_add(struct selector_list *, enum selector_kind,
    int negated, const char *value, size_t n);
/* the same from a word */
const char *selector_word(struct selector_list *, const char *word);
/* ids with blanks or line ends between them; NULL, or what is wrong */
const char *selector_ids(struct selector_list *, const char *text, size_t n);
/* sort the ids, each once */
void selector_sort(struct selector_list *);
void selector_free(struct selector_list *);
/* a bit (1 << kind) for each kind that was asked for, but ids and all */
unsigned selector_kinds(const struct selector_list *);
/* is there one that only queue-run can answer: a site, a provider, a
 * class, "waiting", ...? */
int selector_asks(const struct selector_list *);
/* "domain", ...: a constant */
const char *selector_name(enum selector_kind);
/* and back: an enum selector_kind, or -1: there is none of that name; with
 * "not:" in front *negated is 1, else 0 */
int selector_kind(const char *name, size_t n, int *negated);
/* leave out those of some kinds, bits */
void selector_without(struct selector_list *, unsigned kinds);

/* what is known of a recipient.  Text is escaped as in LTSV */
struct selector_text {
	const char *p; /* NULL: it has none */
	size_t n;
};

struct selector_facts {
	unsigned known; /* bits of kinds; what is not known agrees */
	struct selector_text domain, from, to, site, provider, tenant, user;
	struct selector_text uuid, reply, failure, class;
	struct selector_text tag[SELECTOR_TAGS];
	unsigned n_tag;
	enum message_state state;
	const char *where; /* "waiting", "ready", "out"; NULL: none of them */
	int64_t age_s;
	uint64_t size; /* bytes of the message */
	unsigned tries;
	uint32_t n;                  /* its number in its message */
	struct selector_text header; /* of the message, its bytes as they are */
};

/* do all agree?  The ids are not looked at: who has some goes by them */
int selector_match(const struct selector_list *, const struct selector_facts *);
/* the domain of an escaped address; none: p is NULL */
struct selector_text selector_domain(const char *address, size_t n);

#endif
