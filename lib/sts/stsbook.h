#ifndef STS_STSBOOK_H
#define STS_STSBOOK_H

#include "base/hash.h"
#include "base/list.h"
#include "sts/stspolicy.h"
#include "sts/stsrecord.h"
#include <stdint.h>

/*
 * Which policies of MTA-STS are known, and what is to be done to know more.
 * RFC 8461 sections 3.3 and 5.1, and 10.2 for what is fetched ahead of time.
 * Pure: time is an argument, and what is to be done its user does.
 *
 *	known, holds, looked at lately     answered
 *	the same, looked at long ago       answered; the record is asked for
 *	  the same id                      nothing
 *	  another id                       fetched; the old one holds until then,
 *	                                   and beyond, should that fail
 *	  no record, or no answer          nothing: that would be too easy
 *	not known, or has ended            the record is asked for, who asks waits
 *	  none                             answered; remembered for its TTL
 *	  one                              fetched, and answered
 *	  which fails                      answered; remembered for five minutes
 *	used, and ends soon                the record is asked for, and it is
 *	                                   fetched though the id is the same
 */
enum {
	STS_CHECK_MIN_S = 60,   /* between two looks at a record: its TTL, */
	STS_CHECK_MAX_S = 3600, /* within these */
	STS_AGAIN_S = 300,      /* after a fetch that failed (section 3.3) */
	STS_USED_S = 86400,     /* that a policy was used is kept so often */
	STS_TICK_S = 60,        /* between two calls of stsbook_tick() */
	STS_CACHE_MAX = 65536,  /* policies that are known */
	STS_ABSENT_MAX =
	    65536, /* domains of which is known that they have none */
	STS_WAITING_MAX = 4096 /* questions that wait */
};

enum stsbook_state { STSBOOK_UNKNOWN, STSBOOK_ABSENT, STSBOOK_HAVE };

/* why there is no policy, in words of RFC 8460 section 4.3.2, and our own; both
 * empty: there is none, and nothing is wrong */
struct stsbook_why {
	const char *fail;
	char text[120];
};

struct stsbook_domain {
	struct hash_node by_name; /* first */
	struct list_node line;    /* of its state, the one used last first */
	struct list askers;
	char name[WORD_DOMAIN_MAX + 1]; /* lower case */
	enum stsbook_state state;
	unsigned asking : 1;   /* for the record */
	unsigned fetching : 1; /* or about to */
	unsigned unkept : 1;   /* its file is not as it should be */
	uint32_t ttl_s;        /* of the record, as it counts */
	int64_t look_s;        /* look again: ABSENT, and HAVE */
	struct stsbook_why why;
	/* HAVE */
	char id[STS_ID_MAX + 1];
	char next_id[STS_ID_MAX + 1]; /* that of what is fetched */
	int64_t fetched_s, expires_s, used_s, kept_s;
	uint32_t max_age_s;
	enum sts_mode mode;
	char *policy; /* as it was fetched */
	size_t policy_len;
	void *work; /* its user's, NULL at first */
};

/* who asks: his own, in which he finds himself; all zero at first */
struct stsbook_asker {
	struct list_node line;     /* first */
	struct stsbook_domain *of; /* NULL: he waits for nothing */
};

/* arg is the book's */
struct stsbook_ops {
	/* also from within stsbook_ask(); the asker is his own again.  The policy
	 * of d is the answer if d has one: stsbook_holds() */
	void (*answer)(void *arg, struct stsbook_asker *,
	    const struct stsbook_domain *d);
	/* stsbook_record() follows, from the event loop */
	void (*ask)(void *arg, struct stsbook_domain *);
	/* stsbook_fetched(), the same */
	void (*fetch)(void *arg, struct stsbook_domain *);
	/* its file is to be written: changed, the policy in it is another one;
	 * 0, or -1, and it is called again later */
	int (*keep)(void *arg, const struct stsbook_domain *, int changed);
	/* it is forgotten, its file too: there is no room */
	void (*drop)(void *arg, const struct stsbook_domain *);
};

/* all zero at first, but for ops and arg */
struct stsbook {
	const struct stsbook_ops *ops;
	void *arg;
	uint64_t seed;
	unsigned cache_max, absent_max; /* 0: as above; a test has less */
	struct hash by_name;
	struct list line[3]; /* of each state */
	size_t n[3], n_waiting;
};

/* how often the record may be looked at: seconds */
uint32_t stsbook_ttl(uint64_t ttl_s);
/* has it a policy that holds? */
int stsbook_holds(const struct stsbook_domain *, int64_t now_s);

/* domain: as stsline_domain() makes it */
void stsbook_ask(struct stsbook *, struct stsbook_asker *, const char *domain,
    int64_t now_s);
/* he wants no answer any more; nothing when he waits for none */
void stsbook_forget(struct stsbook *, struct stsbook_asker *);

/* the record: id is read for GOOD; failed: there was no answer */
void stsbook_record(struct stsbook *, struct stsbook_domain *, enum stsrecord,
    const char *id, uint64_t ttl_s, int failed, int64_t now_s);
/*
 * stsbook_fetched - what a fetch has brought
 *
 * policy  n bytes in memory of malloc, which is the book's from now on, and a
 *         good one; NULL: it failed, and why says how
 */
void stsbook_fetched(struct stsbook *, struct stsbook_domain *, char *policy,
    size_t n, const struct stsbook_why *, int64_t now_s);

/*
 * stsbook_load - a policy from a file: what is in d but for links and state
 *
 * policy is the book's if it returns 0; -1: there is no room or no
 * memory, or it is known already.
 */
int stsbook_load(struct stsbook *, const struct stsbook_domain *d);
/* every STS_TICK_S: what ends soon is fetched anew, files are tried again */
void stsbook_tick(struct stsbook *, int64_t now_s);
/* all memory; nobody is answered */
void stsbook_free(struct stsbook *);

#endif
