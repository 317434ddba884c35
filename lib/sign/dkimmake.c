#include "sign/dkimmake.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "mail/header.h"
#include "sign/dkimnames.h"
#include <stdlib.h>
#include <string.h>

/* the body */

static void
to_digest(void *arg, const void *p, size_t n)
{
	digest_add(arg, p, n);
}

void
dkimmake_init(struct dkimmake *d, const struct dkimmake_rule *rule, unsigned n)
{
	unsigned i;

	d->rule = rule;
	d->n = n;
	d->used[0] = d->used[1] = 0;
	for (i = 0; i < n; i++)
		d->used[rule[i].body] = 1;
	for (i = 0; i < 2; i++) {
		if (!d->used[i])
			continue;
		digest_init(&d->digest[i]);
		canon_body_init(&d->canon[i], i, UINT64_MAX, to_digest,
		    &d->digest[i]);
	}
}

void
dkimmake_body(struct dkimmake *d, const char *p, size_t n)
{
	unsigned i;

	for (i = 0; i < 2; i++)
		if (d->used[i])
			canon_body_feed(&d->canon[i], p, n);
}

void
dkimmake_end(struct dkimmake *d)
{
	unsigned i;

	for (i = 0; i < 2; i++) {
		if (!d->used[i])
			continue;
		canon_body_end(&d->canon[i]);
		digest_end(&d->digest[i], d->hash[i]);
	}
}

/* the fields of the header */

struct field {
	const char *raw, *name;
	size_t raw_len, name_len;
};

struct fields {
	struct field *p;
	size_t n, cap;
	struct field few[64];
};

static int
add(struct fields *f, const struct header_field *h)
{
	struct field *p;

	if (f->n == f->cap) {
		p = malloc(2 * f->cap * sizeof *p);
		if (p == NULL)
			return -1;
		memcpy(p, f->p, f->n * sizeof *p);
		if (f->p != f->few)
			free(f->p);
		f->p = p;
		f->cap *= 2;
	}
	f->p[f->n++] =
	    (struct field){ h->raw, h->name, h->raw_len, h->name_len };
	return 0;
}

static void
done(struct fields *f)
{
	if (f->p != f->few)
		free(f->p);
}

/* name is in lower case */
static int
is(const struct field *f, const char *name, size_t n)
{
	size_t i;

	if (f->name_len != n || ascii_lower(f->name[0]) != name[0])
		return 0;
	for (i = 1; i < n; i++)
		if (ascii_lower(f->name[i]) != name[i])
			return 0;
	return 1;
}

static enum dkimmake_fault
split(struct fields *f, const char *p, size_t n)
{
	const char *end = p + n;
	struct header_field h;
	enum header_end how;
	unsigned from = 0;

	f->p = f->few;
	f->n = 0;
	f->cap = sizeof f->few / sizeof f->few[0];
	while ((how = header_next(&p, end, &h)) == HEADER_FIELD) {
		if (add(f, &h) == -1)
			return DKIMMAKE_MEMORY;
		from += is(&f->p[f->n - 1], "from", 4);
	}
	if (how != HEADER_EOF)
		return DKIMMAKE_GARBAGE;
	return from == 1 ? DKIMMAKE_GOOD : DKIMMAKE_FROM;
}

const char *
dkimmake_text(enum dkimmake_fault fault)
{
	switch (fault) {
	case DKIMMAKE_GOOD: break;
	case DKIMMAKE_MEMORY: return "out of memory";
	case DKIMMAKE_GARBAGE: return "a line of the header is no field";
	case DKIMMAKE_FROM: return "there is not just one From field";
	case DKIMMAKE_MANY: return "too many fields";
	}
	return "good";
}

enum dkimmake_fault
dkimmake_check(const char *header, size_t n)
{
	struct fields f;
	enum dkimmake_fault fault = split(&f, header, n);

	done(&f);
	return fault;
}

/* the field that is made */

/* what is on its way */
struct making {
	struct buf *out;
	const struct fields *fields;
	size_t column;
	struct digest digest;
	struct buf canon;
	enum canon form;
	unsigned names;
	int failed;
};

static void
put(struct making *m, const char *p, size_t n)
{
	if (buf_put(m->out, p, n) == -1)
		m->failed = 1;
	m->column += n;
}

static void
fold(struct making *m)
{
	put(m, "\n ", 2);
	m->column = 1;
}

/* "name=value;" with a blank or a fold before it */
static void
add_tag(struct making *m, const char *name, const char *value)
{
	size_t n = strlen(name) + strlen(value);

	/* blank, equals sign, semicolon */
	if (m->column + n + 3 > DKIMMAKE_WIDTH)
		fold(m);
	else
		put(m, " ", 1);
	put(m, name, strlen(name));
	put(m, "=", 1);
	put(m, value, strlen(value));
	put(m, ";", 1);
}

static void
add_number(struct making *m, const char *name, uint64_t u)
{
	char t[24];
	size_t i = sizeof t;

	t[--i] = '\0';
	do {
		t[--i] = '0' + u % 10;
		u /= 10;
	} while (u > 0);
	add_tag(m, name, t + i);
}

/* a name in h=, which may be folded behind its colons */
static void
put_name(struct making *m, const char *name, size_t n)
{
	if (m->names == 0) {
		fold(m);
		put(m, "h=", 2);
	} else {
		put(m, ":", 1);
		if (m->column + n + 1 > DKIMMAKE_WIDTH)
			fold(m);
	}
	put(m, name, n);
	m->names++;
}

/* its canonical form, but for the last `less` bytes of it */
static void
hash_raw(struct making *m, const char *p, size_t n, size_t less)
{
	buf_clear(&m->canon);
	if (canon_header(&m->canon, m->form, p, n) == -1)
		m->failed = 1;
	else
		digest_add(&m->digest, buf_data(&m->canon),
		    buf_len(&m->canon) - less);
}

/* all fields of that name, the last one first (section 5.4.2); 0 when there is
 * room for no more */
static int
sign_name(void *arg, const char *name, size_t n, enum dkimnames_mode mode)
{
	struct making *m = arg;
	const struct fields *f = m->fields;
	size_t i, found = 0;

	for (i = f->n; i > 0; i--) {
		if (!is(&f->p[i - 1], name, n))
			continue;
		found++;
		put_name(m, name, n);
		hash_raw(m, f->p[i - 1].raw, f->p[i - 1].raw_len, 0);
		if (m->names > DKIMMAKE_FIELDS_MAX)
			return 0;
	}
	if (mode == DKIMNAMES_ALWAYS ||
	    (mode == DKIMNAMES_IF_PRESENT && found > 0))
		put_name(m, name, n);
	return m->names <= DKIMMAKE_FIELDS_MAX;
}

/* all of it */

static void
put_head(struct making *m, const struct dkimmake_rule *r, int64_t now)
{
	static const char *const forms[2][2] = { { "simple/simple",
						     "simple/relaxed" },
		{ "relaxed/simple", "relaxed/relaxed" } };

	put(m, "DKIM-Signature:", 15);
	add_tag(m, "v", "1");
	add_tag(m, "a", signing_word(r->algorithm));
	add_tag(m, "c", forms[r->header][r->body]);
	add_tag(m, "d", r->domain);
	add_tag(m, "s", r->selector);
	if (r->identity != NULL)
		add_tag(m, "i", r->identity);
	add_number(m, "t", now > 0 ? now : 0);
	if (r->expire_s > 0)
		add_number(m, "x", (now > 0 ? now : 0) + r->expire_s);
}

static void
put_body_hash(struct making *m, const unsigned char hash[DIGEST_LEN])
{
	struct buf b64 = { 0 };

	if (base64_put(&b64, hash, DIGEST_LEN) == -1 ||
	    buf_putc(&b64, '\0') == -1)
		m->failed = 1;
	else
		add_tag(m, "bh", buf_data(&b64));
	buf_free(&b64);
}

enum dkimmake_fault
dkimmake_field(struct dkimmake *d, unsigned i, const char *header, size_t len,
    int64_t now, struct buf *out, unsigned char digest[DIGEST_LEN])
{
	const struct dkimmake_rule *r = &d->rule[i];
	struct making m;
	struct fields f;
	enum dkimmake_fault fault = split(&f, header, len);

	if (fault != DKIMMAKE_GOOD) {
		done(&f);
		return fault;
	}
	memset(&m, 0, sizeof m);
	m.out = out;
	m.fields = &f;
	m.form = r->header;
	digest_init(&m.digest);
	buf_clear(out);
	put_head(&m, r, now);
	dkimnames_each(r->headers, r->oversign, sign_name, &m);
	put(&m, ";", 1);
	put_body_hash(&m, d->hash[r->body]);
	fold(&m);
	put(&m, "b=", 2);
	/* itself, with an empty b= and without its last line end (3.7) */
	hash_raw(&m, buf_data(out), buf_len(out), 2);
	digest_end(&m.digest, digest);
	done(&f);
	buf_free(&m.canon);
	return m.failed                     ? DKIMMAKE_MEMORY
	    : m.names > DKIMMAKE_FIELDS_MAX ? DKIMMAKE_MANY
					    : DKIMMAKE_GOOD;
}

int
dkimmake_finish(struct buf *out, const char *p, size_t n)
{
	/* behind " b=" */
	size_t room = DKIMMAKE_WIDTH - 3, k;

	while (n > 0) {
		k = n < room ? n : room;
		if (buf_put(out, p, k) == -1)
			return -1;
		p += k;
		n -= k;
		if (n > 0 && buf_puts(out, "\n ") == -1)
			return -1;
		room = DKIMMAKE_WIDTH - 1;
	}
	return buf_putc(out, '\n');
}
