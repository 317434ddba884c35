#include "queue/selector.h"
#include "base/ascii.h"
#include "base/num.h"
#include "mail/address.h"
#include "queue/name.h"
#include "queue/queuereader.h"
#include "queue/ranges.h"
#include <stdlib.h>
#include <string.h>

static const char *const names[SELECTOR_KINDS] = { "all", "id", "domain",
	"from", "to", "site", "state", "age", "tenant", "tag", "provider",
	"user", "uuid", "larger", "smaller", "tries", "reply", "failure",
	"header", "subject", "via", "n", "class" };
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
selector_kind(const char *name, size_t n, int *negated)
{
	int i;

	*negated = n > 4 && memcmp(name, "not:", 4) == 0;
	if (*negated) {
		name += 4;
		n -= 4;
	}
	i = ascii_which(names, SELECTOR_KINDS, name, n);

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
	uint64_t u;

	if (num_scan_duration(b->value + b->less, b->len - b->less,
		SELECTOR_AGE_MAX_S, &u) == -1)
		return "no age: say 90s, 30m, 2h, 3d, or -2h for younger";
	b->number = u;
	return NULL;
}

static const char *
read_tries(struct selector_by *b)
{
	uint64_t u;

	if (num_scan(b->value + b->less, b->len - b->less, 0,
		SELECTOR_TRIES_MAX, &u) == -1)
		return "no number: say 3 for 3 and more, or -3 for fewer";
	b->number = u;
	return NULL;
}

static const char *
read_size(struct selector_by *b)
{
	static const char units[] = "kMG";
	const char *unit = b->len > 0
	    ? memchr(units, b->value[b->len - 1], sizeof units - 1)
	    : NULL;
	unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
	uint64_t u;

	if (num_scan(b->value, b->len - (unit != NULL), 0, INT64_MAX >> shift,
		&u) == -1)
		return "no size: say 5000, 300k, 2M or 1G";
	b->number = u << shift;
	return NULL;
}

/* NAME=PATTERN */
static const char *
read_header(struct selector_by *b)
{
	const char *is = memchr(b->value, '=', b->len);

	if (is == NULL || is == b->value)
		return "no field: say header:NAME=PATTERN";
	b->name = b->value;
	b->name_len = is - b->value;
	b->len -= b->name_len + 1;
	b->value = is + 1;
	return NULL;
}

/* as queue-list shows an address */
static void
without_brackets(struct selector_by *b)
{
	if (b->len > 1 && b->value[0] == '<' && b->value[b->len - 1] == '>') {
		b->value++;
		b->len -= 2;
	}
}

static const char *
check_state(const struct selector_by *b)
{
	return state_exists(b->value, b->len)
	    ? NULL
	    : "no state: queued, waiting, ready, out, held, sent, "
	      "bounced, expired or deleted";
}

static const char *
check_numbers(const struct selector_by *b)
{
	return ranges_count(b->value, b->len, MESSAGE_RCPTS_MAX - 1) > 0
	    ? NULL
	    : "no numbers of recipients: say 0, or 0-3,7";
}

/* the value of a kind; NULL, or what is wrong */
static const char *
read_value(struct selector_by *b)
{
	b->less = b->len > 0 && b->value[0] == '-';
	switch (b->what) {
	case SELECTOR_STATE: return check_state(b);
	case SELECTOR_N: return check_numbers(b);
	case SELECTOR_AGE: return read_age(b);
	case SELECTOR_TRIES: return read_tries(b);
	case SELECTOR_LARGER:
	case SELECTOR_SMALLER: return read_size(b);
	case SELECTOR_HEADER: return read_header(b);
	case SELECTOR_SUBJECT:
		b->name = "Subject";
		b->name_len = strlen(b->name);
		return NULL;
	case SELECTOR_DOMAIN:
		if (b->len == 1 && b->value[0] == '.')
			return "no domain";
		b->len = address_domain_len(b->value, b->len);
		return NULL;
	default: return NULL;
	}
}

const char *
selector_add(struct selector_list *l, enum selector_kind kind, int negated,
    const char *value, size_t n)
{
	struct selector_by b = {
		.what = kind, .negated = negated, .value = value, .len = n
	};
	const char *wrong;

	if (kind <= SELECTOR_ID && negated)
		return "`all' and ids have no contrary";
	if (kind == SELECTOR_ALL) {
		l->all = 1;
		return n > 0 ? "`all' takes no argument" : NULL;
	}
	if (kind == SELECTOR_ID)
		return n == 0 ? "no message id" : selector_ids(l, value, n);
	if (kind == SELECTOR_FROM || kind == SELECTOR_TO)
		without_brackets(&b);
	if (b.len == 0 && kind != SELECTOR_FROM)
		return "empty selector";
	if ((wrong = read_value(&b)) != NULL)
		return wrong;
	if (l->n == SELECTOR_MAX)
		return "too many selectors";
	l->by[l->n++] = b;
	return NULL;
}

const char *
selector_word(struct selector_list *l, const char *word)
{
	const char *colon = strchr(word, ':');
	int kind, negated;

	if (colon != NULL && is_word("not", word, colon - word))
		colon = strchr(colon + 1, ':');
	if (colon == NULL && strncmp(word, "not:", 4) == 0)
		return "say not:KIND:VALUE";
	if (colon == NULL && strcmp(word, "all") == 0)
		return selector_add(l, SELECTOR_ALL, 0, "", 0);
	if (colon == NULL)
		return name_check(word, strlen(word)) == -1
		    ? "neither a selector nor a message id"
		    : selector_ids(l, word, strlen(word));
	kind = selector_kind(word, colon - word, &negated);
	if (kind <= SELECTOR_ALL)
		return "unknown selector";
	return selector_add(l, kind, negated, colon + 1, strlen(colon + 1));
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
		    l->by[i].what == SELECTOR_PROVIDER ||
		    l->by[i].what == SELECTOR_CLASS ||
		    (l->by[i].what == SELECTOR_STATE &&
			is_where(l->by[i].value, l->by[i].len)))
			return 1;
	return 0;
}

void
selector_without(struct selector_list *l, unsigned kinds)
{
	unsigned i, n = 0;

	for (i = 0; i < l->n; i++)
		if (!(kinds & 1u << l->by[i].what))
			l->by[n++] = l->by[i];
	l->n = n;
}
