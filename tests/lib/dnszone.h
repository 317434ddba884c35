#ifndef TESTS_DNSZONE_H
#define TESTS_DNSZONE_H

#include "dns/dnsq.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * Answers for machines that ask, from text: lines NAME TYPE DATA, blank
 * between.  TXT: the rest of the line, in strings of 255; | begins another
 * string.  A AAAA: address.  MX: preference and name, "." the root.  PTR:
 * name.  FAIL: the name gets no answer, with DATA one type of it.  HERE: it
 * has no records.  Any other name is not there.
 */
enum { DNSZONE_RECORDS = 64 };

struct dnszone_answer {
	struct dnsa a;
	unsigned char bytes[DNSZONE_RECORDS * 1024];
	size_t used;
	const unsigned char *data[DNSZONE_RECORDS];
	int len[DNSZONE_RECORDS];
};

static inline size_t
dnszone_name(unsigned char *p, const char *name, size_t n)
{
	unsigned char *start = p, *length = p++;

	*length = 0;
	for (; n > 0; name++, n--)
		if (*name != '.') {
			*p++ = (unsigned char)*name;
			++*length;
		} else if (*length > 0) {
			length = p++;
			*length = 0;
		}
	if (*length > 0)
		*p++ = 0;
	return p - start;
}

static inline size_t
dnszone_text(unsigned char *p, const char *s, size_t n)
{
	unsigned char *start = p, *length = p++;

	*length = 0;
	for (; n > 0; s++, n--) {
		if (*s == '|' || *length == 255) {
			length = p++;
			*length = 0;
		}
		if (*s != '|') {
			*p++ = (unsigned char)*s;
			++*length;
		}
	}
	return p - start;
}

static inline void
dnszone_add(struct dnszone_answer *z, int type, const char *data, size_t n)
{
	unsigned char *p = z->bytes + z->used;
	size_t len;
	char s[64];

	if (type == DNSQ_TXT) {
		len = dnszone_text(p, data, n);
	} else if (type == DNSQ_MX) {
		p[0] = 0;
		p[1] = (unsigned char)atoi(data);
		while (n > 0 && isdigit((unsigned char)*data))
			data++, n--;
		len = 2 + dnszone_name(p + 2, data + 1, n - 1);
	} else if (type == DNSQ_PTR) {
		len = dnszone_name(p, data, n);
	} else {
		snprintf(s, sizeof s, "%.*s", (int)n, data);
		len = type == DNSQ_A ? 4 : 16;
		if (inet_pton(type == DNSQ_A ? AF_INET : AF_INET6, s, p) != 1)
			abort();
	}
	z->data[z->a.n] = p;
	z->len[z->a.n++] = (int)len;
	z->used += len;
}

/* the question's name without escapes */
static inline void
dnszone_plain(const char *from, char *to)
{
	for (; *from != '\0'; from++)
		if (*from == '\\') {
			*to++ = (char)((from[1] - '0') * 100 +
			    (from[2] - '0') * 10 + from[3] - '0');
			from += 3;
		} else {
			*to++ = *from;
		}
	*to = '\0';
}

static inline const struct dnsa *
dnszone_ask(const char *zone, const struct dnsq *q, struct dnszone_answer *z)
{
	static const struct {
		const char *word;
		int type;
	} types[] = { { "A", DNSQ_A }, { "AAAA", DNSQ_AAAA }, { "MX", DNSQ_MX },
		{ "TXT", DNSQ_TXT }, { "PTR", DNSQ_PTR }, { "HERE", 0 },
		{ "FAIL", -1 } };
	char name[DNSQ_ROOM];
	const char *e, *word, *data, *type = "";
	size_t n, i, k;

	dnszone_plain(q->name, name);
	memset(&z->a, 0, sizeof z->a);
	z->used = 0;
	z->a.status = DNSA_NXDOMAIN;
	z->a.data = z->data;
	z->a.len = z->len;
	for (i = 0; i < 5; i++)
		if (types[i].type == q->type)
			type = types[i].word;
	for (; *zone != '\0'; zone = *e == '\0' ? e : e + 1) {
		e = zone + strcspn(zone, "\n");
		n = strcspn(zone, " \n");
		if (n != strlen(name) || strncasecmp(zone, name, n) != 0)
			continue;
		word = zone + n + 1;
		k = strcspn(word, " \n");
		data = word[k] == ' ' ? word + k + 1 : word + k;
		for (i = 0; i < 7; i++)
			if (strlen(types[i].word) == k &&
			    strncmp(types[i].word, word, k) == 0)
				break;
		if (i == 7)
			abort();
		if (types[i].type == -1 &&
		    (data == e ||
			(strlen(type) == (size_t)(e - data) &&
			    strncmp(type, data, e - data) == 0))) {
			z->a.status = DNSA_FAILED;
			z->a.n = 0;
			z->a.text = "no answer";
			return &z->a;
		}
		if (z->a.status == DNSA_NXDOMAIN)
			z->a.status = DNSA_NONE;
		if (types[i].type != q->type)
			continue;
		z->a.status = DNSA_OK;
		dnszone_add(z, q->type, data, e - data);
	}
	return &z->a;
}

#endif
