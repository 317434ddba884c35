#include "dns/dnsq.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

static int
plain(char c)
{
	return ascii_alnum(c) || c == '-' || c == '_' || c == '.';
}

/* \DDD */
static char *
escape(char *o, unsigned char c)
{
	*o++ = '\\';
	*o++ = '0' + c / 100;
	*o++ = '0' + c / 10 % 10;
	*o++ = '0' + c % 10;
	return o;
}

int
dnsq_name(struct dnsq *q, const char *name, size_t n)
{
	size_t i, label = 0;
	char *o = q->name;

	if (n > 0 && name[n - 1] == '.')
		n--;
	if (n == 0 || n > DNSQ_NAME_MAX - 2)
		return -1;
	for (i = 0; i < n; i++) {
		if (name[i] == '.') {
			if (label == 0)
				return -1;
			label = 0;
		} else if (++label > 63) {
			return -1;
		}
		if (plain(name[i]))
			*o++ = name[i];
		else
			o = escape(o, name[i]);
	}
	*o = '\0';
	return label > 0 ? 0 : -1;
}

long
dnsa_text(const struct dnsa *a, unsigned i, char *out, size_t cap)
{
	const unsigned char *p = a->data[i], *end = p + a->len[i];
	size_t len = 0, k;

	while (p < end) {
		k = *p++;
		if (k > (size_t)(end - p))
			return -1;
		if (k > cap - len) {
			memcpy(out + len, p, cap - len);
			return (long)cap;
		}
		memcpy(out + len, p, k);
		len += k;
		p += k;
	}
	return (long)len;
}

/* raw: bytes as they are */
static long
domain(const struct dnsa *a, unsigned i, int type, int raw, char *out)
{
	const unsigned char *p = a->data[i], *end = p + a->len[i];
	size_t len = 0, k;
	char c;

	if (type == DNSQ_MX) {
		if (end - p < 2)
			return -1;
		p += 2;
	}
	for (;;) {
		if (p == end)
			return -1;
		k = *p++;
		if (k == 0)
			break;
		if (k > 63 || k > (size_t)(end - p) ||
		    len + (len > 0) + k > DNSQ_NAME_MAX - 2)
			return -1;
		if (len > 0)
			out[len++] = '.';
		for (; k > 0; k--) {
			c = ascii_lower((char)*p++);
			if (raw && (c == '.' || c == '\0'))
				return -1;
			out[len++] = raw || (plain(c) && c != '.') ? c : '?';
		}
	}
	out[len] = '\0';
	return p == end ? (long)len : -1;
}

long
dnsa_domain(const struct dnsa *a, unsigned i, int type,
    char out[DNSQ_NAME_MAX + 1])
{
	return domain(a, i, type, 0, out);
}

long
dnsa_host(const struct dnsa *a, unsigned i, int type,
    char out[DNSQ_NAME_MAX + 1])
{
	return domain(a, i, type, 1, out);
}

void
dnsq_reverse(struct dnsq *q, const unsigned char *ip, size_t len)
{
	char *o = q->name, hex[2];
	size_t i;

	q->type = DNSQ_PTR;
	if (len == 4) {
		snprintf(o, DNSQ_ROOM, "%u.%u.%u.%u.in-addr.arpa", ip[3], ip[2],
		    ip[1], ip[0]);
		return;
	}
	for (i = 16; i > 0; i--) {
		ascii_hex(hex, ip[i - 1]);
		*o++ = hex[1];
		*o++ = '.';
		*o++ = hex[0];
		*o++ = '.';
	}
	memcpy(o, "ip6.arpa", 9);
}
