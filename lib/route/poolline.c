#include "route/poolline.h"
#include "base/num.h"
#include "route/relayword.h"
#include <stdio.h>
#include <string.h>

static const char *
set_ips(struct poolline *s, struct slice list)
{
	struct slice ip;
	char *to;
	int v;

	while (word_piece(&list, ',', &ip)) {
		v = word_ip(ip.p, ip.n);
		if (v == 0)
			return "source= is not an IP address";
		to = v == 4 ? s->ip : s->ip6;
		if (*to != '\0')
			return "one IPv4 and one IPv6 address at most";
		memcpy(to, ip.p, ip.n);
		to[ip.n] = '\0';
	}
	return NULL;
}

static const char *
set_sticky(struct poolline *s, const char *v, size_t n)
{
	static const char *const keys[] = { "tenant", "from", "from-domain",
		"user", "to-domain", "message", NULL };
	const struct slice key = { v, n };
	unsigned i = 0;

	while (keys[i] != NULL && !word_is(key, keys[i]))
		i++;
	if (keys[i] == NULL &&
	    (n <= 4 || n > POOLS_STICKY_MAX || memcmp(v, "tag:", 4) != 0 ||
		!word_name(v + 4, n - 4)))
		return "sticky= is tenant, from, from-domain, user, tag:NAME, "
		       "to-domain or message";
	memcpy(s->sticky, v, n + 1);
	return NULL;
}

static const char *
set(struct poolline *s, char *word, size_t n)
{
	size_t vn;
	char *v = word_value(word, n, &vn);

	if (v == NULL)
		return "want WORD=VALUE";
	if (strcmp(word, "sticky") == 0)
		return set_sticky(s, v, vn);
	if (strcmp(word, "choose") == 0) {
		if (!word_is((struct slice){ v, vn }, "least"))
			return "choose= is least";
		memcpy(s->sticky, v, vn + 1);
		return NULL;
	}
	if (strcmp(word, "spill") == 0) {
		if (!word_name(v, vn) || vn > WORD_NAME_MAX)
			return "spill= is not a name of a pool";
		memcpy(s->spill, v, vn + 1);
		return NULL;
	}
	s->words++;
	if (strcmp(word, "socks") == 0 || strcmp(word, "proxy") == 0)
		return relayword(v, vn, *word == 's' ? s->socks : s->proxy) == 0
		    ? NULL
		    : "socks= and proxy= want IP:PORT or [IPv6]:PORT";
	if (strcmp(word, "socks-login") == 0) {
		if (!word_name(v, vn) || vn > WORD_NAME_MAX)
			return "socks-login= is not a name";
		memcpy(s->login, v, vn + 1);
		return NULL;
	}
	if (strcmp(word, "source") == 0)
		return set_ips(s, (struct slice){ v, vn });
	if (strcmp(word, "weight") == 0)
		return num_scan(v, vn, 0, POOLS_WEIGHT_MAX, &s->weight) == -1
		    ? "weight= is not a number from 0 to 1000000"
		    : NULL;
	if (strcmp(word, "helo") == 0) {
		if (!word_domain(v, vn))
			return "helo= is not a host name";
		memcpy(s->helo, v, vn + 1);
		return NULL;
	}
	if (strcmp(word, "name") == 0) {
		if (!word_name(v, vn))
			return "name= wants letters, digits, - _ and .";
		memcpy(s->name, v, vn + 1);
		return NULL;
	}
	return "unknown word; source= helo= weight= name= socks= socks-login= "
	       "proxy= sticky= choose= spill= are known";
}

const char *
poolline_read(const char *p, const char *end, char name[WORD_NAME_MAX + 1],
    struct poolline *s, char why[WORD_TWICE_MAX])
{
	static const char *const once[] = { "helo=", "weight=", "name=",
		"sticky=", "choose=", "spill=", "socks=", "socks-login=",
		"proxy=", NULL };
	char word[WORD_LINE_MAX + 1];
	const char *line = p;
	const char *fault;
	size_t n;
	int r;

	memset(s, 0, sizeof *s);
	s->weight = 1;
	if (word_next(&p, end, word, &n) != 1 || !word_name(word, n))
		return "not a name of a pool";
	if (n == 5 && memcmp(word, "local", 5) == 0)
		return "local is the label of local jobs";
	memcpy(name, word, n + 1);
	while ((r = word_next(&p, end, word, &n)) == 1) {
		fault = set(s, word, n);
		if (fault != NULL)
			return fault;
	}
	if (r == -1)
		return "quote not closed, or control byte";
	fault = word_twice(line, end, once, why);
	if (fault != NULL)
		return fault;
	if (s->socks[0] != '\0' && s->proxy[0] != '\0')
		return "socks= and proxy=: one relay at most";
	if (s->login[0] != '\0' && s->socks[0] == '\0')
		return "socks-login= without socks=";
	if (s->proxy[0] != '\0' && s->ip[0] == '\0' && s->ip6[0] == '\0')
		return "proxy= without source=: it has no address to name";
	if (s->name[0] == '\0')
		snprintf(s->name, sizeof s->name, "%s",
		    s->ip[0] != '\0'         ? s->ip
			: s->ip6[0] != '\0'  ? s->ip6
			: s->helo[0] != '\0' ? s->helo
					     : name);
	return NULL;
}
