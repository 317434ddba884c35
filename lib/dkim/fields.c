#include "dkim/fields.h"
#include "dkim/taglist.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* hashes */

void
dkimhash_init(struct dkimhash *h, enum pubkey_hash of)
{
	h->of = of;
	if (of == PUBKEY_SHA1)
		digest_sha1_init(&h->u.sha1);
	else
		digest_init(&h->u.sha256);
}

void
dkimhash_add(struct dkimhash *h, const void *p, size_t n)
{
	if (h->of == PUBKEY_SHA1)
		digest_sha1_add(&h->u.sha1, p, n);
	else
		digest_add(&h->u.sha256, p, n);
}

void
dkimhash_end(struct dkimhash *h, unsigned char out[DKIMSIG_HASH_LEN])
{
	if (h->of == PUBKEY_SHA1)
		digest_sha1_end(&h->u.sha1, out);
	else
		digest_end(&h->u.sha256, out);
}

/* fields */

/* FNV-1a; bits 5 aside, so that letters of both cases are the same */
static uint32_t
name_hash(const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	for (; n > 0; n--)
		h = (h ^ (*p++ | 0x20)) * 16777619u;
	return h;
}

static int
add(struct dkimfields *x, const struct header_field *f)
{
	struct dkimfield *p;
	size_t room;

	if (x->n == DKIMFIELDS_MAX) {
		x->more++;
		return 0;
	}
	if (x->n == x->room) {
		room = x->room == 0 ? 64 : 2 * x->room;
		p = realloc(x->field, room * sizeof *p);
		if (p == NULL) {
			errno = ENOMEM;
			return -1;
		}
		x->field = p;
		x->room = room;
	}
	p = &x->field[x->n++];
	p->f = *f;
	p->name = name_hash(f->name, f->name_len);
	p->taken = 0;
	return 0;
}

/* behind the line at p, and those that continue it */
static const char *
skip_line(const char *p, const char *end)
{
	do {
		p = memchr(p, '\n', end - p);
		if (p == NULL)
			return end;
		p++;
	} while (p < end && (*p == ' ' || *p == '\t'));
	return p;
}

int
dkimfields_read(struct dkimfields *x, const char *p, size_t n)
{
	const char *end = p + n;
	struct header_field f;

	x->n = x->more = 0;
	for (;;) {
		switch (header_next(&p, end, &f)) {
		case HEADER_FIELD:
			if (add(x, &f) == -1)
				return -1;
			break;
		case HEADER_BODY: p = skip_line(p, end); break;
		case HEADER_EMPTY:
		case HEADER_EOF: return 0;
		}
	}
}

void
dkimfields_free(struct dkimfields *x)
{
	free(x->field);
	memset(x, 0, sizeof *x);
}

void
dkimfields_begin(struct dkimfields *x)
{
	x->serial++;
}

const struct header_field *
dkimfields_take(struct dkimfields *x, const char *name, size_t n,
    const char *self)
{
	uint32_t h = name_hash(name, n);
	struct dkimfield *p;
	size_t i;

	for (i = x->n; i > 0; i--) {
		p = &x->field[i - 1];
		if (p->name != h || p->taken == x->serial ||
		    p->f.name_len != n || p->f.raw == self ||
		    strncasecmp(p->f.name, name, n) != 0)
			continue;
		p->taken = x->serial;
		return &p->f;
	}
	return NULL;
}

int
dkimfields_hash(struct dkimfields *x, const struct dkimsig *s,
    unsigned char out[DKIMSIG_HASH_LEN])
{
	const char *p = s->h, *name;
	const struct header_field *f;
	struct dkimhash hash;
	struct buf b = { 0 };
	size_t n;
	int r = 0;

	dkimhash_init(&hash, s->hash);
	dkimfields_begin(x);
	while (r == 0 && tag_item(&p, s->h + s->h_len, &name, &n)) {
		f = dkimfields_take(x, name, n, s->raw);
		if (f == NULL)
			continue;
		buf_clear(&b);
		r = canon_header(&b, s->header, f->raw, f->raw_len);
		if (r == 0)
			dkimhash_add(&hash, buf_data(&b), buf_len(&b));
	}
	buf_clear(&b);
	if (r == 0)
		r = dkimsig_self(&b, s);
	if (r == 0)
		dkimhash_add(&hash, buf_data(&b), buf_len(&b));
	dkimhash_end(&hash, out);
	buf_free(&b);
	return r;
}
