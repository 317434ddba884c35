#ifndef SEND_SITES_H
#define SEND_SITES_H

#include "base/hash.h"
#include "base/list.h"
#include "send/job.h"

/*
 * Sites, each with a line of transactions that wait for it.  Jobs that agree
 * in the labels by which connections are shared, sendjob_key(), are of one
 * site.  Who no longer refers to one says sendsites_forget().
 */
struct sendslot {
	struct sendsite site;
	struct list line; /* struct sendtxn */
	size_t n_wait;    /* in it */
	/* of struct sendsites */
	struct hash_node by_key;
	struct list_node all;
	/* of the pool */
	struct list_node ready, want;
	struct list idle;      /* connections that have nothing to do */
	struct list all_conns; /* all, the last begun last */
	size_t n_conn, conns;  /* there are, and may be: 0 not said */
	unsigned is_ready : 1, wants : 1;
};

/* all zero: none */
struct sendsites {
	struct hash by_key;
	struct list all;       /* struct sendslot */
	struct sendslot *last; /* that was asked for */
	size_t n_wait;         /* transactions in all lines */
};

/* the site of a job, new or not; NULL when there is no memory, or its key is
 * too long */
struct sendslot *sendsites_find(struct sendsites *, const struct sendjob *);
/* the same, NULL: there is none */
const struct sendslot *sendsites_known(const struct sendsites *,
    const struct sendjob *);
/* nobody waits for it; the structure is gone */
void sendsites_forget(struct sendsites *, struct sendslot *);

/* into the line of t->slot: at its end, or at its head again */
void sendsites_add(struct sendsites *, struct sendtxn *t);
void sendsites_back(struct sendsites *, struct sendtxn *t);
/* out of it, wherever it stands */
void sendsites_remove(struct sendsites *, struct sendtxn *);
/* the one at the head of the line, NULL: nobody waits */
static inline struct sendtxn *
sendsites_first(const struct sendslot *s)
{
	return LIST_OF(s->line.first, struct sendtxn, line);
}

#endif
