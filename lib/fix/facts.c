#include "fix/facts.h"
#include "format/envlines.h"
#include "mail/date.h"
#include "mail/header.h"
#include <string.h>

enum { SECONDS_A_DAY = 86400 };

/* the envelope */

static int
set(struct buf *b, const char *p, size_t n)
{
	buf_clear(b);
	return buf_put(b, p, n);
}

static struct slice
slice(const struct buf *b)
{
	return (struct slice){ buf_len(b) == 0 ? "" : buf_data(b), buf_len(b) };
}

/* an empty buffer has no memory */
static const char *
end_of(const struct buf *b)
{
	return buf_len(b) == 0 ? buf_data(b) : buf_data(b) + buf_len(b);
}

static int
take_line(struct fixfacts *f, const struct parcel_line *l,
    char text[PARCEL_LINE_MAX])
{
	const struct {
		const char *key;
		struct buf *to;
	} one[] = { { "tenant", &f->tenant }, { "user", &f->user },
		{ "client", &f->client }, { "client-name", &f->client_name },
		{ "helo", &f->helo }, { "proto", &f->proto } };
	long n = envlines_value(l, text);
	unsigned i;

	if (n == -1)
		return 0;
	for (i = 0; i < sizeof one / sizeof *one; i++)
		if (parcel_is(l, one[i].key) && buf_len(one[i].to) == 0)
			return buf_put(one[i].to, text, n);
	if (parcel_is(l, "tag") && f->n_tag < FIXFACTS_TAGS_MAX) {
		f->tag[f->n_tag++].n = n;
		return buf_put(&f->tags, text, n);
	}
	return 0;
}

int
fixfacts_envelope(struct fixfacts *f, const struct buf *env)
{
	const char *p = buf_data(env), *end = end_of(env);
	struct buf *const all[] = { &f->tenant, &f->user, &f->client,
		&f->client_name, &f->helo, &f->proto, &f->tags };
	char text[PARCEL_LINE_MAX];
	struct parcel_line l;
	unsigned i;
	size_t at;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		buf_clear(all[i]);
	f->env = env;
	f->n_tag = 0;
	while (p < end && parcel_next(&p, end, &l) == 1)
		if (!parcel_is(&l, "to") && take_line(f, &l, text) == -1)
			return -1;
	for (i = 0, at = 0; i < f->n_tag; at += f->tag[i++].n)
		f->tag[i].p = f->tag[i].n == 0 ? "" : buf_data(&f->tags) + at;
	return 0;
}

/* sender, recipients and id, which no rule looks at again */
static int
once(struct fixfacts *f, const struct buf *env)
{
	const char *p = buf_data(env), *end = end_of(env);
	char text[PARCEL_LINE_MAX];
	struct parcel_line l;
	long n;

	while (p < end && parcel_next(&p, end, &l) == 1) {
		if (parcel_is(&l, "from") && buf_len(&f->sender) == 0 &&
		    (n = envlines_value(&l, text)) > 0 &&
		    set(&f->sender, text, n) == -1)
			return -1;
		if (parcel_is(&l, "uuid") &&
		    token_id_good(l.value, l.value_len)) {
			memcpy(f->id, l.value, l.value_len);
			f->id[l.value_len] = '\0';
		}
		if (!parcel_is(&l, "to") || ++f->rcpts > 1 ||
		    (n = envlines_value(&l, text)) <= 0)
			continue;
		if (set(&f->rcpt, text, parcel_address(text, n)) == -1)
			return -1;
	}
	if (f->rcpts != 1)
		buf_clear(&f->rcpt);
	return 0;
}

/* the header */

/* one of two domains is the other, or lies below it */
static int
related(const char *a, size_t an, const char *b, size_t bn)
{
	if (an < bn)
		return related(b, bn, a, an);
	return bn > 0 && memcmp(a + an - bn, b, bn) == 0 &&
	    (an == bn || a[an - bn - 1] == '.');
}

/* the next address of any From field: its length, 0 no more, -1 an entry
 * that is none */
struct walk {
	const char *p, *end;     /* of the header */
	const char *in, *in_end; /* of a field; NULL: find the next */
	unsigned n;
	int odd; /* other readers may find something else, addrlist.h */
};

static long
next_from(struct walk *w, char out[ADDRLIST_ADDRESS_MAX + 1])
{
	struct header_field f;
	long n;
	int odd;

	for (;;) {
		if (w->in != NULL) {
			n = addrlist_next_odd(&w->in, w->in_end, out, &odd);
			w->odd |= odd & ADDRLIST_ODD;
			if (n != 0)
				return ++w->n > FIXFACTS_FROM_MAX ? -1 : n;
			w->in = NULL;
		}
		do
			if (w->p == w->end || !header_field(&w->p, w->end, &f))
				return 0;
		while (!header_is(&f, "From"));
		w->in = f.value;
		w->in_end = f.value + f.value_len;
	}
}

static struct walk
walk(const struct fixfacts *f)
{
	struct walk w = { f->header,
		f->header_len == 0 ? f->header : f->header + f->header_len,
		NULL, NULL, 0, 0 };

	return w;
}

static void
read_from(struct fixfacts *f)
{
	char text[ADDRLIST_ADDRESS_MAX + 1];
	const struct address *s = &f->from_address;
	struct walk w = walk(f);
	struct address a;
	int related_all = 1;
	long n;

	while ((n = next_from(&w, text)) != 0) {
		if (n > 0 && !f->has_from)
			memcpy(f->from, text, n + 1);
		f->has_from = 1;
		related_all &= n > 0 && address_set(&a, text, n) == 0 &&
		    related(a.domain, a.domain_len, s->domain, s->domain_len);
		if (w.n > FIXFACTS_FROM_MAX)
			break;
	}
	if (s->len == 0)
		return;
	if (!f->has_from)
		related_all = f->add_from;
	f->aligned = related_all;
	f->unaligned = !related_all;
}

static void
set_domain(struct fixfacts *f)
{
	struct address a;

	if (address_set(&a, f->from, strlen(f->from)) == -1 ||
	    !word_domain(a.domain, a.domain_len))
		a = f->from_address;
	if (word_domain(a.domain, a.domain_len)) {
		memcpy(f->domain, a.domain, a.domain_len + 1);
	} else {
		size_t n = strlen(f->me);

		if (n > WORD_DOMAIN_MAX)
			n = WORD_DOMAIN_MAX;
		memcpy(f->domain, f->me, n);
		f->domain[n] = '\0';
	}
}

/* the id that the envelope or the message brings with it, or a new one */
static void
set_id(struct fixfacts *f, const unsigned char rnd[TOKEN_RANDOM_LEN])
{
	char text[TOKEN_ID_MAX + 1];
	struct header_field h;
	size_t n;

	if (f->id[0] != '\0')
		return;
	token_id_make(f->id, f->now, rnd);
	if (f->header_len == 0 ||
	    !header_find(f->header, f->header_len, "X-Uuid", &h))
		return;
	n = header_unfold(h.value, h.value_len, text, sizeof text);
	if (!token_id_good(text, n))
		return;
	memcpy(f->id, text, n);
	f->id[n] = '\0';
}

int
fixfacts_read(struct fixfacts *f, const struct buf *env,
    const unsigned char rnd[TOKEN_RANDOM_LEN])
{
	if (fixfacts_envelope(f, env) == -1 || once(f, env) == -1)
		return -1;
	if (address_set(&f->from_address, buf_data(&f->sender),
		buf_len(&f->sender)) == -1)
		address_set(&f->from_address, "", 0);
	set_id(f, rnd);
	read_from(f);
	set_domain(f);
	return 0;
}

void
fixfacts_mail(const struct fixfacts *f, struct fixrules_mail *m)
{
	memset(m, 0, sizeof *m);
	m->from = &f->from_address;
	m->tenant = slice(&f->tenant);
	m->user = slice(&f->user);
	m->tag = f->tag;
	m->n_tag = f->n_tag;
	m->env = f->env;
	m->header = f->header;
	m->header_len = f->header_len;
	m->aligned = f->aligned;
	m->unaligned = f->unaligned;
}

void
fixfacts_free(struct fixfacts *f)
{
	struct buf *const all[] = { &f->sender, &f->tenant, &f->user, &f->rcpt,
		&f->client, &f->client_name, &f->helo, &f->proto, &f->tags };
	unsigned i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		buf_free(all[i]);
}

static int
listed(const struct slice *lists, size_t n, const char *p, size_t len)
{
	struct address a;
	size_t i;

	if (address_set(&a, p, len) == -1)
		return 0;
	for (i = 0; i < n; i++)
		if (fixrules_listed(lists[i], &a))
			return 1;
	return 0;
}

const char *
fixfacts_check_from(const struct fixfacts *f, const struct slice *lists,
    size_t n)
{
	char text[ADDRLIST_ADDRESS_MAX + 1];
	struct walk w = walk(f);
	long len;

	while ((len = next_from(&w, text)) != 0) {
		if (len == -1)
			return "From has something that is no address";
		if (!listed(lists, n, text, len))
			return "From is not an address you may use";
	}
	if (w.odd)
		return "From is one that others may read otherwise";
	if (w.n > 0)
		return NULL;
	if (!f->add_from)
		return "there is no From";
	return listed(lists, n, buf_data(&f->sender), buf_len(&f->sender))
	    ? NULL
	    : "the sender is not an address you may use";
}

/* templates */

void
fixfacts_token(const struct fixfacts *f, enum token_kind kind, struct token *t)
{
	struct slice rcpt = slice(&f->rcpt), list = { "", 0 };
	unsigned i;

	for (i = 0; i < f->n_tag; i++)
		if (f->tag[i].n > 5 && memcmp(f->tag[i].p, "list=", 5) == 0)
			list =
			    (struct slice){ f->tag[i].p + 5, f->tag[i].n - 5 };
	token_set(t, kind, (unsigned)(f->now / SECONDS_A_DAY), f->id, rcpt.p,
	    rcpt.n, list.p, list.n);
}

static int
put_token(struct fixfacts *f, struct buf *out)
{
	struct token t;

	if (f->keys == NULL || f->keys->n == 0) {
		f->no_key = 1;
		return 0;
	}
	fixfacts_token(f, TOKEN_UNSUBSCRIBE, &t);
	return token_unsubscribe(out, f->keys, &t);
}

static int
put_tag(const struct fixfacts *f, struct slice of, struct buf *out)
{
	unsigned i;

	for (i = 0; i < f->n_tag; i++)
		if (f->tag[i].n > of.n && f->tag[i].p[of.n] == '=' &&
		    memcmp(f->tag[i].p, of.p, of.n) == 0)
			return buf_put(out, f->tag[i].p + of.n + 1,
			    f->tag[i].n - of.n - 1);
	return 0;
}

static int
put_header(const struct fixfacts *f, struct slice of, struct buf *out)
{
	char name[WORD_NAME_MAX + 1];
	struct header_field h;

	if (of.n > WORD_NAME_MAX || f->header_len == 0)
		return 0;
	memcpy(name, of.p, of.n);
	name[of.n] = '\0';
	if (!header_find(f->header, f->header_len, name, &h))
		return 0;
	if (buf_reserve(out, TEMPLATE_VALUE_MAX + 1) == -1)
		return -1;
	buf_added(out,
	    header_unfold(h.value, h.value_len, buf_tail(out),
		TEMPLATE_VALUE_MAX + 1));
	return 0;
}

static int
put_domain(struct slice address, struct buf *out)
{
	const char *at =
	    address.n == 0 ? NULL : memrchr(address.p, '@', address.n);

	return at == NULL
	    ? 0
	    : buf_put(out, at + 1, address.p + address.n - at - 1);
}

static int
get(void *arg, struct slice name, struct slice of, struct buf *out)
{
	struct fixfacts *f = arg;
	char date[DATE_LEN + 1];
	struct slice s = { NULL, 0 };

	if (word_is(name, "tag:"))
		return put_tag(f, of, out);
	if (word_is(name, "header:"))
		return put_header(f, of, out);
	if (word_is(name, "token"))
		return put_token(f, out);
	if (word_is(name, "rcpt-domain"))
		return put_domain(slice(&f->rcpt), out);
	if (word_is(name, "sender-domain"))
		return put_domain(slice(&f->sender), out);
	if (word_is(name, "sender"))
		s = slice(&f->sender);
	else if (word_is(name, "rcpt"))
		s = slice(&f->rcpt);
	else if (word_is(name, "tenant"))
		s = slice(&f->tenant);
	else if (word_is(name, "user"))
		s = slice(&f->user);
	else if (word_is(name, "from"))
		return buf_puts(out, f->from);
	else if (word_is(name, "from-domain"))
		return buf_puts(out, f->domain);
	else if (word_is(name, "uuid"))
		return buf_puts(out, f->id);
	else if (word_is(name, "me"))
		return buf_puts(out, f->me);
	else if (word_is(name, "date"))
		return buf_put(out, date, date_format(date, f->now, 0));
	return s.n == 0 ? 0 : buf_put(out, s.p, s.n);
}

struct template_source
fixfacts_source(struct fixfacts *f)
{
	struct template_source s = { get, f };

	return s;
}
