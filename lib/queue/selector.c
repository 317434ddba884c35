#include "queue/selector.h"
#include "base/ascii.h"
#include "base/num.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include "queue/name.h"
#include "queue/queuereader.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* longest value that is compared, unescaped */
enum { SELECTOR_VALUE_MAX = 4096 };

static const char *const names[SELECTOR_KINDS] = { "all", "id", "domain",
	"from", "to", "site", "state", "age", "tenant", "tag" };
static const char *const wheres[] = { "waiting", "ready", "out" };

const char *
selector_name(enum selector_kind k)
{
	return names[k];
}

static int
is_word(const char *word, const char *s, size_t n)
{
	return strlen(word) == n && memcmp(word, s, n) == 0;
}

int
selector_kind(const char *name, size_t n)
{
	int i = ascii_which(names, SELECTOR_KINDS, name, n);

	/* its first name */
	return i == -1 && is_word("sender", name, n) ? SELECTOR_FROM : i;
}

static int
is_where(const char *s, size_t n)
{
	return ascii_which(wheres, sizeof wheres / sizeof *wheres, s, n) != -1;
}

static int
state_exists(const char *s, size_t n)
{
	static const char all[] = "QHSBXK";
	const char *p;

	for (p = all; *p != '\0'; p++)
		if (is_word(store_state_name(*p), s, n))
			return 1;
	return is_where(s, n);
}

static int
between(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == ',';
}

const char *
selector_ids(struct selector_list *l, const char *p, size_t n)
{
	const char *end = p + n, *e;

	for (; p < end; p = e) {
		for (e = p; e < end && !between(*e); e++)
			;
		if (e == p)
			e++;
		else if (name_check(p, e - p) == -1)
			return "no message id";
		else if (buf_put(&l->ids, p, NAME_LEN) == -1)
			return "out of memory";
	}
	return NULL;
}

static const char *
read_age(struct selector_by *b)
{
	const char *p = b->value;
	size_t n = b->len;
	uint64_t u;

	b->younger = n > 0 && *p == '-';
	if (num_scan_duration(p + b->younger, n - b->younger,
		SELECTOR_AGE_MAX_S, &u) == -1)
		return "no age: say 90s, 30m, 2h, 3d, or -2h for younger";
	b->age_s = u;
	return NULL;
}

const char *
selector_add(struct selector_list *l, enum selector_kind kind,
    const char *value, size_t n)
{
	struct selector_by b = { .what = kind, .value = value, .len = n };
	const char *wrong;

	if (kind == SELECTOR_ALL) {
		l->all = 1;
		return n > 0 ? "`all' takes no argument" : NULL;
	}
	if (kind == SELECTOR_ID)
		return n == 0 ? "no message id" : selector_ids(l, value, n);
	/* as queue-list shows it */
	if ((kind == SELECTOR_FROM || kind == SELECTOR_TO) && n > 1 &&
	    value[0] == '<' && value[n - 1] == '>') {
		b.value = ++value;
		b.len = n -= 2;
	}
	if (n == 0 && kind != SELECTOR_FROM)
		return "empty selector";
	if (kind == SELECTOR_STATE && !state_exists(value, n))
		return "no state: queued, waiting, ready, out, held, sent, "
		       "bounced, expired or deleted";
	if (kind == SELECTOR_DOMAIN && n == 1 && value[0] == '.')
		return "no domain";
	if (kind == SELECTOR_AGE && (wrong = read_age(&b)) != NULL)
		return wrong;
	if (kind == SELECTOR_DOMAIN)
		b.len = address_domain_len(value, n);
	if (l->n == SELECTOR_MAX)
		return "too many selectors";
	l->by[l->n++] = b;
	return NULL;
}

const char *
selector_word(struct selector_list *l, const char *word)
{
	const char *colon = strchr(word, ':');
	int kind;

	if (colon == NULL && strcmp(word, "all") == 0)
		return selector_add(l, SELECTOR_ALL, "", 0);
	if (colon == NULL)
		return name_check(word, strlen(word)) == -1
		    ? "neither a selector nor a message id"
		    : selector_ids(l, word, strlen(word));
	kind = selector_kind(word, colon - word);
	if (kind <= SELECTOR_ALL)
		return "unknown selector";
	return selector_add(l, kind, colon + 1, strlen(colon + 1));
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, NAME_LEN);
}

void
selector_sort(struct selector_list *l)
{
	char *p = buf_data(&l->ids);
	size_t n = buf_len(&l->ids), i, kept = 0;

	if (n == 0)
		return;
	qsort(p, n / NAME_LEN, NAME_LEN, compare);
	for (i = 0; i < n; i += NAME_LEN)
		if (i == 0 ||
		    memcmp(p + kept - NAME_LEN, p + i, NAME_LEN) != 0) {
			memmove(p + kept, p + i, NAME_LEN);
			kept += NAME_LEN;
		}
	l->ids.end = l->ids.off + kept;
}

void
selector_free(struct selector_list *l)
{
	buf_free(&l->ids);
	memset(l, 0, sizeof *l);
}

unsigned
selector_kinds(const struct selector_list *l)
{
	unsigned i, kinds = 0;

	for (i = 0; i < l->n; i++)
		kinds |= 1u << l->by[i].what;
	return kinds;
}

int
selector_asks(const struct selector_list *l)
{
	unsigned i;

	for (i = 0; i < l->n; i++)
		if (l->by[i].what == SELECTOR_SITE ||
		    (l->by[i].what == SELECTOR_STATE &&
			is_where(l->by[i].value, l->by[i].len)))
			return 1;
	return 0;
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
agrees(const struct selector_by *b, const struct selector_facts *f)
{
	switch (b->what) {
	case SELECTOR_DOMAIN: return in_domain(b, &f->domain);
	case SELECTOR_FROM: return one_mailbox(b, &f->from);
	case SELECTOR_TO: return one_mailbox(b, &f->to);
	case SELECTOR_SITE: return equal(b, &f->site, 0);
	case SELECTOR_TENANT: return equal(b, &f->tenant, 0);
	case SELECTOR_TAG: return has_tag(b, f);
	case SELECTOR_AGE: return (f->age_s < b->age_s) == b->younger;
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

	for (i = 0; i < l->n; i++) {
		bit = 1u << l->by[i].what;
		asked |= bit;
		if (!(f->known & bit) || agrees(&l->by[i], f))
			good |= bit;
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
