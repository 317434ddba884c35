#ifndef QUEUE_INTERN_H
#define QUEUE_INTERN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Names kept once: each gets a small number that stays as long as somebody
 * refers to it and is used again after that.  The owner keeps what belongs
 * to a name in an array of its own, by that number.  All zero is empty.
 */
enum { INTERN_NONE = 0xffffffff };

struct intern_name {
	char *s; /* NULL: number is free */
	uint32_t len, hash, refs, next;
};

struct intern {
	struct intern_name *name;
	uint32_t *bucket;
	uint32_t cap, n, used, free, mask; /* free: first free number + 1 */
};

/*
 * The number of a name, with one more reference; *fresh says whether it is
 * a new one.  INTERN_NONE when memory is out.
 */
uint32_t intern_get(struct intern *, const char *s, size_t n, int *fresh);
uint32_t intern_find(const struct intern *, const char *s, size_t n);
void intern_ref(struct intern *, uint32_t);
/* one reference less; 1 when that was the last and the name is gone */
int intern_put(struct intern *, uint32_t);
void intern_free(struct intern *);
uint32_t intern_hash(const char *s, size_t n);

#endif
