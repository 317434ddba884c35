#include "recv/rcptcache.h"
#include "base/ascii.h"
#include <stdlib.h>
#include <string.h>

struct entry {
	struct hash_node by_key; /* first */
	struct list_node line;
	int64_t since_s;
	unsigned short n; /* bytes of the key */
	unsigned char known;
	char esc[RCPTWIRE_ESC_MAX + 1];
	char key[];
};

size_t
rcptcache_key(char out[RCPTCACHE_KEY_MAX], const char *ask, const char *to,
    size_t to_len)
{
	const char *at = memrchr(to, '@', to_len);
	size_t n = strnlen(ask, RCPTWIRE_ASK_MAX), user;

	memcpy(out, ask, n);
	out[n++] = '\t';
	user = at == NULL ? to_len : (size_t)(at - to);
	memcpy(out + n, to, user);
	ascii_lower_copy(out + n + user, to + user, to_len - user);
	return n + to_len;
}

static struct entry *
get(const struct rcptcache *c, const char *key, size_t n)
{
	struct hash_node *h = hash_first(&c->by_key, hash_bytes(0, key, n));
	struct entry *e;

	for (; h != NULL; h = hash_again(h)) {
		e = (struct entry *)h;
		if (e->n == n && memcmp(e->key, key, n) == 0)
			return e;
	}
	return NULL;
}

static void
drop(struct rcptcache *c, struct entry *e)
{
	list_remove(e->known ? &c->known : &c->nobody, &e->line);
	(*(e->known ? &c->n_known : &c->n_nobody))--;
	hash_remove(&c->by_key, &e->by_key);
	free(e);
}

enum rcptcache_found
rcptcache_find(struct rcptcache *c, const char *key, size_t n, int64_t now_s,
    char esc[RCPTWIRE_ESC_MAX + 1])
{
	struct entry *e = get(c, key, n);
	int64_t age;

	if (e == NULL)
		return RCPTCACHE_NONE;
	age = now_s - e->since_s;
	if (age >= (e->known ? c->keep_s : c->nobody_s)) {
		drop(c, e);
		return RCPTCACHE_NONE;
	}
	if (!e->known) {
		memcpy(esc, e->esc, sizeof e->esc);
		return RCPTCACHE_NOBODY;
	}
	/* who is written to stays */
	list_remove(&c->known, &e->line);
	list_append(&c->known, &e->line);
	return age < c->fresh_s ? RCPTCACHE_KNOWN : RCPTCACHE_WAS;
}

void
rcptcache_put(struct rcptcache *c, const char *key, size_t n,
    const struct rcptwire_answer *a, int64_t now_s)
{
	int known = a->what == RCPTWIRE_KNOWN;
	struct list *line = known ? &c->known : &c->nobody;
	size_t *count = known ? &c->n_known : &c->n_nobody;
	struct entry *e = get(c, key, n);

	if (e != NULL)
		drop(c, e);
	e = n > RCPTCACHE_KEY_MAX ? NULL : malloc(sizeof *e + n);
	if (e == NULL)
		return;
	e->since_s = now_s;
	e->known = (unsigned char)known;
	e->n = (unsigned short)n;
	memcpy(e->esc, a->esc, sizeof e->esc);
	memcpy(e->key, key, n);
	e->by_key.hash = hash_bytes(0, key, n);
	if (hash_add(&c->by_key, &e->by_key) == -1) {
		free(e);
		return;
	}
	list_append(line, &e->line);
	if (++*count > (known ? c->known_max : c->nobody_max))
		drop(c, LIST_OF(line->first, struct entry, line));
}

void
rcptcache_clear(struct rcptcache *c)
{
	struct list_node *n;

	while ((n = c->known.first) != NULL || (n = c->nobody.first) != NULL)
		drop(c, LIST_OF(n, struct entry, line));
	hash_free(&c->by_key);
}
