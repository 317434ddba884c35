#include "send/lasttries.h"
#include "base/hash.h"
#include "mail/date.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct one {
	uint64_t txn; /* which, transaction() */
	int64_t at_us;
	long long ms;
	unsigned code, rcpts;
	char status[12], class[16], host[80], ip[48], src[48], text[120];
};

struct lasttries_site {
	char name[256];
	unsigned n, next; /* in the ring */
	struct one one[LASTTRIES_N];
};

static size_t
place(const char *name, size_t n)
{
	return hash_bytes(0, name, n) % LASTTRIES_SITES;
}

static void
copy(char *out, size_t size, const char *s, size_t n)
{
	if (s == NULL)
		n = 0;
	if (n >= size)
		n = size - 1;
	if (n > 0)
		memcpy(out, s, n);
	out[n] = '\0';
}

static void
copy_word(char *out, size_t size, const char *s)
{
	copy(out, size, s, s == NULL ? 0 : strlen(s));
}

/* the place of a site, its own from now on; NULL without memory, or a name */
static struct lasttries_site *
own_place(struct lasttries *l, const char *name)
{
	size_t n = name == NULL ? 0 : strlen(name);
	struct lasttries_site **p, *s;

	if (n == 0 || n >= sizeof s->name)
		return NULL;
	p = &l->site[place(name, n)];
	if (*p == NULL)
		*p = calloc(1, sizeof **p);
	s = *p;
	if (s != NULL && strcmp(s->name, name) != 0) {
		memset(s, 0, sizeof *s);
		memcpy(s->name, name, n);
	}
	return s;
}

/* addresses of structures come again, a message at the same time does not */
static uint64_t
transaction(const struct sendtxn *t)
{
	return hash_bytes((uint64_t)t->started_ms, t->id, strlen(t->id));
}

/* is it the answer that another recipient of the transaction has had? */
static int
is_same(const struct lasttries_site *s, const struct sendtxn *t,
    const struct sendresult *r)
{
	const struct one *o =
	    &s->one[(s->next + LASTTRIES_N - 1) % LASTTRIES_N];

	return s->n > 0 && o->txn == transaction(t) && o->code == r->code &&
	    strcmp(o->status, r->status) == 0;
}

void
lasttries_add(struct lasttries *l, const struct sendsite *site,
    const struct sendtxn *t, const struct sendhost *host,
    const struct sendresult *r, int64_t now_us)
{
	struct lasttries_site *s;
	char from[DIAL_TEXT_MAX] = "";
	struct one *o;

	if (host == NULL || host->name == NULL ||
	    strcmp(r->status, "later") == 0 ||
	    (s = own_place(l, site->name)) == NULL)
		return;
	if (is_same(s, t, r)) {
		s->one[(s->next + LASTTRIES_N - 1) % LASTTRIES_N].rcpts++;
		return;
	}
	o = &s->one[s->next];
	s->next = (s->next + 1) % LASTTRIES_N;
	s->n += s->n < LASTTRIES_N;
	o->txn = transaction(t);
	o->at_us = now_us;
	o->ms = r->ms;
	o->code = r->code;
	o->rcpts = 1;
	dial_text(host->kind == DIAL_V6 ? &site->bind6 : &site->bind, from);
	copy_word(o->status, sizeof o->status, r->status);
	copy_word(o->class, sizeof o->class, r->class);
	copy_word(o->host, sizeof o->host, host->name);
	copy_word(o->ip, sizeof o->ip, host->ip);
	copy_word(o->src, sizeof o->src, from);
	copy(o->text, sizeof o->text, r->text, r->text_len);
}

static int
put_one(const struct one *o, struct buf *b)
{
	char when[64];
	int r;

	when[date_iso(when, o->at_us / 1000000, 0)] = '\0';
	r = buf_printf(b, "tried %s: %s", when, o->status);
	if (o->rcpts > 1)
		r |= buf_printf(b, " (%u recipients)", o->rcpts);
	r |= buf_printf(b, ", host %s %s", o->host, o->ip);
	if (o->src[0] != '\0')
		r |= buf_printf(b, " from %s", o->src);
	if (o->ms >= 0)
		r |= buf_printf(b, ", %lld ms", o->ms);
	if (o->class[0] != '\0')
		r |= buf_printf(b, ", %s", o->class);
	return r | buf_printf(b, ": %s\n", o->text);
}

int
lasttries_put(const struct lasttries *l, const char *name, size_t n,
    struct buf *b)
{
	const struct lasttries_site *s = l->site[place(name, n)];
	unsigned i;
	int r = 0;

	if (s == NULL || strlen(s->name) != n || memcmp(s->name, name, n) != 0)
		return 0;
	for (i = 1; i <= s->n; i++)
		r |= put_one(&s->one[(s->next + LASTTRIES_N - i) % LASTTRIES_N],
		    b);
	return r == 0 ? 0 : -1;
}

void
lasttries_free(struct lasttries *l)
{
	size_t i;

	for (i = 0; i < LASTTRIES_SITES; i++) {
		free(l->site[i]);
		l->site[i] = NULL;
	}
}
