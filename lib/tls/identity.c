#include "tls/identity.h"
#include "base/ascii.h"
#include "base/hash.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_ROOM = 256 }; /* of a name that is asked for */

/* a name of one of them, in the table of all names */
struct named {
	struct hash_node node;
	const struct identity *id;
	const char *name;
};

/* one of them: what it points to stands behind it, in the same allocation */
struct entry {
	struct identity id;
	size_t place;        /* in the set */
	struct named *named; /* id.n_names of them */
};

struct identity_set {
	unsigned holders;
	size_t n;
	struct entry *entry[IDENTITY_MAX];
	struct hash names;
};

struct identity_set *
identity_set_new(void)
{
	struct identity_set *s = calloc(1, sizeof *s);

	if (s != NULL)
		s->holders = 1;
	return s;
}

struct identity_set *
identity_set_ref(struct identity_set *s)
{
	s->holders++;
	return s;
}

void
identity_set_drop(struct identity_set *s)
{
	size_t i;

	if (s == NULL || --s->holders > 0)
		return;
	for (i = 0; i < s->n; i++)
		free(s->entry[i]);
	hash_free(&s->names);
	free(s);
}

size_t
identity_count(const struct identity_set *s)
{
	return s->n;
}

const struct identity *
identity_at(const struct identity_set *s, size_t i)
{
	return &s->entry[i]->id;
}

/* copying one */

static size_t
size_of(const struct identity *id)
{
	size_t i, n = sizeof(struct entry) + strlen(id->file) + 1;

	n += id->n_names * (sizeof(struct named) + sizeof(char *));
	n += id->n_chain * sizeof(struct slice);
	for (i = 0; i < id->n_names; i++)
		n += strlen(id->names[i]) + 1;
	for (i = 0; i < id->n_chain; i++)
		n += id->chain[i].n;
	return n;
}

/* n bytes of what stands behind an entry */
static void *
carve(char **p, size_t n)
{
	void *it = *p;

	*p += n;
	return it;
}

static void
copy_names(struct entry *e, const struct identity *id, const char **names,
    char **p)
{
	size_t i, n;
	char *t;

	for (i = 0; i < id->n_names; i++) {
		n = strlen(id->names[i]);
		t = carve(p, n + 1);
		ascii_lower_copy(t, id->names[i], n);
		names[i] = e->named[i].name = t;
		e->named[i].id = &e->id;
		e->named[i].node.hash = hash_bytes(0, t, n);
	}
	e->id.names = names;
}

static void
copy_chain(struct entry *e, const struct identity *id, struct slice *chain,
    char **p)
{
	size_t i;

	for (i = 0; i < id->n_chain; i++) {
		chain[i].n = id->chain[i].n;
		chain[i].p =
		    memcpy(carve(p, chain[i].n), id->chain[i].p, chain[i].n);
	}
	e->id.chain = chain;
}

static struct entry *
copy(const struct identity *id)
{
	struct entry *e = calloc(1, size_of(id));
	struct slice *chain;
	const char **names;
	size_t n = strlen(id->file) + 1;
	char *p = (char *)(e + 1);

	if (e == NULL)
		return NULL;
	e->id = *id;
	e->named = carve(&p, id->n_names * sizeof(struct named));
	chain = carve(&p, id->n_chain * sizeof *chain);
	names = carve(&p, id->n_names * sizeof *names);
	copy_names(e, id, names, &p);
	copy_chain(e, id, chain, &p);
	e->id.file = memcpy(carve(&p, n), id->file, n);
	return e;
}

/* adding one */

static int
check(const struct identity_set *s, const struct identity *id)
{
	size_t i;

	if (s->n == IDENTITY_MAX || id->n_names > IDENTITY_NAMES_MAX ||
	    id->n_chain > IDENTITY_CHAIN_MAX)
		return E2BIG;
	if (id->n_chain == 0)
		return EINVAL;
	for (i = 0; i < id->n_chain; i++)
		if (id->chain[i].n > IDENTITY_CERT_MAX)
			return E2BIG;
	return 0;
}

static int
add_names(struct identity_set *s, struct entry *e)
{
	size_t i;

	for (i = 0; i < e->id.n_names; i++)
		if (hash_add(&s->names, &e->named[i].node) == -1)
			break;
	if (i == e->id.n_names)
		return 0;
	while (i > 0)
		hash_remove(&s->names, &e->named[--i].node);
	return -1;
}

int
identity_add(struct identity_set *s, const struct identity *id)
{
	int wrong = check(s, id);
	struct entry *e;

	if (wrong != 0) {
		errno = wrong;
		return -1;
	}
	if ((e = copy(id)) == NULL)
		return -1;
	if (add_names(s, e) == -1) {
		free(e);
		return -1;
	}
	e->id.set = s;
	e->place = s->n;
	s->entry[s->n++] = e;
	return 0;
}

/* finding one */

/* what is asked for, and the best until now: the less, the better */
struct search {
	unsigned kinds;
	uint32_t curves;
	unsigned score;
	const struct identity *best;
};

enum { EXACT, WILDCARD, DEFAULT };

static size_t
place(const struct identity *id)
{
	return ((const struct entry *)(const void *)id)->place;
}

/* one signed by itself behind all, then who has the name before the default,
 * then EC before RSA, then the exact name before a wildcard, then the first */
static unsigned
score(const struct identity *id, unsigned match)
{
	return (id->self ? 8u : 0) | (match == DEFAULT ? 4u : 0) |
	    (id->kind == IDENTITY_RSA ? 2u : 0) | (match == WILDCARD ? 1u : 0);
}

static void
consider(struct search *q, const struct identity *id, unsigned match)
{
	unsigned n = score(id, match);

	if (!((q->kinds >> id->kind) & 1) ||
	    (id->kind == IDENTITY_EC && !((q->curves >> id->curve) & 1)))
		return;
	if (q->best != NULL &&
	    (n > q->score || (n == q->score && place(id) > place(q->best))))
		return;
	q->best = id;
	q->score = n;
}

static void
with_name(const struct identity_set *s, struct search *q, const char *name,
    unsigned match)
{
	struct hash_node *n;
	const struct named *at;

	n = hash_first(&s->names, hash_bytes(0, name, strlen(name)));
	for (; n != NULL; n = hash_again(n)) {
		at = (const struct named *)n;
		if (strcmp(at->name, name) == 0)
			consider(q, at->id, match);
	}
}

/* RFC 9525 section 6.3: a wildcard stands for the whole first label */
static void
with_wildcard(const struct identity_set *s, struct search *q, const char *name)
{
	const char *dot = strchr(name, '.');
	char t[NAME_ROOM];
	size_t n;

	if (dot == NULL || dot == name || (n = strlen(dot)) + 2 > sizeof t)
		return;
	t[0] = '*';
	memcpy(t + 1, dot, n + 1);
	with_name(s, q, t, WILDCARD);
}

static void
with_default(const struct identity_set *s, struct search *q)
{
	const struct identity *first = &s->entry[0]->id;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (!s->entry[i]->id.self) {
			first = &s->entry[i]->id;
			break;
		}
	consider(q, first, DEFAULT);
	if (first->n_names > 0)
		with_name(s, q, first->names[0], DEFAULT);
}

const struct identity *
identity_find(const struct identity_set *s, const char *name, unsigned kinds,
    uint32_t curves)
{
	struct search q = { .kinds = kinds, .curves = curves };

	if (s->n == 0)
		return NULL;
	if (*name != '\0') {
		with_name(s, &q, name, EXACT);
		with_wildcard(s, &q, name);
	}
	with_default(s, &q);
	return q.best;
}

static int
is_file(const char *file, const char *name)
{
	size_t n = strlen(name);

	return strncmp(file, name, n) == 0 &&
	    (file[n] == '\0' || strcmp(file + n, ".pem") == 0);
}

const struct identity *
identity_named(const struct identity_set *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (is_file(s->entry[i]->id.file, name))
			return &s->entry[i]->id;
	return NULL;
}
