#ifndef QUEUE_SELECT_H
#define QUEUE_SELECT_H

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
enum { SELECT_MAX = 64, SELECT_AGE_MAX_S = 3660 * 86400, SELECT_TAGS = 16 };

enum select_kind {
	SELECT_ALL,
	SELECT_ID,
	SELECT_DOMAIN,
	SELECT_FROM,
	SELECT_TO,
	SELECT_SITE,
	SELECT_STATE,
	SELECT_AGE,
	SELECT_TENANT,
	SELECT_TAG,
	SELECT_KINDS
};

struct select_by {
	enum select_kind what;
	const char *value;
	size_t len;
	int64_t age_s;
	int younger;
};

/* all zero is none, and selects all */
struct select_list {
	struct select_by by[SELECT_MAX];
	unsigned n;
	int all;        /* "all" was among them */
	struct buf ids; /* NAME_LEN bytes each */
};

/*
 * select_add - one more; the value must stay
 *
 * Returns NULL, or what is wrong with it.
 */
const char *select_add(struct select_list *, enum select_kind,
    const char *value, size_t n);
/* the same from a word */
const char *select_word(struct select_list *, const char *word);
/* ids with blanks or line ends between them; NULL, or what is wrong */
const char *select_ids(struct select_list *, const char *text, size_t n);
/* sort the ids, each once */
void select_sort(struct select_list *);
void select_free(struct select_list *);
/* a bit (1 << kind) for each kind that was asked for, but ids and all */
unsigned select_kinds(const struct select_list *);
/* is there one that only queue-run can answer: a site, "waiting", ... */
int select_asks(const struct select_list *);
/* "domain", ... and back; -1: none */
const char *select_name(enum select_kind);
int select_kind(const char *name, size_t n);

/* what is known of a recipient.  Text is escaped as in LTSV */
struct select_text {
	const char *p; /* NULL: it has none */
	size_t n;
};

struct select_facts {
	unsigned known; /* bits of kinds; what is not known agrees */
	struct select_text domain, from, to, site, tenant;
	struct select_text tag[SELECT_TAGS];
	unsigned n_tag;
	enum message_state state;
	const char *where; /* "waiting", "ready", "out"; NULL: none of them */
	int64_t age_s;
};

/* do all agree?  The ids are not looked at: who has some goes by them */
int select_match(const struct select_list *, const struct select_facts *);
/* the domain of an escaped address; none: p is NULL */
struct select_text select_domain(const char *address, size_t n);

#endif
