#include "send/relayout.h"
#include <string.h>

/*
 *	state    is read           then
 *	METHOD   05 method         LOGIN, say user and password; REPLY, say
 *	                           CONNECT; method ff: REFUSED
 *	LOGIN    01 status         0: REPLY, say CONNECT; else REFUSED
 *	REPLY    05 code 00 type + 0: ADDRESS; else HOST or REFUSED
 *	         a byte more
 *	ADDRESS  the rest of it    DONE
 */
enum { METHOD, LOGIN, REPLY, ADDRESS };

static void
put_port(const struct dial_addr *a, char p[2])
{
	p[0] = (char)(a->port >> 8);
	p[1] = (char)a->port;
}

static size_t
ip_len(const struct dial_addr *a)
{
	return a->kind == DIAL_V6 ? 16 : 4;
}

static enum relayout_step
no_memory(const char **why)
{
	*why = "out of memory";
	return RELAYOUT_REFUSED;
}

static enum relayout_step
say(struct relayout *r, unsigned char state, size_t wants, const char *p,
    size_t n, struct buf *out, const char **why)
{
	r->state = state;
	r->wants = wants;
	return buf_put(out, p, n) == -1 ? no_memory(why) : RELAYOUT_MORE;
}

/* section 2.2: signature, version 2 and PROXY, family and STREAM, length,
 * addresses, ports */
static enum relayout_step
proxy(struct relayout *r, struct buf *out, const char **why)
{
	static const char sign[] = "\r\n\r\n\0\r\nQUIT\n";
	size_t n = ip_len(r->to), at = sizeof sign - 1;
	char head[16 + 36];

	if (r->from->kind != r->to->kind) {
		*why = "no source address of the host's kind";
		return RELAYOUT_REFUSED;
	}
	memcpy(head, sign, at);
	head[at++] = 0x21;
	head[at++] = n == 4 ? 0x11 : 0x21;
	head[at++] = 0;
	head[at++] = (char)(2 * n + 4);
	memcpy(head + at, r->from->ip, n);
	memcpy(head + at + n, r->to->ip, n);
	at += 2 * n;
	put_port(r->from, head + at);
	put_port(r->to, head + at + 2);
	return buf_put(out, head, at + 4) == -1 ? no_memory(why)
						: RELAYOUT_DONE;
}

enum relayout_step
relayout_begin(struct relayout *r, struct buf *out, const char **why)
{
	if (r->to->kind != DIAL_V4 && r->to->kind != DIAL_V6) {
		*why = "no host of the network";
		return RELAYOUT_REFUSED;
	}
	if (r->kind == RELAYOUT_PROXY)
		return proxy(r, out, why);
	if (r->user == NULL)
		return say(r, METHOD, 2, "\5\1\0", 3, out, why);
	return say(r, METHOD, 2, "\5\2\0\2", 4, out, why);
}

/* RFC 1928 section 4 */
static enum relayout_step
ask(struct relayout *r, struct buf *out, const char **why)
{
	size_t n = ip_len(r->to);
	char q[4 + 16 + 2] = { 5, 1, 0, n == 4 ? 1 : 4 };

	memcpy(q + 4, r->to->ip, n);
	put_port(r->to, q + 4 + n);
	return say(r, REPLY, 5, q, 4 + n + 2, out, why);
}

/* RFC 1929 section 2 */
static enum relayout_step
log_in(struct relayout *r, struct buf *out, const char **why)
{
	size_t u = strlen(r->user), p = strlen(r->password);
	char q[3 + 2 * RELAYOUT_LOGIN_MAX];
	enum relayout_step step;

	if (u == 0 || u > RELAYOUT_LOGIN_MAX || p == 0 ||
	    p > RELAYOUT_LOGIN_MAX) {
		*why = "its user or password has not 1 to 255 bytes";
		return RELAYOUT_REFUSED;
	}
	q[0] = 1;
	q[1] = (char)u;
	memcpy(q + 2, r->user, u);
	q[2 + u] = (char)p;
	memcpy(q + 3 + u, r->password, p);
	step = say(r, LOGIN, 2, q, 3 + u + p, out, why);
	explicit_bzero(q, sizeof q);
	return step;
}

static enum relayout_step
on_method(struct relayout *r, const char *p, struct buf *out, const char **why)
{
	if (p[0] == 5 && p[1] == 0)
		return ask(r, out, why);
	if (p[0] == 5 && p[1] == 2 && r->user != NULL)
		return log_in(r, out, why);
	*why =
	    p[0] == 5 ? "it wants another login" : "it does not speak SOCKS5";
	return RELAYOUT_REFUSED;
}

/* section 6 */
static enum relayout_step
on_reply(struct relayout *r, const char *p, const char **why)
{
	static const char *const words[] = { "", "general failure",
		"not allowed", "network unreachable", "host unreachable",
		"connection refused", "time over", "no such command",
		"no such kind of address" };
	unsigned code = (unsigned char)p[1], type = (unsigned char)p[3];

	if (p[0] != 5 || (type != 1 && type != 3 && type != 4)) {
		*why = "it does not speak SOCKS5";
		return RELAYOUT_REFUSED;
	}
	if (code != 0) {
		*why = code < sizeof words / sizeof *words ? words[code]
							   : "refused";
		return code >= 3 && code <= 6 ? RELAYOUT_HOST
					      : RELAYOUT_REFUSED;
	}
	/* one byte of it has been read; of a name it is the length */
	r->state = ADDRESS;
	r->wants = type == 1 ? 3 + 2
	    : type == 4      ? 15 + 2
			     : (size_t)(unsigned char)p[4] + 2;
	return RELAYOUT_MORE;
}

enum relayout_step
relayout_feed(struct relayout *r, const char *p, struct buf *out,
    const char **why)
{
	switch (r->state) {
	case METHOD: return on_method(r, p, out, why);
	case LOGIN:
		if (p[1] == 0)
			return ask(r, out, why);
		*why = "it refuses the login";
		return RELAYOUT_REFUSED;
	case REPLY: return on_reply(r, p, why);
	}
	r->wants = 0;
	return RELAYOUT_DONE;
}
