#include "import/kumo.h"
#include "base/ascii.h"
#include "base/num.h"
#include <stdio.h>

static const struct {
	const char *name;
	enum limits_kind kind;
	int rate;  /* N/PERIOD, or a number */
	int apart; /* counted over all sites of a provider */
} limit[] = { { "connection_limit", LIMITS_CONN, 0, 0 },
	{ "provider_connection_limit", LIMITS_CONN, 0, 1 },
	{ "max_deliveries_per_connection", LIMITS_PER_CONN, 0, 0 },
	{ "max_message_rate", LIMITS_RATE, 1, 0 },
	{ "provider_max_message_rate", LIMITS_RATE, 1, 1 },
	{ "max_connection_rate", LIMITS_CONN_RATE, 1, 0 } };

enum { LIMITS = sizeof limit / sizeof *limit };

/* KEY = VALUE, as far as it is one */
static void
left(struct kumo *k, const struct kumo_block *b, enum import_name file,
    const struct toml_node *n, const char *why)
{
	const struct import_at at = { b->at.file, n->line };
	struct slice key = toml_key(b->toml, n), text = toml_text(b->toml, n);
	struct buf what = { 0 };

	import_put(k->import, &what, key.p, key.n);
	if (text.n > 0) {
		import_puts(k->import, &what, " = ");
		import_put(k->import, &what, text.p, text.n);
	}
	import_left(k->import, file, &at, import_slice(&what), why);
	buf_free(&what);
}

/* digits, with commas or underscores between; 0, or -1 */
static int
number(struct slice s, uint64_t *out)
{
	char digits[24];
	size_t i, n = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == ',' || s.p[i] == '_')
			continue;
		if (n == sizeof digits)
			return -1;
		digits[n++] = s.p[i];
	}
	return num_scan(digits, n, 1, SPAN_RATE_MAX, out);
}

/* the value of a limit: "local:" says that no other machine counts with us;
 * behind a rate may stand ",max_burst=N".  0, or -1 */
static int
read_limit(struct slice s, int rate, struct limits_one *o)
{
	static const char burst[] = ",max_burst=";
	const char *at;
	size_t n;

	if (s.n > 6 && memcmp(s.p, "local:", 6) == 0)
		s = (struct slice){ s.p + 6, s.n - 6 };
	if (!rate)
		return number(s, &o->rate.n);
	at = memmem(s.p, s.n, burst, sizeof burst - 1);
	if (at != NULL) {
		n = (size_t)(at - s.p) + sizeof burst - 1;
		if (number((struct slice){ s.p + n, s.n - n }, &o->burst) == -1)
			return -1;
		s.n = (size_t)(at - s.p);
	}
	return span_rate(s, &o->rate);
}

static void
put_limit(struct kumo *k, const struct kumo_block *b, const struct toml_node *n,
    unsigned i, const char *src)
{
	struct limits_one o = { .at = { b->at.file, n->line },
		.kind = limit[i].kind,
		.apart = limit[i].apart };
	struct slice text = toml_text(b->toml, n);
	int bad = read_limit(text, limit[i].rate, &o);

	if (bad || n->kind == TOML_ARRAY || n->kind == TOML_TABLE) {
		left(k, b, IMPORT_THROTTLE, n, "no number, or no rate");
		return;
	}
	if (limit[i].apart && b->provider == NULL) {
		left(k, b, IMPORT_THROTTLE, n, "this is no provider");
		return;
	}
	/* of a provider each site has it, but for what is said of all */
	snprintf(o.of, sizeof o.of, "%s%s",
	    b->provider != NULL && !limit[i].apart ? "site:*+" : "", b->of);
	snprintf(o.all, sizeof o.all, "site:*");
	snprintf(o.src, sizeof o.src, "%.*s", WORD_NAME_MAX, src);
	limits_add(&k->limits, k->import, &o);
	k->any = 1;
}

/* providers */

static void
match(struct kumo *k, const struct kumo_block *b, const struct toml_node *m)
{
	static const struct {
		const char *key, *before;
	} t[] = { { "MXSuffix", "mx:" }, { "HostName", "mx:" },
		{ "DomainSuffix", "" } };
	const struct import_at at = { b->at.file, m->line };
	const struct toml_node *n;
	struct slice text;
	size_t i;
	int any = 0;

	for (i = 0; m->kind == TOML_TABLE && i < sizeof t / sizeof *t; i++) {
		n = toml_child(b->toml, m, t[i].key);
		if (n == NULL)
			continue;
		text = toml_text(b->toml, n);
		any = 1;
		import_sayf(k->import, IMPORT_PROVIDERS, &at, "%s %s%.*s",
		    b->provider, t[i].before, (int)text.n, text.p);
	}
	if (!any)
		left(k, b, IMPORT_PROVIDERS, m,
		    "providers knows no such match");
}

static void
matches(struct kumo *k, const struct kumo_block *b, const struct toml_node *n)
{
	uint32_t i;

	if (b->provider == NULL || n->kind != TOML_ARRAY) {
		left(k, b, IMPORT_PROVIDERS, n, "no list of a provider");
		return;
	}
	for (i = n->first; i != 0; i = toml_node(b->toml, i)->next)
		match(k, b, toml_node(b->toml, i));
}

/* one table of limits; src: of this source, or each by itself */
static void
limits(struct kumo *k, const struct kumo_block *b, const struct toml_node *n,
    const char *src)
{
	const struct toml_node *c;
	struct slice key;
	uint32_t i;
	unsigned j;

	for (i = n->first; i != 0 && !import_enough(k->import); i = c->next) {
		c = toml_node(b->toml, i);
		key = toml_key(b->toml, c);
		for (j = 0; j < LIMITS && !word_is(key, limit[j].name);)
			j++;
		if (j < LIMITS)
			put_limit(k, b, c, j, src);
		else if (word_is(key, "match"))
			matches(k, b, c);
		else if (word_is(key, "automation"))
			kumo_automation(k, b, c);
		else if (!word_is(key, "sources") && !word_is(key, "mx_rollup"))
			left(k, b, IMPORT_THROTTLE, c,
			    "no file of ours says this");
	}
}

static void
sources(struct kumo *k, const struct kumo_block *b, const struct toml_node *n)
{
	const struct toml_node *s = toml_child(b->toml, n, "sources"), *c;
	char name[WORD_NAME_MAX + 1];
	struct slice key;
	uint32_t i;

	for (i = s == NULL ? 0 : s->first; i != 0; i = c->next) {
		c = toml_node(b->toml, i);
		key = toml_key(b->toml, c);
		if (c->kind != TOML_TABLE || !word_name(key.p, key.n) ||
		    key.n > WORD_NAME_MAX) {
			left(k, b, IMPORT_THROTTLE, c,
			    "a source whose name has other than letters, "
			    "digits, - _ and .");
			continue;
		}
		snprintf(name, sizeof name, "%.*s", (int)key.n, key.p);
		limits(k, b, c, name);
	}
}

static void
block(struct kumo *k, struct kumo_block *b, const struct toml_node *n)
{
	const struct toml_node *r = toml_child(b->toml, n, "mx_rollup");

	b->at.line = n->line;
	if (n->kind != TOML_TABLE) {
		left(k, b, IMPORT_THROTTLE, n, "no table of a domain");
		return;
	}
	if (b->of[0] == 'd' &&
	    (r == NULL || !word_is(toml_text(b->toml, r), "false")))
		left(k, b, IMPORT_THROTTLE, n,
		    "domains with the same MX share these limits, and here "
		    "they are this domain's alone; providers can name its MX");
	limits(k, b, n, "*");
	sources(k, b, n);
}

/* a name as providers takes it */
static void
provider_of(struct kumo_block *b, struct slice key)
{
	size_t i, at;

	at = (size_t)snprintf(b->of, sizeof b->of, "provider:");
	for (i = 0; i < key.n && i < 32; i++)
		b->of[at + i] =
		    ascii_alnum(key.p[i]) || strchr("-_.", key.p[i]) != NULL
		    ? ascii_lower(key.p[i])
		    : '-';
	b->of[at + i] = '\0';
	b->provider = b->of + at;
}

/* a table of the file: those of providers, or one */
static void
table(struct kumo *k, const struct toml *t, const struct toml_node *n,
    const char *name)
{
	struct kumo_block b = { .toml = t, .at = { name, n->line } };
	struct slice key = toml_key(t, n);
	const struct toml_node *c;
	uint32_t i;

	if (word_is(key, "provider")) {
		for (i = n->first; i != 0; i = c->next) {
			c = toml_node(t, i);
			provider_of(&b, toml_key(t, c));
			block(k, &b, c);
		}
		return;
	}
	if (key.n > WORD_DOMAIN_MAX) {
		left(k, &b, IMPORT_THROTTLE, n, "no domain");
		return;
	}
	if (!word_is(key, "default"))
		snprintf(b.of, sizeof b.of, "domain:%.*s", (int)key.n, key.p);
	block(k, &b, n);
}

/* what all have comes last: of replies the first line that holds decides */
static void
file(struct kumo *k, const struct toml *t, const char *name)
{
	const struct toml_node *n;
	uint32_t i;
	int all;

	for (all = 0; all < 2; all++)
		for (i = toml_node(t, 0)->first; i != 0; i = n->next) {
			n = toml_node(t, i);
			if (word_is(toml_key(t, n), "default") == all)
				table(k, t, n, name);
		}
}

int
kumo_read(struct kumo *k, const char *name, const char *text, size_t n)
{
	struct toml t = { .why = NULL };
	struct import_at at = { name, 0 };
	int bad = toml_read(&t, text, n);

	if (bad == 0) {
		file(k, &t, name);
	} else {
		at.line = t.line;
		import_broken(k->import, &at, (struct slice){ "", 0 }, t.why);
	}
	toml_free(&t);
	return bad;
}

void
kumo_finish(struct kumo *k)
{
	const struct import_at none = { "default", 0 };

	/* limits are for each source, and without a name none is counted */
	if (k->any)
		import_sayf(k->import, IMPORT_POOLS, &none,
		    "default name=default");
	limits_finish(&k->limits, k->import);
}
