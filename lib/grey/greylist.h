#ifndef GREY_GREYLIST_H
#define GREY_GREYLIST_H

#include "base/hash.h"
#include "base/list.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Greylisting: who comes for the first time is asked to come again, who
 * does so is let pass.  Keys are those of greykey.h.  Pure: times are
 * arguments, in seconds since 1970.
 *
 * The state is what a sequence of happenings makes of nothing, so that
 * whoever reads the same journal has the same state.
 */
enum {
	GREYLIST_WAITING_MAX = 100000, /* that have not come again; one more:
					* the oldest is forgotten */
	GREYLIST_PASSED_MAX = 100000,  /* that have; the same */
	GREYLIST_HOSTS_MAX = 50000     /* networks; the same */
};

struct greylist_conf {
	int64_t wait_s;     /* before this an attempt is too early */
	int64_t window_s;   /* after this it counts as the first again */
	int64_t lifetime_s; /* what passed is known so long after its last
			     * message */
	uint64_t known;     /* so many have come again, one a second counts:
			     * the network is known; 0: never */
};

enum greylist_kind { GREYLIST_WAITS, GREYLIST_PASSED, GREYLIST_HOST };

struct greylist_entry {
	struct hash_node node;
	struct list_node line; /* of its kind */
	enum greylist_kind kind;
	int64_t first, last; /* first attempt, of a network the last one that
			      * came again; last one that passed */
	uint64_t
	    n; /* attempts; messages passed; of a network: that came again */
	size_t len, who_len;
	char key[];
};

struct greylist_sums {
	uint64_t first;   /* first attempts, delayed */
	uint64_t early;   /* attempts before their time, delayed */
	uint64_t retried; /* first attempts that came again, and passed */
	uint64_t again;   /* passed because the same had passed before */
	uint64_t known;   /* passed because the network is known */
	uint64_t lost;    /* first attempts that never came again in time */
	uint64_t dropped; /* forgotten for want of room */
	uint64_t delay_s; /* of those retried, all together */
	int64_t since;    /* the first happening; 0: none */
};

struct greylist {
	struct greylist_conf conf;
	struct hash hash;
	uint64_t seed; /* random: nobody chooses keys that are slow to find */
	struct greylist_list {
		struct list line; /* the oldest first */
		size_t n, max;
	} list[3]; /* by kind */
	struct greylist_sums sums;
};

/* the entry of a link, NULL for NULL */
static inline struct greylist_entry *
greylist_of(struct list_node *line)
{
	return LIST_OF(line, struct greylist_entry, line);
}

/* makes an empty one */
void greylist_init(struct greylist *, const struct greylist_conf *,
    uint64_t seed);

enum greylist_verdict {
	GREYLIST_FIRST,   /* delay: seconds is how long */
	GREYLIST_EARLY,   /* the same */
	GREYLIST_RETRIED, /* pass: it has waited for seconds */
	GREYLIST_AGAIN,   /* pass */
	GREYLIST_KNOWN    /* pass */
};

/*
 * greylist_look - what an attempt would get; nothing changes
 *
 * A first attempt that lies in the future (the clock was set back) counts
 * as none.
 */
enum greylist_verdict greylist_look(const struct greylist *, const char *key,
    size_t len, size_t who_len, int64_t now, int64_t *seconds);

/*
 * greylist_happened - an attempt got this verdict at that time
 *
 * 0, or -1 with ENOMEM and at most the sums changed.  GREYLIST_KNOWN looks
 * only at the first who_len bytes of the key.
 */
int greylist_happened(struct greylist *, enum greylist_verdict, const char *key,
    size_t len, size_t who_len, int64_t now);

/*
 * greylist_restore - an entry as it was, behind all others of its kind
 * 0, or -1 with ENOMEM
 */
int greylist_restore(struct greylist *, enum greylist_kind, const char *key,
    size_t len, size_t who_len, int64_t first, int64_t last, uint64_t n);

/* forget what is over at that time */
void greylist_expire(struct greylist *, int64_t now);
/* networks that are known at that time */
size_t greylist_known(const struct greylist *, int64_t now);
/* everything in it; conf, seed and max stay */
void greylist_clear(struct greylist *);

#endif
