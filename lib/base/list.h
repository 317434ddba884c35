#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stddef.h>

/*
 * A doubly linked list of structures that carry their own link.  All zero
 * is an empty one, and an element of none.  Nothing here allocates, and each
 * call costs the same however long the list is.
 *
 *	struct list_node *n;
 *
 *	for (n = l->first; n != NULL; n = n->next)
 *		look_at(LIST_OF(n, struct thing, line));
 */
struct list_node {
	struct list_node *prev, *next;
};

struct list {
	struct list_node *first, *last;
};

/* the structure whose member the link is; NULL for NULL */
#define LIST_OF(node, type, member) \
	((type *)list_owner(node, offsetof(type, member)))

static inline void *
list_owner(struct list_node *n, size_t offset)
{
	return n == NULL ? NULL : (char *)n - offset;
}

/* between two neighbours, NULL: the ends */
static inline void
list_link(struct list *l, struct list_node *n, struct list_node *prev,
    struct list_node *next)
{
	n->prev = prev;
	n->next = next;
	*(prev == NULL ? &l->first : &prev->next) = n;
	*(next == NULL ? &l->last : &next->prev) = n;
}

static inline void
list_append(struct list *l, struct list_node *n)
{
	list_link(l, n, l->last, NULL);
}

static inline void
list_prepend(struct list *l, struct list_node *n)
{
	list_link(l, n, NULL, l->first);
}

/* n is in this list; afterwards it is in none */
static inline void
list_remove(struct list *l, struct list_node *n)
{
	*(n->prev == NULL ? &l->first : &n->prev->next) = n->next;
	*(n->next == NULL ? &l->last : &n->next->prev) = n->prev;
	n->prev = n->next = NULL;
}

/* the first, taken out; NULL: the list is empty */
static inline struct list_node *
list_take(struct list *l)
{
	struct list_node *n = l->first;

	if (n != NULL)
		list_remove(l, n);
	return n;
}

#endif
