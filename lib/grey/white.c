#include "grey/white.h"
#include "base/ip.h"
#include "grey/greykey.h"
#include <stdio.h>
#include <string.h>

struct state {
	struct wordset seen;
	unsigned char has4[33], has6[129];
};

/* the text */

/* the key of a network, as it is looked up */
static int
net_key(char *out, size_t size, const struct hostaddr *a, unsigned bits)
{
	char ip[46];

	hostaddr_text(a, ip);
	return snprintf(out, size, "c%s/%u", ip, bits);
}

/* the key, or NULL and why there is none */
static const char *
read_client(struct state *s, const char *v, char *key)
{
	struct hostaddr_prefix p;
	struct hostaddr net;

	if (hostaddr_prefix_scan(v, &p) == -1)
		return "not an IP address, nor address/bits";
	/* as a client's address is looked at; behind it nothing counts */
	if (p.ip.family == 6 && ip_unmap_net(p.ip.ip, 16, &p.bits) == 4) {
		p.ip.family = 4;
		memset(p.ip.ip + 4, 0, 12);
	}
	net = p.ip;
	greykey_mask(&net, p.bits);
	if (memcmp(net.ip, p.ip.ip, sizeof net.ip) != 0)
		return "the address has bits behind the prefix";
	net_key(key, WORD_LINE_MAX, &net, p.bits);
	if (net.family == 4)
		s->has4[p.bits] = 1;
	else
		s->has6[p.bits] = 1;
	return NULL;
}

static const char *
read_pattern(char kind, const char *v, size_t n, char *key)
{
	struct address a;
	const char *domain = v;
	int may_end = kind != 's'; /* user@ */

	if (kind == 'f' && strcmp(v, "<>") == 0) {
		memcpy(key, "f<>", 4);
		return NULL;
	}
	if (kind != 's') {
		domain = memrchr(v, '@', n);
		if (domain == NULL || n < 2 || n > WORD_ADDRESS_MAX)
			return "want user@domain, @domain, @.domain or user@";
		domain++;
	}
	/* "x": address_set() wants a local part */
	snprintf(key, WORD_LINE_MAX, "x%s", v);
	if (address_set(&a, key, n + 1) == -1)
		return "not an address";
	if (*domain == '.' && (kind == 's' || domain == v + 1)) {
		domain++;
		may_end = 0;
	}
	if ((*domain != '\0' || !may_end) &&
	    !word_domain(domain, v + n - domain) && *domain != '[')
		return "not a domain";
	snprintf(key, WORD_LINE_MAX, "%c%s", kind, a.key + 1);
	return NULL;
}

static const char *
read_rule(struct state *s, char *word, size_t n, char *key)
{
	static const struct {
		const char *word;
		char kind;
	} known[] = { { "client:", 'c' }, { "from:", 'f' }, { "to:", 't' },
		{ "spf:", 's' } };
	size_t i, k;

	for (i = 0; i < sizeof known / sizeof *known; i++) {
		k = strlen(known[i].word);
		if (n < k || memcmp(word, known[i].word, k) != 0)
			continue;
		if (known[i].kind == 'c')
			return read_client(s, word + k, key);
		return read_pattern(known[i].kind, word + k, n - k, key);
	}
	return "want client: from: to: or spf:";
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	char word[WORD_LINE_MAX + 1], more[WORD_LINE_MAX + 1];
	char key[WORD_LINE_MAX + 2], t[16];
	const char *end = p + n, *why;
	int r;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	r = word_next(&p, end, word, &n);
	if (r != 1 || word_next(&p, end, more, &(size_t){ 0 }) != 0)
		return conffile_wrong(sink,
		    r == 1 ? "one rule a line"
			   : "quote not closed, or control byte");
	why = read_rule(s, word, n, key);
	if (why != NULL)
		return conffile_wrong(sink, why);
	if (wordset_once(&s->seen, key, strlen(key), lineno, sink) == -1)
		return -1;
	return sink->add(sink->arg, key, strlen(key), t,
	    snprintf(t, sizeof t, "%u", lineno));
}

/* which lengths of prefixes there are, the longest first */
static int
add_lengths(const struct conffile_sink *sink, const char *key,
    const unsigned char *has, unsigned n)
{
	char list[129];
	size_t len = 0;

	while (n-- > 0)
		if (has[n])
			list[len++] = (char)n;
	return len == 0 ? 0 : sink->add(sink->arg, key, 1, list, len);
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	int r = add_lengths(sink, "4", s->has4, sizeof s->has4);

	if (add_lengths(sink, "6", s->has6, sizeof s->has6) == -1)
		r = -1;
	wordset_free(&s->seen);
	return r;
}

const struct conffile conffile_grey = { "grey", sizeof(struct state), line,
	finish };

/* asking */

static int
has(const struct lookup *l, const char *key, size_t n)
{
	const char *data;
	size_t len;

	return lookup_get(l, key, n, &data, &len);
}

int
greywhite_client(const struct lookup *l, struct slice client)
{
	struct hostaddr a, net;
	const char *bits;
	char key[64];
	size_t n;
	int r;

	if (greykey_ip(client, &a) == -1)
		return 0;
	r = lookup_get(l, a.family == 4 ? "4" : "6", 1, &bits, &n);
	for (; r == 1 && n > 0; bits++, n--) {
		net = a;
		greykey_mask(&net, (unsigned char)*bits);
		r = has(l, key,
		    net_key(key, sizeof key, &net, (unsigned char)*bits));
		if (r != 0)
			return r;
		r = 1;
	}
	return r == -1 ? -1 : 0;
}

/* KIND and what comes behind it, from p on, with a byte before it */
static int
has_part(const struct lookup *l, char kind, const char *before, const char *p,
    size_t n)
{
	char key[WORD_ADDRESS_MAX + 8];
	int len =
	    snprintf(key, sizeof key, "%c%s%.*s", kind, before, (int)n, p);

	return len < (int)sizeof key ? has(l, key, len) : 0;
}

/* .domain for a domain and all above it */
static int
has_above(const struct lookup *l, char kind, const char *before,
    const char *domain, size_t n)
{
	const char *dot;
	int r = 0;

	while (n > 0 && (r = has_part(l, kind, before, domain, n)) == 0) {
		dot = memchr(domain, '.', n);
		if (dot == NULL)
			break;
		n -= (size_t)(dot + 1 - domain);
		domain = dot + 1;
	}
	return r;
}

static int
find(const struct lookup *l, char kind, struct slice s)
{
	struct address a;
	int r;

	if (s.n == 0)
		return kind == 'f' ? has(l, "f<>", 3) : 0;
	if (address_set(&a, s.p, s.n) == -1)
		return 0;
	r = has_part(l, kind, "", a.key, a.len);
	if (r == 0)
		r = has_part(l, kind, "@", a.domain, a.domain_len);
	if (r == 0)
		r = has_above(l, kind, "@.", a.domain, a.domain_len);
	if (r == 0 && a.domain_len > 0)
		r = has_part(l, kind, "", a.key, a.user_len + 1);
	return r;
}

int
greywhite_from(const struct lookup *l, struct slice from)
{
	return find(l, 'f', from);
}

int
greywhite_to(const struct lookup *l, struct slice to)
{
	return find(l, 't', to);
}

int
greywhite_spf(const struct lookup *l, struct slice domain)
{
	struct address a;
	char t[WORD_DOMAIN_MAX + 2];
	int r;

	if (domain.n == 0 || domain.n > WORD_DOMAIN_MAX)
		return 0;
	memcpy(t + 1, domain.p, domain.n);
	t[0] = 'x';
	if (address_set(&a, t, domain.n + 1) == -1)
		return 0;
	r = has_part(l, 's', "", a.key + 1, a.len - 1);
	return r == 0 ? has_above(l, 's', ".", a.key + 1, a.len - 1) : r;
}
