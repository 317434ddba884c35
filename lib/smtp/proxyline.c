#include "smtp/proxyline.h"
#include "base/num.h"
#include <string.h>

static const char v1_sign[] = "PROXY ", v2_sign[] = "\r\n\r\n\0\r\nQUIT\n";
enum { V1_SIGN = sizeof v1_sign - 1, V2_SIGN = sizeof v2_sign - 1 };

/* the shortest headers: "PROXY UNKNOWN\r\n" has 15 bytes, version 2 has 16 */
enum { LEAST = 15 };

/* do they begin alike, as far as both go? */
static int
begins(const char *p, size_t n, const char *sign, size_t len)
{
	return memcmp(p, sign, n < len ? n : len) == 0;
}

static unsigned
two(const char *p)
{
	return (unsigned)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

/* the word at the front, up to one blank or the end; what it takes */
static size_t
word(const char *p, const char *end, size_t *n)
{
	const char *blank = memchr(p, ' ', end - p);

	*n = (blank == NULL ? end : blank) - p;
	return blank == NULL ? *n : *n + 1;
}

static int
port_word(const char **p, const char *end, uint16_t *port)
{
	uint64_t v;
	size_t n, used = word(*p, end, &n);

	if (n > 5 || (n > 1 && **p == '0') ||
	    num_scan(*p, n, 0, 65535, &v) == -1)
		return -1;
	*port = (uint16_t)v;
	*p += used;
	return 0;
}

static int
ip_word(const char **p, const char *end, size_t len, unsigned char to[IP_LEN])
{
	unsigned char ip[IP_LEN];
	size_t n, used = word(*p, end, &n);

	if (ip_scan(*p, n, ip) != len)
		return -1;
	ip_map(to, ip, len);
	*p += used;
	return 0;
}

/* "TCP4 192.0.2.1 192.0.2.2 1025 25", all of it */
static int
addresses(const char *p, const char *end, struct proxyline *h)
{
	size_t n, used = word(p, end, &n), len;

	if (n != 4 || memcmp(p, "TCP", 3) != 0 || (p[3] != '4' && p[3] != '6'))
		return -1;
	len = p[3] == '4' ? 4 : IP_LEN;
	p += used;
	if (ip_word(&p, end, len, h->from) == -1 ||
	    ip_word(&p, end, len, h->to) == -1 ||
	    port_word(&p, end, &h->from_port) == -1 ||
	    port_word(&p, end, &h->to_port) == -1)
		return -1;
	return p == end && end[-1] != ' ' ? 0 : -1;
}

static size_t
version_1(const char *p, size_t n, struct proxyline *h)
{
	const char *lf =
	    memchr(p, '\n', n < PROXYLINE_V1_MAX ? n : PROXYLINE_V1_MAX);
	const char *end, *cr;
	size_t len;

	if (lf == NULL) {
		h->kind = n < PROXYLINE_V1_MAX ? PROXYLINE_MORE : PROXYLINE_BAD;
		return 0;
	}
	end = lf - 1;
	len = lf + 1 - p;
	cr = memchr(p, '\r', len);
	p += V1_SIGN;
	if (cr != end)
		h->kind = PROXYLINE_BAD;
	else if (end - p >= 7 && memcmp(p, "UNKNOWN", 7) == 0 &&
	    (end - p == 7 || p[7] == ' '))
		h->kind = PROXYLINE_UNKNOWN;
	else
		h->kind = addresses(p, end, h) == 0 ? PROXYLINE_CLIENT
						    : PROXYLINE_BAD;
	return h->kind == PROXYLINE_BAD ? 0 : len;
}

/* of a header that is whole, n bytes behind its first 16 */
static enum proxyline_kind
version_2_kind(const char *p, size_t n, struct proxyline *h)
{
	unsigned family = (unsigned char)p[13] >> 4;
	size_t len = family == 1 ? 4 : IP_LEN;
	const char *a = p + PROXYLINE_V2_HEAD;

	if ((p[12] & 15) == 0)
		return PROXYLINE_OWN;
	/* datagrams and Unix sockets name nobody who could have sent this */
	if ((p[13] & 15) != 1 || family < 1 || family > 2)
		return PROXYLINE_UNKNOWN;
	if (n < 2 * len + 4)
		return PROXYLINE_BAD;
	ip_map(h->from, (const unsigned char *)a, len);
	ip_map(h->to, (const unsigned char *)a + len, len);
	h->from_port = (uint16_t)two(a + 2 * len);
	h->to_port = (uint16_t)two(a + 2 * len + 2);
	return PROXYLINE_CLIENT;
}

static size_t
version_2(const char *p, size_t n, struct proxyline *h)
{
	size_t len;

	h->kind = PROXYLINE_MORE;
	if (n > 12 && (p[12] & ~15) != 0x20)
		h->kind = PROXYLINE_BAD;
	if (n > 12 && (p[12] & 15) > 1)
		h->kind = PROXYLINE_BAD;
	if (h->kind == PROXYLINE_BAD || n < PROXYLINE_V2_HEAD)
		return 0;
	len = PROXYLINE_V2_HEAD + two(p + 14);
	if (len > PROXYLINE_V2_MAX)
		h->kind = PROXYLINE_BAD;
	else if (n >= len)
		h->kind = version_2_kind(p, len - PROXYLINE_V2_HEAD, h);
	return h->kind == PROXYLINE_MORE || h->kind == PROXYLINE_BAD ? 0 : len;
}

size_t
proxyline_get(const char *p, size_t n, struct proxyline *h)
{
	memset(h, 0, sizeof *h);
	h->kind = PROXYLINE_BAD;
	if (begins(p, n, v1_sign, V1_SIGN)) {
		if (n >= V1_SIGN)
			return version_1(p, n, h);
		h->kind = PROXYLINE_MORE;
		return 0;
	}
	if (begins(p, n, v2_sign, V2_SIGN))
		return version_2(p, n, h);
	return 0;
}

size_t
proxyline_wants(const char *p, size_t n)
{
	struct proxyline h;

	proxyline_get(p, n, &h);
	if (h.kind != PROXYLINE_MORE)
		return 0;
	if (n < LEAST)
		return LEAST - n;
	if (p[0] == v1_sign[0])
		return 1;
	return n < PROXYLINE_V2_HEAD ? 1 : PROXYLINE_V2_HEAD + two(p + 14) - n;
}
