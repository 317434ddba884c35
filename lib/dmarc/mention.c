#include "dmarc/mention.h"
#include "base/buf.h"
#include "conf/word.h"
#include "dns/idn.h"
#include "mime/encword.h"
#include <string.h>

/* a domain that is being read */
struct reading {
	struct mention *m;
	unsigned tried;
	size_t len;
	char name[WORD_DOMAIN_MAX + 1];
};

/* what some readers drop within a domain, and brackets in front of it; an
 * encoded control character has become U+FFFD.  The length, 0 for none */
static size_t
dropped(const struct reading *r, const char *p, const char *end)
{
	unsigned char c = *p;

	if (end - p >= 3 && memcmp(p, "\357\277\275", 3) == 0)
		return 3;
	return c < ' ' || c == 0x7f || c == '"' || c == '\\' ||
	    (r->len == 0 && (c == '<' || c == '>' || c == '['));
}

static int
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int
in_name(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	    c == '-' || c == '_' || c >= 0x80;
}

/* so many bytes more; 0: they were too many */
static int
look(struct mention *m, size_t n)
{
	size_t left = MENTION_LOOKED_MAX - m->looked;

	m->looked += n < left ? n : left;
	if (n > left)
		m->more = 1;
	return n <= left;
}

static void
keep(struct mention *m, const char *domain)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		if (strcmp(m->domain[i], domain) == 0)
			return;
	if (m->n == MENTION_DOMAINS_MAX)
		m->more = 1;
	else
		memcpy(m->domain[m->n++], domain, strlen(domain) + 1);
}

/* the longest end of p[0..n) that is a domain: a label in front that cannot be
 * one is shown all the same, and the policy behind it would have counted */
static void
longest(struct reading *r, const char *p, size_t n)
{
	char domain[DNSQ_NAME_MAX + 1];
	const char *dot;

	do {
		if (++r->tried > MENTION_TRIED_MAX) {
			r->m->more = 1;
			return;
		}
		if (idn_plain(p, n, domain) == 0) {
			keep(r->m, domain);
			return;
		}
		dot = memchr(p, '.', n);
		if (dot != NULL) {
			n -= dot + 1 - p;
			p = dot + 1;
		}
	} while (dot != NULL && n > 0);
}

/* what has been read may be all of it; what is not ASCII may be punctuation
 * behind it */
static void
candidate(struct reading *r)
{
	char domain[DNSQ_NAME_MAX + 1];
	size_t n = 0;

	if (r->len == 0)
		return;
	while (n < r->len && !idn_needed(r->name + n, 1))
		n++;
	if (n > 0 && n < r->len && idn_plain(r->name, r->len, domain) == -1)
		longest(r, r->name, n);
	longest(r, r->name, r->len);
}

enum { TOO_LONG = 64 }; /* a label has 63 bytes at most */

/* room for one more byte: labels in front go; of one that is too long for a
 * label enough stays that it still is */
static void
shorten(struct reading *r)
{
	const char *dot;
	size_t n;

	if (r->len < WORD_DOMAIN_MAX)
		return;
	dot = memchr(r->name, '.', r->len);
	n = dot == NULL ? r->len - TOO_LONG : (size_t)(dot + 1 - r->name);
	r->len -= n;
	memmove(r->name, r->name + n, r->len);
}

/* behind blanks and comments */
static const char *
gap(struct mention *m, const char *p, const char *end)
{
	const char *e;

	for (; p < end; p++) {
		e = *p == '(' ? memchr(p, ')', end - p) : NULL;
		if (e == NULL && !blank(*p)) {
			if (*p == '(')
				look(m, end - p);
			break;
		}
		if (!look(m, e == NULL ? 1 : e - p + 1))
			break;
		p = e == NULL ? p : e;
	}
	return p;
}

static void
domain_at(struct reading *r, const char *p, const char *end)
{
	const char *next;
	size_t n;

	r->len = 0;
	p = gap(r->m, p, end);
	while (p < end && !r->m->more && look(r->m, 1)) {
		shorten(r);
		n = dropped(r, p, end);
		if (n > 0 && !blank(*p)) {
			candidate(r);
			p += n;
		} else if (in_name(*p)) {
			r->name[r->len++] = *p++;
		} else if (*p == '.') {
			/* one dot, and none in front */
			if (r->len > 0 && r->name[r->len - 1] != '.')
				r->name[r->len++] = '.';
			p++;
		} else {
			next = gap(r->m, p, end);
			if (next == p || next == end ||
			    (*next != '.' &&
				(r->len == 0 || r->name[r->len - 1] != '.')))
				break;
			candidate(r);
			p = next;
		}
	}
	candidate(r);
}

/* an @, or one of its wide forms: its length */
static size_t
at_sign(const char *p, const char *end)
{
	if (*p == '@')
		return 1;
	return end - p >= 3 &&
		(memcmp(p, "\357\274\240", 3) == 0 ||
		    memcmp(p, "\357\271\253", 3) == 0)
	    ? 3
	    : 0;
}

static void
scan(struct mention *m, const char *p, const char *end)
{
	struct reading r = { .m = m };
	size_t n;

	while (p < end && !m->more) {
		n = at_sign(p, end);
		p += n > 0 ? n : 1;
		if (n > 0)
			domain_at(&r, p, end);
	}
}

int
mention_add(struct mention *m, const char *p, size_t n)
{
	struct buf text = { 0 };
	int r;

	scan(m, p, p + n);
	r = encword_decode(&text, p, n);
	if (r == 0 && buf_len(&text) > 0)
		scan(m, buf_data(&text), buf_data(&text) + buf_len(&text));
	buf_free(&text);
	return r;
}
