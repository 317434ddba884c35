#include "queue/idemtable.h"
#include <stdlib.h>
#include <string.h>

static uint32_t
key_hash(const unsigned char *key)
{
	uint32_t h;

	memcpy(&h, key, sizeof h); /* a digest: any bits are good */
	return h;
}

static uint32_t
entry_hash(const void *owner, uint32_t i)
{
	const struct idemtable *t = owner;

	return key_hash(t->entry[i].key);
}

static struct hashindex_array
array(struct idemtable *t)
{
	struct hashindex_array a = { &t->entry[0].link, sizeof *t->entry,
		entry_hash, t };

	return a;
}

int
idemtable_open(struct idemtable *t, uint32_t max)
{
	memset(t, 0, sizeof *t);
	t->entry = calloc(max, sizeof *t->entry);
	if (t->entry == NULL)
		return -1;
	t->max = max;
	return 0;
}

void
idemtable_close(struct idemtable *t)
{
	free(t->entry);
	hashindex_free(&t->index);
	memset(t, 0, sizeof *t);
}

static void
drop_oldest(struct idemtable *t)
{
	struct hashindex_array a = array(t);

	hashindex_remove(&t->index, &a, t->first);
	t->first = (t->first + 1) % t->max;
	t->n--;
}

int
idemtable_add(struct idemtable *t, const struct idem_key *k, uint32_t segment,
    uint32_t at)
{
	struct hashindex_array a = array(t);
	struct idemtable_entry *e;
	uint32_t i;

	if (t->n == t->max) {
		drop_oldest(t);
		t->pushed_out++;
	}
	i = (uint32_t)(((uint64_t)t->first + t->n) % t->max);
	e = &t->entry[i];
	memcpy(e->key, k->of, sizeof e->key);
	e->segment = segment;
	e->at = at;
	if (hashindex_add(&t->index, &a, i) == -1)
		return -1;
	t->n++;
	return 0;
}

const struct idemtable_entry *
idemtable_find(const struct idemtable *t, const struct idem_key *k,
    const struct idemtable_entry *after)
{
	uint32_t i = after != NULL
	    ? after->link
	    : hashindex_first(&t->index, key_hash(k->of));

	for (; i != HASHINDEX_NONE; i = t->entry[i].link)
		if (memcmp(t->entry[i].key, k->of, IDEMTABLE_KEY_LEN) == 0)
			return &t->entry[i];
	return NULL;
}

void
idemtable_drop(struct idemtable *t, uint32_t n)
{
	struct hashindex_array a = array(t);

	for (; n > 0 && t->n > 0; n--) {
		t->n--;
		hashindex_remove(&t->index, &a,
		    (uint32_t)(((uint64_t)t->first + t->n) % t->max));
	}
}

void
idemtable_expire(struct idemtable *t, uint32_t segment)
{
	while (t->n > 0 && t->entry[t->first].segment <= segment)
		drop_oldest(t);
}
