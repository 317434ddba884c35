#ifndef QUEUE_SELECTOR_H
#define QUEUE_SELECTOR_H

#include "base/buf.h"
#include "queue/message.h"

/*
 * Selectors of recipients, as people type them and as queue-run is asked:
 *
 *   all  ID  id:ID[,ID...]  domain:DOMAIN  from:ADDRESS  to:ADDRESS
 *   site:NAME  state:NAME  age:[-]DURATION  tenant:NAME  tag:VALUE
 *
 * Of several of one kind one must agree, and all kinds must.  Addresses
 * and domains in any of their forms, mail/address.h, they and sites and
 * tenants without regard to case; "from:" alone is the null sender, and an
 * address may stand in < and >;
 * "domain:.x" is x and all below it; "age:2h" is two hours and older,
 * "age:-2h" younger than that.  Pure.
 */
enum {
	SELECTOR_MAX = 64,
	SELECTOR_AGE_MAX_S = 3660 * 86400,
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
	SELECTOR_KINDS
};

struct selector_by {
	enum selector_kind what;
	const char *value;
	size_t len;
	int64_t age_s;
	int younger;
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
 * Returns NULL, or what is wrong with it.
 */
const char *selector_add(struct selector_list *, enum selector_kind,
    const char *value, size_t n);
/* the same from a word */
const char *selector_word(struct selector_list *, const char *word);
/* ids with blanks or line ends between them; NULL, or what is wrong */
const char *selector_ids(struct selector_list *, const char *text, size_t n);
/* sort the ids, each once */
void selector_sort(struct selector_list *);
void selector_free(struct selector_list *);
/* a bit (1 << kind) for each kind that was asked for, but ids and all */
unsigned selector_kinds(const struct selector_list *);
/* is there one that only queue-run can answer: a site, "waiting", ...? */
int selector_asks(const struct selector_list *);
/* "domain", ...: a constant */
const char *selector_name(enum selector_kind);
/* and back: an enum selector_kind, or -1: there is none of that name */
int selector_kind(const char *name, size_t n);

/* what is known of a recipient.  Text is escaped as in LTSV */
struct selector_text {
	const char *p; /* NULL: it has none */
	size_t n;
};

struct selector_facts {
	unsigned known; /* bits of kinds; what is not known agrees */
	struct selector_text domain, from, to, site, tenant;
	struct selector_text tag[SELECTOR_TAGS];
	unsigned n_tag;
	enum message_state state;
	const char *where; /* "waiting", "ready", "out"; NULL: none of them */
	int64_t age_s;
};

/* do all agree?  The ids are not looked at: who has some goes by them */
int selector_match(const struct selector_list *, const struct selector_facts *);
/* the domain of an escaped address; none: p is NULL */
struct selector_text selector_domain(const char *address, size_t n);

#endif
