#ifndef BASE_TURNS_H
#define BASE_TURNS_H

/*
 * Whose turn it is: leaves wait in groups, groups in larger ones, and the
 * root hands them out in turn: one of each group before the second of any,
 * however many wait in it.  A group waits while something in it does.  The
 * structures belong to the caller; all zero, but for up, is one that does
 * not wait.
 */
struct turn {
	struct turn *up; /* its group; NULL: the root */
	struct turn *prev, *next, *first, *last;
	unsigned waits : 1;
};

/* a leaf waits for its turn, behind the others of its group; nothing
 * changes if it does so already */
void turn_add(struct turn *leaf);
/* it does not wait any more */
void turn_remove(struct turn *leaf);
/* whose turn it is, and it waits no more; NULL: nobody waits */
struct turn *turn_next(struct turn *root);

#endif
