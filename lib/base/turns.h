#ifndef BASE_TURNS_H
#define BASE_TURNS_H

#include "base/list.h"
#include <stdint.h>

/*
 * Whose turn it is: leaves wait in groups, groups in larger ones, and the
 * root hands them out in turn: one of each group before the second of any,
 * however many wait in it.  Those who have used little in this stretch of
 * time come before the others, every second time, so that who wants one thing
 * now and then does not wait for all who always want something.  A group
 * waits while something in it does.  The structures belong to the caller;
 * all zero, but for up, is one that does not wait.
 */
enum {
	TURN_LIGHT = 16384 /* what may be used in a stretch as a light one */
};

struct turn {
	struct list_node line; /* first */
	struct turn_group *up; /* NULL: the root */
	uint32_t stretch, used;
	unsigned waits : 1, is_light : 1; /* and in which list */
	unsigned is_group : 1;            /* something has waited in it */
};

struct turn_group {
	struct turn turn; /* first: of all that is in it */
	struct list light, heavy;
	unsigned was_light : 1; /* the last that had its turn */
};

/* a leaf waits for its turn, behind the others of its group; nothing
 * changes if it does so already */
void turn_add(struct turn *leaf);
/* it does not wait any more */
void turn_remove(struct turn *leaf);
/* whose turn it is, and it waits no more; NULL: nobody waits */
struct turn *turn_next(struct turn_group *root);
/* a leaf has used so much, and so have its groups; stretch: a number that is
 * another one when another stretch of time has begun */
void turn_used(struct turn *leaf, uint32_t stretch, uint32_t n);

#endif
