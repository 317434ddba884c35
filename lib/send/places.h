#ifndef SEND_PLACES_H
#define SEND_PLACES_H

#include "send/conn.h"
#include "send/sites.h"

/*
 * The places for connections: how many there are, whose site each is for, and
 * which have nothing to do.  Connecting and sending is not known here.
 */
struct sendplace {
	struct sendconn conn; /* the first: one is the other */
	struct sendslot *slot;
	struct list_node idle;  /* of the slot's that have nothing to do */
	struct list_node conns; /* of all of the slot's */
	size_t index;           /* in struct sendplaces */
};

/* all zero but max, which is set before sendplaces_open() */
struct sendplaces {
	struct sendplace **all; /* n of them, in no order */
	size_t n, max, n_idle;
};

static inline struct sendplace *
sendplace_of(const struct sendconn *c)
{
	return (struct sendplace *)c;
}

/* 0, or -1 with ENOMEM */
int sendplaces_open(struct sendplaces *);
/* one for a site, its connection all zero; there must be room.  NULL with
 * ENOMEM */
struct sendplace *sendplaces_new(struct sendplaces *, struct sendslot *);
/* it is free, whatever it was; the structure is gone */
void sendplaces_free(struct sendplaces *, struct sendplace *);
/* are there as many as there may be? */
static inline int
sendplaces_full(const struct sendplaces *p)
{
	return p->n >= p->max;
}

/* its connection has nothing to do; it has */
void sendplaces_idle(struct sendplaces *, struct sendplace *);
void sendplaces_busy(struct sendplaces *, struct sendplace *);
/* an idle one, of any site; NULL: all are busy */
struct sendplace *sendplaces_any_idle(const struct sendplaces *);
/* does a connection of the site, if it has more than one, hear from this
 * address? */
int sendplaces_stands(const struct sendplaces *, const struct sendslot *,
    const char *ip);

#endif
