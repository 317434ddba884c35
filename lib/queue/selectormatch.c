#include "base/ascii.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mime/encword.h"
#include "queue/queuereader.h"
#include "queue/ranges.h"
#include "queue/selector.h"
#include <string.h>
#include <strings.h>

/* longest value that is compared, unescaped */
enum { SELECTOR_VALUE_MAX = 4096 };

static int
is_word(const char *word, const char *s, size_t n)
{
	return strlen(word) == n && memcmp(word, s, n) == 0;
}

/* the value as it was, -1: none, or too long to be meant */
static long
plain(const struct selector_text *t, char out[SELECTOR_VALUE_MAX])
{
	struct ltsv_field f = { .value = t->p, .value_len = t->n };

	return t->p == NULL ? -1 : ltsv_value(&f, out, SELECTOR_VALUE_MAX);
}

static int
equal(const struct selector_by *b, const struct selector_text *t, int exact)
{
	char p[SELECTOR_VALUE_MAX];
	long n = plain(t, p);

	if (n < 0 || (size_t)n != b->len)
		return 0;
	return exact ? memcmp(p, b->value, n) == 0
		     : strncasecmp(p, b->value, n) == 0;
}

static int
one_mailbox(const struct selector_by *b, const struct selector_text *t)
{
	char p[SELECTOR_VALUE_MAX];
	long n = plain(t, p);

	return n >= 0 && address_alike(p, n, b->value, b->len);
}

static int
in_domain(const struct selector_by *b, const struct selector_text *t)
{
	if (t->p == NULL)
		return 0;
	if (b->value[0] != '.')
		return equal(b, t, 0);
	if (t->n == b->len - 1)
		return strncasecmp(t->p, b->value + 1, t->n) == 0;
	return t->n >= b->len &&
	    strncasecmp(t->p + t->n - b->len, b->value, b->len) == 0;
}

static int
has_tag(const struct selector_by *b, const struct selector_facts *f)
{
	unsigned i;

	for (i = 0; i < f->n_tag; i++)
		if (equal(b, &f->tag[i], 1))
			return 1;
	return 0;
}

static int
like(const struct selector_by *b, const struct selector_text *t)
{
	char p[SELECTOR_VALUE_MAX];
	long n = plain(t, p);

	return n >= 0 && ascii_like(b->value, b->len, p, n);
}

/* a field's value as a reader sees it; one that cannot be decoded as it is */
static int
field_like(const struct selector_by *b, const struct header_field *f)
{
	struct buf shown = { 0 };
	int k;

	if (encword_decode(&shown, f->value, f->value_len) == -1)
		k = ascii_like(b->value, b->len, f->value, f->value_len);
	else
		k = ascii_like(b->value, b->len, buf_data(&shown),
		    buf_len(&shown));
	buf_free(&shown);
	return k;
}

/* does one of its fields agree? */
static int
in_header(const struct selector_by *b, const struct selector_text *t)
{
	const char *p = t->p;
	struct header_field f;

	while (p != NULL && header_field(&p, t->p + t->n, &f))
		if (ascii_same(f.name, f.name_len, b->name, b->name_len) &&
		    field_like(b, &f))
			return 1;
	return 0;
}

static int
number_agrees(const struct selector_by *b, int64_t n)
{
	return (n < b->number) == b->less;
}

static int
agrees(const struct selector_by *b, const struct selector_facts *f)
{
	switch (b->what) {
	case SELECTOR_DOMAIN: return in_domain(b, &f->domain);
	case SELECTOR_FROM: return one_mailbox(b, &f->from);
	case SELECTOR_TO: return one_mailbox(b, &f->to);
	case SELECTOR_SITE: return equal(b, &f->site, 0);
	case SELECTOR_PROVIDER: return equal(b, &f->provider, 0);
	case SELECTOR_TENANT: return equal(b, &f->tenant, 0);
	case SELECTOR_USER: return equal(b, &f->user, 0);
	case SELECTOR_UUID: return equal(b, &f->uuid, 0);
	case SELECTOR_FAILURE: return equal(b, &f->failure, 0);
	case SELECTOR_CLASS: return equal(b, &f->class, 0);
	case SELECTOR_TAG: return has_tag(b, f);
	case SELECTOR_AGE: return number_agrees(b, f->age_s);
	case SELECTOR_N: return ranges_has(b->value, b->len, f->n);
	case SELECTOR_TRIES: return number_agrees(b, f->tries);
	case SELECTOR_LARGER: return f->size > (uint64_t)b->number;
	case SELECTOR_SMALLER: return f->size < (uint64_t)b->number;
	case SELECTOR_REPLY: return like(b, &f->reply);
	case SELECTOR_HEADER:
	case SELECTOR_SUBJECT: return in_header(b, &f->header);
	case SELECTOR_VIA: return 0; /* nobody knows it here */
	case SELECTOR_STATE:
		return is_word(store_state_name(f->state), b->value, b->len) ||
		    (f->where != NULL && is_word(f->where, b->value, b->len));
	default: return 1;
	}
}

int
selector_match(const struct selector_list *l, const struct selector_facts *f)
{
	unsigned i, asked = 0, good = 0, bit;
	int k;

	for (i = 0; i < l->n; i++) {
		bit = 1u << l->by[i].what;
		k = !(f->known & bit) || agrees(&l->by[i], f);
		if (!l->by[i].negated) {
			asked |= bit;
			good |= k ? bit : 0;
		} else if (k && f->known & bit) {
			return 0;
		}
	}
	return asked == good;
}

struct selector_text
selector_domain(const char *address, size_t n)
{
	const char *at = n == 0 ? NULL : memrchr(address, '@', n);
	struct selector_text t = { NULL, 0 };

	if (at != NULL) {
		t.p = at + 1;
		t.n = address_domain_len(t.p, address + n - t.p);
	}
	return t;
}
