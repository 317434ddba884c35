#include "sign/signersfile.h"
#include "base/ascii.h"
#include "base/hash.h"
#include "base/num.h"
#include "sign/signers.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* one MATCH: its record grows until the file is read */
struct group {
	struct hash_node node; /* first */
	struct group *next;
	struct buf rec;
	unsigned n;
	size_t len;
	char key[];
};

struct state {
	struct wordset seen;
	struct hash groups;
	struct group *first, *last;
};

/* a line as it is read */
struct line {
	char match[SIGNERS_MATCH_MAX + 1];
	char domain[WORD_DOMAIN_MAX + 1], selector[WORD_DOMAIN_MAX + 1];
	char key[SIGNING_KEY_MAX + 1], identity[WORD_ADDRESS_MAX + 1];
	char headers[WORD_LINE_MAX + 1], oversign[WORD_LINE_MAX + 1];
	enum signing_algorithm algorithm;
	enum canon header, body;
	enum signers_by by;
	uint64_t expire_s;
	int foreign;
};

static void
lower(char *s)
{
	ascii_lower_copy(s, s, strlen(s));
}

/* what a value may be */

/* as the DNS has it: no byte above 127 */
static int
ascii_domain(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] >= 0x80)
			return 0;
	return word_domain(p, n);
}

/* is `below` the domain, or one below it? */
static int
within(const char *below, const char *domain)
{
	size_t b = strlen(below), d = strlen(domain);

	return b >= d && strcmp(below + b - d, domain) == 0 &&
	    (b == d || below[b - d - 1] == '.');
}

static const char *
set_match(struct line *l, char *s, size_t n)
{
	static const char fault[] =
	    "want user@domain, domain, .domain or * in front";
	struct address a;
	const char *d = s;

	if (n > SIGNERS_MATCH_MAX)
		return fault;
	lower(s);
	memcpy(l->match, s, n + 1);
	if (strcmp(s, "*") == 0)
		return NULL;
	if (memchr(s, '@', n) != NULL) {
		if (address_set(&a, s, n) == -1)
			return fault;
		d = a.domain;
		n = a.domain_len;
	} else if (*s == '.') {
		d++;
		n--;
	}
	return ascii_domain(d, n) ? NULL : fault;
}

/* the domain that MATCH is about, NULL for * */
static const char *
match_domain(const struct line *l)
{
	const char *at = strrchr(l->match, '@');

	if (strcmp(l->match, "*") == 0)
		return NULL;
	if (at != NULL)
		return at + 1;
	return *l->match == '.' ? l->match + 1 : l->match;
}

enum { NAME_BYTES = 76 }; /* with its colon it has a line for itself */

/* names of fields (RFC 5322 section 3.6.8), but none that ends a tag */
static int
names(const char *s)
{
	size_t name = 0;

	for (; *s != '\0'; s++) {
		if (*s == ':') {
			if (name == 0)
				return 0;
			name = 0;
		} else if (*s <= ' ' || *s >= 0x7f || *s == ';' ||
		    ++name > NAME_BYTES) {
			return 0;
		}
	}
	return name > 0;
}

static int
has_name(const char *list, const char *name)
{
	size_t n = strlen(name), k;

	for (;; list += k + 1) {
		k = strcspn(list, ":");
		if (k == n && memcmp(list, name, n) == 0)
			return 1;
		if (list[k] == '\0')
			return 0;
	}
}

/* does a name stand in it twice? */
static int
repeats(const char *list)
{
	char name[NAME_BYTES + 1];
	size_t n;

	for (; list[n = strcspn(list, ":")] == ':'; list += n + 1) {
		memcpy(name, list, n);
		name[n] = '\0';
		if (has_name(list + n + 1, name))
			return 1;
	}
	return 0;
}

static const char *
set_headers(char *to, const char *v, size_t n)
{
	memcpy(to, v, n + 1);
	lower(to);
	if (!names(to))
		return "headers= and oversign= want names with a colon between";
	if (repeats(to))
		return "headers= and oversign= name a field once; oversign= is "
		       "for those that nobody may add";
	return has_name(to, "dkim-signature")
	    ? "a signature does not sign signatures"
	    : NULL;
}

/* @domain, or user@domain with nothing in user that would need quoting */
static const char *
set_identity(struct line *l, const char *v, size_t n)
{
	const char *at = strrchr(v, '@'), *p;

	if (at == NULL || n > WORD_ADDRESS_MAX ||
	    !ascii_domain(at + 1, v + n - at - 1))
		return "identity= wants @domain or user@domain";
	for (p = v; p < at; p++)
		if (!word_name(p, 1) && strchr("+=!#$%&'*/?^`{|}~", *p) == NULL)
			return "identity= wants @domain or user@domain";
	/* an equals sign is written in another way (RFC 6376 section 2.11) */
	if (memchr(v, '=', at - v) != NULL)
		return "identity= wants @domain or user@domain";
	memcpy(l->identity, v, n + 1);
	lower(l->identity + (at - v));
	return NULL;
}

static const char *
set_canon(struct line *l, const char *v)
{
	static const char *const forms[2][2] = { { "simple/simple",
						     "simple/relaxed" },
		{ "relaxed/simple", "relaxed/relaxed" } };
	int h, b;

	for (h = 0; h < 2; h++)
		for (b = 0; b < 2; b++)
			if (strcmp(v, forms[h][b]) == 0) {
				l->header = h;
				l->body = b;
				return NULL;
			}
	return "canon= wants relaxed or simple, /, relaxed or simple";
}

static const char *
set_name(char *to, size_t max, const char *v, size_t n, const char *fault)
{
	if (n > max || !ascii_domain(v, n))
		return fault;
	memcpy(to, v, n + 1);
	lower(to);
	return NULL;
}

static const char *
set_key(struct line *l, const char *v, size_t n)
{
	if (!signing_key(v, n))
		return "key= wants a file's name below the folder of keys: "
		       "letters, digits, - _ . and / between";
	memcpy(l->key, v, n + 1);
	return NULL;
}

static const char *
set_more(struct line *l, const char *word, const char *v, size_t n)
{
	if (strcmp(word, "expire") == 0)
		return num_scan_duration(v, n, SIGNERS_EXPIRE_MAX,
			   &l->expire_s) == -1 ||
			l->expire_s == 0
		    ? "expire= wants a time, a year at most: 7d, 36h"
		    : NULL;
	if (strcmp(word, "by") == 0) {
		l->by = strcmp(v, "envelope") == 0 ? SIGNERS_ENVELOPE
						   : SIGNERS_FROM;
		return l->by == SIGNERS_FROM && strcmp(v, "from") != 0
		    ? "by= wants from or envelope"
		    : NULL;
	}
	if (strcmp(word, "foreign") == 0) {
		l->foreign = strcmp(v, "yes") == 0;
		return l->foreign || strcmp(v, "no") == 0
		    ? NULL
		    : "foreign= wants yes or no";
	}
	if (strcmp(word, "identity") == 0)
		return set_identity(l, v, n);
	if (strcmp(word, "headers") == 0)
		return set_headers(l->headers, v, n);
	if (strcmp(word, "oversign") == 0)
		return set_headers(l->oversign, v, n);
	return "unknown word; domain= selector= key= algorithm= canon= by= "
	       "expire= headers= oversign= identity= foreign= are known";
}

static const char *
set(struct line *l, char *word, size_t n)
{
	size_t vn;
	char *v = word_value(word, n, &vn);

	if (v == NULL)
		return "want WORD=VALUE";
	if (strcmp(word, "domain") == 0)
		return set_name(l->domain, WORD_DOMAIN_MAX, v, vn,
		    "domain= is not a domain, as the DNS has it");
	if (strcmp(word, "selector") == 0)
		return set_name(l->selector, WORD_DOMAIN_MAX, v, vn,
		    "selector= wants what stands before ._domainkey");
	if (strcmp(word, "key") == 0)
		return set_key(l, v, vn);
	if (strcmp(word, "canon") == 0)
		return set_canon(l, v);
	if (strcmp(word, "algorithm") == 0)
		return signing_algorithm(v, vn, &l->algorithm) == -1
		    ? "algorithm= wants rsa-sha256 or ed25519-sha256"
		    : NULL;
	return set_more(l, word, v, vn);
}

/* lines */

static const char *
check(const struct line *l)
{
	const char *d = match_domain(l), *at;

	if (*l->domain == '\0' || *l->selector == '\0' || *l->key == '\0')
		return "domain=, selector= and key= must be there";
	/* selector, ._domainkey., domain: the name of the key's record */
	if (strlen(l->selector) + strlen(l->domain) + 12 > WORD_DOMAIN_MAX)
		return "selector= and domain= are too long together";
	if (l->by == SIGNERS_FROM && !l->foreign &&
	    (d == NULL || !within(d, l->domain)))
		return "domain= is neither the domain of the addresses nor "
		       "above it; foreign=yes if that is meant";
	at = strrchr(l->identity, '@');
	if (at != NULL && !within(at + 1, l->domain))
		return "identity= is neither in domain= nor below it";
	if (*l->headers != '\0' && !has_name(l->headers, "from"))
		return "headers= must have from";
	return NULL;
}

static const char *
read_line(const char *p, const char *end, struct line *l,
    char why[WORD_TWICE_MAX])
{
	static const char *const once[] = { "domain=", "selector=", "key=",
		"algorithm=", "canon=", "by=", "expire=", "headers=",
		"oversign=", "identity=", "foreign=", NULL };
	char word[WORD_LINE_MAX + 1];
	const char *line = p;
	const char *fault;
	size_t n;
	int r;

	memset(l, 0, sizeof *l);
	l->header = l->body = CANON_RELAXED;
	if (word_next(&p, end, word, &n) != 1)
		return "quote not closed, or control byte";
	fault = set_match(l, word, n);
	while (fault == NULL && (r = word_next(&p, end, word, &n)) != 0)
		fault = r == -1 ? "quote not closed, or control byte"
				: set(l, word, n);
	if (fault == NULL)
		fault = word_twice(line, end, once, why);
	return fault != NULL ? fault : check(l);
}

/* the same signature again proves nothing; one of fewer fields, or with another
 * canon=, may hold where the first breaks on the way */
static const char *
see(struct state *s, const struct line *l, unsigned lineno,
    char why[WORD_TWICE_MAX])
{
	struct buf b = { 0 };
	long before = -1;

	if (buf_printf(&b, "%u\t%s\t%s\t%s\t%u\t%u\t%s\t%s\t%s", l->by,
		l->match, l->domain, l->selector, l->header, l->body,
		l->identity, l->headers, l->oversign) == 0)
		before =
		    wordset_add(&s->seen, buf_data(&b), buf_len(&b), lineno);
	buf_free(&b);
	if (before == -1)
		return "out of memory";
	snprintf(why, WORD_TWICE_MAX,
	    "a signature by this selector stands in "
	    "line %ld already",
	    before);
	return before == 0 ? NULL : why;
}

static struct group *
group_of(struct state *s, const struct line *l)
{
	char key[SIGNERS_MATCH_MAX + 2];
	size_t n = snprintf(key, sizeof key, "%c%s",
	    l->by == SIGNERS_FROM ? 'f' : 'e', l->match);
	uint64_t h = hash_bytes(0, key, n);
	struct hash_node *at;
	struct group *g;

	for (at = hash_first(&s->groups, h); at != NULL; at = hash_again(at)) {
		g = (struct group *)at;
		if (g->len == n && memcmp(g->key, key, n) == 0)
			return g;
	}
	g = calloc(1, sizeof *g + n + 1);
	if (g == NULL)
		return NULL;
	g->node.hash = h;
	if (hash_add(&s->groups, &g->node) == -1) {
		free(g);
		return NULL;
	}
	memcpy(g->key, key, n + 1);
	g->len = n;
	*(s->last != NULL ? &s->last->next : &s->first) = g;
	s->last = g;
	return g;
}

static const char *
or_dash(const char *s)
{
	return *s == '\0' ? "-" : s;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char why[WORD_TWICE_MAX];
	struct line l;
	struct group *g;
	const char *fault;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	fault = read_line(p, p + n, &l, why);
	if (fault == NULL)
		fault = see(arg, &l, lineno, why);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	g = group_of(arg, &l);
	if (g == NULL)
		return conffile_wrong(sink, "out of memory");
	if (++g->n > DKIMMAKE_RULES_MAX)
		return conffile_wrong(sink,
		    "more than 8 signatures for the same");
	if (buf_printf(&g->rec, "%u\t%s\t%s\t%s\t%u\t%u\t%u\t%u\t%s\t%s\t%s\n",
		lineno, l.domain, l.selector, l.key, l.algorithm, l.header,
		l.body, (unsigned)l.expire_s, or_dash(l.identity),
		or_dash(l.headers), or_dash(l.oversign)) == -1)
		return conffile_wrong(sink, "out of memory");
	return 0;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	struct group *g;
	int r = 0;

	while ((g = s->first) != NULL) {
		s->first = g->next;
		if (r == 0)
			r = sink->add(sink->arg, g->key, g->len,
			    buf_data(&g->rec), buf_len(&g->rec));
		buf_free(&g->rec);
		free(g);
	}
	hash_free(&s->groups);
	wordset_free(&s->seen);
	return r;
}

const struct conffile conffile_dkim = { "dkim", sizeof(struct state), line,
	finish };
