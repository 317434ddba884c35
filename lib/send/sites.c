#include "send/sites.h"
#include <stdlib.h>
#include <string.h>

static int
is_it(const struct sendslot *s, const char *key, size_t n)
{
	return s->site.key_len == n && memcmp(s->site.key, key, n) == 0;
}

static struct sendslot *
slot_of(struct hash_node *n)
{
	return (struct sendslot *)((char *)n -
	    offsetof(struct sendslot, by_key));
}

static struct sendslot *
make(struct sendsites *all, const struct sendjob *j, const char *key, size_t n,
    uint64_t hash)
{
	struct sendslot *s = calloc(1, sizeof *s);

	if (s == NULL || sendsite_fill(&s->site, j, key, n) == -1) {
		free(s);
		return NULL;
	}
	s->by_key.hash = hash;
	if (hash_add(&all->by_key, &s->by_key) == -1) {
		sendsite_free(&s->site);
		free(s);
		return NULL;
	}
	list_append(&all->all, &s->all);
	return s;
}

struct sendslot *
sendsites_find(struct sendsites *all, const struct sendjob *j)
{
	char key[SENDJOB_KEY_MAX];
	size_t n = sendjob_key(j, key);
	struct hash_node *node;
	uint64_t hash;

	if (n == 0)
		return NULL;
	/* jobs of one site come together */
	if (all->last != NULL && is_it(all->last, key, n))
		return all->last;
	hash = hash_bytes(0, key, n);
	for (node = hash_first(&all->by_key, hash); node != NULL;
	     node = hash_again(node))
		if (is_it(slot_of(node), key, n))
			return all->last = slot_of(node);
	return all->last = make(all, j, key, n, hash);
}

const struct sendslot *
sendsites_known(const struct sendsites *all, const struct sendjob *j)
{
	char key[SENDJOB_KEY_MAX];
	size_t n = sendjob_key(j, key);
	struct hash_node *node;

	if (n == 0)
		return NULL;
	for (node = hash_first(&all->by_key, hash_bytes(0, key, n));
	     node != NULL; node = hash_again(node))
		if (is_it(slot_of(node), key, n))
			return slot_of(node);
	return NULL;
}

void
sendsites_forget(struct sendsites *all, struct sendslot *s)
{
	hash_remove(&all->by_key, &s->by_key);
	list_remove(&all->all, &s->all);
	if (all->last == s)
		all->last = NULL;
	sendsite_free(&s->site);
	free(s);
}

void
sendsites_add(struct sendsites *all, struct sendtxn *t)
{
	list_append(&t->slot->line, &t->line);
	t->slot->n_wait++;
	all->n_wait++;
}

void
sendsites_back(struct sendsites *all, struct sendtxn *t)
{
	list_prepend(&t->slot->line, &t->line);
	t->slot->n_wait++;
	all->n_wait++;
}

void
sendsites_remove(struct sendsites *all, struct sendtxn *t)
{
	list_remove(&t->slot->line, &t->line);
	t->slot->n_wait--;
	all->n_wait--;
}
