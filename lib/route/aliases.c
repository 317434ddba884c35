#include "route/aliases.h"
#include "conf/local.h"
#include "mail/address.h"
#include <string.h>

/* looking up */

/* user+extension: the user alone; 0 when there is no extension */
static size_t
base_len(const struct address *a)
{
	const char *plus = memchr(a->key, '+', a->user_len);

	return plus == NULL ? 0 : (size_t)(plus - a->key);
}

/* what was found for an address */
struct found {
	struct slice
	    rec; /* its line number is taken off by read_line_number() */
	size_t ext, ext_len; /* in the address's key: +extension, when the
			      * record is that of the user without it */
};

/* user or user+extension without its extension, with or without @domain */
static int
get_forms(const struct lookup *l, const struct address *a, int with_domain,
    struct found *f)
{
	char key[WORD_ADDRESS_MAX + 1];
	size_t base = base_len(a),
	       tail = with_domain ? a->len - a->user_len : 0;
	int r = lookup_get(l, a->key, a->user_len + tail, &f->rec.p, &f->rec.n);

	if (r != 0 || base == 0)
		return r;
	memcpy(key, a->key, base);
	memcpy(key + base, a->key + a->user_len, tail);
	r = lookup_get(l, key, base + tail, &f->rec.p, &f->rec.n);
	if (r == 1) {
		f->ext = base;
		f->ext_len = a->user_len - base;
	}
	return r;
}

/* the record for an address: 1, 0, -1 */
static int
get(const struct lookup *l, const struct lookup *local, const struct address *a,
    struct found *f)
{
	int r, here;

	memset(f, 0, sizeof *f);
	r = get_forms(l, a, 1, f);
	if (r != 0)
		return r;
	here =
	    a->domain_len == 0 ? 1 : local_has(local, a->domain, a->domain_len);
	if (here == -1)
		return -1;
	if (here && a->domain_len > 0) {
		r = get_forms(l, a, 0, f);
		if (r != 0)
			return r;
	}
	if (a->domain_len == 0)
		return 0;
	return lookup_get(l, a->domain - 1, a->domain_len + 1, &f->rec.p,
	    &f->rec.n);
}

/* expanding */

/* an address in the list: what was found about it */
struct entry {
	size_t at, n; /* in seen, in lower case */
	size_t raw;   /* as it is written, in seen, too */
	unsigned depth;
	unsigned leaf;
};

static struct entry *
entries(struct aliases *x, size_t *n)
{
	*n = buf_len(&x->list) / sizeof(struct entry);
	return (struct entry *)buf_data(&x->list);
}

/* add unless it is there; 0, or -1 with ENOMEM */
static int
add(struct aliases *x, const struct address *a, const char *raw, unsigned depth)
{
	size_t i, n;
	struct entry *e = entries(x, &n), new = { 0 };

	for (i = 0; i < n; i++)
		if (e[i].n == a->len &&
		    memcmp(x->seen.p + e[i].at, a->key, a->len) == 0)
			return 0;
	new.at = buf_len(&x->seen);
	new.n = a->len;
	new.raw = new.at + a->len;
	new.depth = depth;
	if (buf_put(&x->seen, a->key, a->len) == -1 ||
	    buf_put(&x->seen, raw, a->len) == -1)
		return -1;
	return buf_put(&x->list, &new, sizeof new);
}

/* an address that was looked up, as it was written */
struct origin {
	const struct address *address;
	const char *raw;
	struct found found;
};

/* +extension goes on to a target that could have one and is not too long
 * with it: who sorts by it finds it in the last mailbox */
static size_t
extend(char *raw, size_t n, const struct origin *of)
{
	const char *at = memrchr(raw, '@', n);
	size_t user = at == NULL ? n : (size_t)(at - raw),
	       k = of->found.ext_len;

	if (k == 0 || raw[0] == '"' || n + k > WORD_ADDRESS_MAX)
		return n;
	memmove(raw + user + k, raw + user, n - user);
	memcpy(raw + user, of->raw + of->found.ext, k);
	return n + k;
}

/* a target as an address: a bare user gets the domain of `of`, all of them
 * its extension */
static int
complete(const struct slice *t, const struct origin *of, struct address *a,
    char *raw)
{
	const struct address *from = of->address;
	size_t n = t->n, d = 0;

	if (memchr(t->p, '@', t->n) == NULL && from->domain_len > 0)
		d = from->domain_len + 1;
	if (n + d > WORD_ADDRESS_MAX)
		return -1;
	memcpy(raw, t->p, n);
	if (d > 0)
		memcpy(raw + n, from->domain - 1, d);
	n = extend(raw, address_plain(raw, n + d, raw), of);
	return address_set(a, raw, n);
}

static int
same(const struct address *a, const struct address *b)
{
	return a->len == b->len && memcmp(a->key, b->key, a->len) == 0;
}

struct kind {
	unsigned self, command, others;
};

/* what kinds of targets a record has; its line number is skipped */
static int
look(struct slice targets, const struct origin *of, struct kind *k)
{
	struct address a;
	struct slice t;
	char raw[WORD_ADDRESS_MAX + 1];

	memset(k, 0, sizeof *k);
	while (word_piece(&targets, '\n', &t)) {
		if (t.n == 0)
			continue;
		if (t.p[0] == '|') {
			k->command = 1;
			continue;
		}
		if (complete(&t, of, &a, raw) == -1)
			return -1;
		if (same(&a, of->address))
			k->self = 1;
		else
			k->others++;
	}
	return 0;
}

static int
add_targets(struct aliases *x, struct slice targets, const struct origin *of,
    unsigned depth)
{
	struct address a;
	struct slice t;
	char raw[WORD_ADDRESS_MAX + 1];

	while (word_piece(&targets, '\n', &t)) {
		if (t.n == 0)
			continue;
		if (t.p[0] == '|') {
			if (buf_put(&x->command, t.p + 1, t.n - 1) == -1)
				return -1;
			continue;
		}
		if (complete(&t, of, &a, raw) == -1)
			return -1;
		if (same(&a, of->address))
			continue;
		if (add(x, &a, raw, depth) == -1)
			return -1;
	}
	return 0;
}

static void
read_line_number(struct aliases *x, struct slice *rec)
{
	struct slice t;
	size_t i;

	x->line = 0;
	if (word_piece(rec, '\n', &t))
		for (i = 0; i < t.n && i < 9; i++)
			x->line = 10 * x->line + (unsigned)(t.p[i] - '0');
}

/* where entry i leads */
static enum aliases_result
step(struct aliases *x, const struct lookup *l, const struct lookup *local,
    size_t i)
{
	char raw[WORD_ADDRESS_MAX + 1];
	struct address a;
	struct origin of = { &a, raw, { { NULL, 0 }, 0, 0 } };
	struct kind k;
	size_t n;
	struct entry *e = entries(x, &n) + i;
	/* still one address that is only being renamed */
	int head = n == i + 1 && buf_len(&x->to) == 0;
	unsigned depth = e->depth;
	int r;

	if (address_set(&a, x->seen.p + e->at, e->n) == -1)
		return ALIASES_BROKEN;
	/* adding moves what it stands in */
	memcpy(raw, x->seen.p + e->raw, e->n);
	r = get(l, local, &a, &of.found);
	if (r == -1)
		return ALIASES_BROKEN;
	if (r == 0) {
		e->leaf = 1;
		return ALIASES_NONE;
	}
	read_line_number(x, &of.found.rec);
	if (look(of.found.rec, &of, &k) == -1)
		return ALIASES_BROKEN;
	if ((k.self && k.others == 0 && !k.command) ||
	    (!head && (k.self || k.command))) {
		e->leaf = 1;
		return ALIASES_NONE;
	}
	if (depth == ALIASES_DEPTH_MAX)
		return ALIASES_DEEP;
	if (head && (k.self || k.command || k.others > 1)) {
		/* renaming ends here */
		x->keep = k.self;
		if (buf_put(&x->to, x->seen.p + e->raw, e->n) == -1)
			return ALIASES_BROKEN;
	}
	return add_targets(x, of.found.rec, &of, depth + 1) == -1
	    ? ALIASES_BROKEN
	    : ALIASES_NONE;
}

/* the leaves become `to` or `forward` */
static enum aliases_result
gather(struct aliases *x, const char *to, size_t len)
{
	size_t i, n, leaves = 0, last = 0;
	struct entry *e = entries(x, &n);

	for (i = 0; i < n; i++)
		if (e[i].leaf) {
			leaves++;
			last = i;
		}
	if (leaves + x->keep == 0 && buf_len(&x->command) == 0)
		return ALIASES_LOOP;
	if (leaves + x->keep == 1 && buf_len(&x->command) == 0) {
		if (!x->keep) {
			buf_clear(&x->to);
			if (buf_put(&x->to, x->seen.p + e[last].raw,
				e[last].n) == -1)
				return ALIASES_BROKEN;
		}
		return buf_len(&x->to) == len &&
			memcmp(buf_data(&x->to), to, len) == 0
		    ? ALIASES_NONE
		    : ALIASES_ONE;
	}
	for (i = 0; i < n; i++) {
		if (!e[i].leaf)
			continue;
		if (buf_len(&x->forward) > 0 &&
		    buf_putc(&x->forward, ' ') == -1)
			return ALIASES_BROKEN;
		if (buf_put(&x->forward, x->seen.p + e[i].raw, e[i].n) == -1)
			return ALIASES_BROKEN;
	}
	return buf_len(&x->forward) > ALIASES_FORWARD_MAX ? ALIASES_DEEP
							  : ALIASES_SEVERAL;
}

enum aliases_result
aliases_expand(struct aliases *x, const struct lookup *l,
    const struct lookup *local, const char *to, size_t len)
{
	enum aliases_result r;
	char raw[WORD_ADDRESS_MAX + 1];
	struct address a;
	struct found f;
	size_t i, n;

	if (address_set(&a, to, len) == -1)
		return ALIASES_NONE;
	/* nearly all addresses have none */
	switch (get(l, local, &a, &f)) {
	case 0: return ALIASES_NONE;
	case -1: return ALIASES_BROKEN;
	}
	buf_clear(&x->to);
	buf_clear(&x->forward);
	buf_clear(&x->command);
	buf_clear(&x->seen);
	buf_clear(&x->list);
	x->keep = x->line = 0;
	address_plain(to, len, raw);
	if (add(x, &a, raw, 0) == -1)
		return ALIASES_BROKEN;
	for (i = 0; entries(x, &n), i < n; i++) {
		r = step(x, l, local, i);
		if (r != ALIASES_NONE)
			return r;
		if (entries(x, &n), n > ALIASES_TARGETS_MAX)
			return ALIASES_DEEP;
	}
	return gather(x, to, len);
}

void
aliases_free(struct aliases *x)
{
	buf_free(&x->to);
	buf_free(&x->forward);
	buf_free(&x->command);
	buf_free(&x->seen);
	buf_free(&x->list);
	memset(x, 0, sizeof *x);
}
