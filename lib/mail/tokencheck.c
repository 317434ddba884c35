#include "base/ascii.h"
#include "base/base64.h"
#include "mail/tokenhash.h"
#include <string.h>

enum {
	DAY_EARLY = 18000, /* 2019: a day before is none of ours */
	DAY_LATE = 40000   /* 2079 */
};

/* the piece up to the next '-'; its length, p moved behind the '-' */
static size_t
piece(const char **p, const char *end, const char **out)
{
	const char *e = memchr(*p, '-', end - *p);
	size_t n;

	*out = *p;
	if (e == NULL)
		e = end;
	n = e - *p;
	*p = e == end ? end : e + 1;
	return n;
}

/* is it one, in which perhaps something was changed? */
static int
looks_ours(const char *day, size_t dn, const char *id, size_t in,
    const char *mac, size_t mn, uint64_t *u)
{
	uint64_t ignored;

	if (dn != TOKENHASH_DAY_LEN || tokenhash_get32(day, dn, u) == -1 ||
	    !token_id_good(id, in) || !token_id_good(mac, mn))
		return 0;
	return (*u >= DAY_EARLY && *u <= DAY_LATE) ||
	    (mn == TOKENHASH_MAC_LEN &&
		tokenhash_get32(mac, mn, &ignored) == 0);
}

static enum token_verdict
judge(const struct token *t, unsigned today, unsigned days)
{
	return today > t->day && today - t->day > days ? TOKEN_EXPIRED
						       : TOKEN_GOOD;
}

static enum token_verdict
forged(struct token *t, enum token_kind kind)
{
	memset(t, 0, sizeof *t);
	t->kind = kind;
	return TOKEN_FORGED;
}

/* the part behind the MAC, which nobody has judged yet: a recipient, or the
 * proof of one; 0, or -1: neither */
static int
take_rcpt(struct token *t, const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > TOKEN_RCPT_MAX || memchr(s, '\0', n) != NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (tokenhash_fold(s[i]) == '=') {
			memcpy(t->rcpt, s, n);
			return 0;
		}
	if (n != TOKEN_BOUND_LEN)
		return -1;
	ascii_lower_copy(t->bound, s, n);
	return 0;
}

/* local part without its "b-" */
static enum token_verdict
check_path(const struct token_keys *k, const char *s, size_t n, unsigned today,
    unsigned days, struct token *t)
{
	char low[TOKEN_TEXT_MAX], mac[TOKENHASH_MAC_LEN], *at;
	const char *p = low, *end = low + n, *day, *id, *m;
	size_t dn, in, mn, i;
	uint64_t u;
	int rcpt;

	for (i = 0; i < n; i++)
		low[i] = ascii_lower(s[i]);
	dn = piece(&p, end, &day);
	in = piece(&p, end, &id);
	mn = piece(&p, end, &m);
	rcpt = m + mn < end;
	if (!looks_ours(day, dn, id, in, m, mn, &u))
		return TOKEN_FOREIGN;
	memset(t, 0, sizeof *t);
	t->kind = TOKEN_BOUNCE;
	t->day = (unsigned)u;
	memcpy(t->id, id, in);
	if (mn != TOKENHASH_MAC_LEN ||
	    (rcpt && take_rcpt(t, s + (p - low), end - p) == -1))
		return forged(t, TOKEN_BOUNCE);
	for (i = 0; i < k->n; i++) {
		tokenhash_mac(mac, t, &k->key[i]);
		if (digest_equal(mac, m, TOKENHASH_MAC_LEN))
			break;
	}
	if (i == k->n)
		return forged(t, TOKEN_BOUNCE);
	for (at = t->rcpt + strlen(t->rcpt); at > t->rcpt; at--)
		if (strchr("=+@", at[-1]) != NULL) {
			at[-1] = '@';
			break;
		}
	return judge(t, today, days);
}

/* what the payload of a token says; 0, or -1 */
static int
read_payload(struct token *t, const char *p, size_t n)
{
	const char *end = p + n, *tab, *last;
	uint64_t u;

	memset(t, 0, sizeof *t);
	t->kind = TOKEN_UNSUBSCRIBE;
	if (n < TOKENHASH_DAY_LEN || memchr(p, '\0', n) != NULL ||
	    tokenhash_get32(p, TOKENHASH_DAY_LEN, &u) == -1)
		return -1;
	p += TOKENHASH_DAY_LEN;
	t->day = (unsigned)u;
	tab = memchr(p, '\t', end - p);
	last = tab == NULL ? NULL : memchr(tab + 1, '\t', end - tab - 1);
	if (last == NULL || !token_id_good(p, tab - p) ||
	    last - tab - 1 > TOKEN_RCPT_MAX || end - last - 1 > TOKEN_LIST_MAX)
		return -1;
	memcpy(t->id, p, tab - p);
	memcpy(t->rcpt, tab + 1, last - tab - 1);
	memcpy(t->list, last + 1, end - last - 1);
	return 0;
}

/* the bytes have just this text: the last digit of base64 has bits that say
 * nothing, and nobody may change them */
static int
only_form(const void *bytes, size_t n, const char *text, size_t len)
{
	struct buf b = { 0 };
	int good = base64_put_url(&b, bytes, n) == 0 && buf_len(&b) == len &&
	    (len == 0 || memcmp(buf_data(&b), text, len) == 0);

	buf_free(&b);
	return good;
}

/* behind "u1." */
static enum token_verdict
check_token(const struct token_keys *k, const char *s, size_t n, unsigned today,
    unsigned days, struct token *t)
{
	unsigned char h[DIGEST_LEN], mac[TOKENHASH_LONG];
	char text[TOKEN_TEXT_MAX];
	const char *dot = memchr(s, '.', n);
	unsigned i;
	long len;

	if (dot == NULL)
		return forged(t, TOKEN_UNSUBSCRIBE);
	len = base64_get_url(s, dot - s, text, sizeof text);
	if (len == -1 ||
	    base64_get_url(dot + 1, s + n - dot - 1, mac, sizeof mac) !=
		TOKENHASH_LONG ||
	    !only_form(text, len, s, dot - s) ||
	    !only_form(mac, TOKENHASH_LONG, dot + 1, s + n - dot - 1) ||
	    read_payload(t, text, len) == -1)
		return forged(t, TOKEN_UNSUBSCRIBE);
	for (i = 0; i < k->n; i++) {
		tokenhash(t, &k->key[i], h);
		if (digest_equal(h, mac, TOKENHASH_LONG))
			return judge(t, today, days);
	}
	return forged(t, TOKEN_UNSUBSCRIBE);
}

/* the last piece of an URL */
static void
cut_url(const char **s, size_t *n)
{
	size_t i;

	for (i = *n; i > 0; i--)
		if (strchr("/=?&", (*s)[i - 1]) != NULL && (*s)[i - 1] != '\0')
			break;
	*s += i;
	*n -= i;
}

static int
begins(const char *s, size_t n, const char *with)
{
	size_t i, len = strlen(with);

	for (i = 0; i < len; i++)
		if (i == n || ascii_lower(s[i]) != with[i])
			return 0;
	return 1;
}

enum token_verdict
token_check(const struct token_keys *k, const char *s, size_t n, unsigned today,
    unsigned days, struct token *t)
{
	const char *at;

	memset(t, 0, sizeof *t);
	if (n >= 2 && s[0] == '<' && s[n - 1] == '>') {
		s++;
		n -= 2;
	}
	if (n > TOKEN_TEXT_MAX)
		return TOKEN_FOREIGN;
	if (begins(s, n, "https:") || begins(s, n, "http:") ||
	    begins(s, n, "mailto:"))
		cut_url(&s, &n);
	if (n > 3 && memcmp(s, "u1.", 3) == 0)
		return check_token(k, s + 3, n - 3, today, days, t);
	at = n == 0 ? NULL : memrchr(s, '@', n);
	if (at != NULL)
		n = at - s;
	if (begins(s, n, "b-"))
		return check_path(k, s + 2, n - 2, today, days, t);
	return TOKEN_FOREIGN;
}

static int
same_folded(const char *a, const char *b)
{
	for (; *a != '\0' && tokenhash_fold(*a) == tokenhash_fold(*b); a++)
		b++;
	return *a == *b;
}

int
token_is_rcpt(const struct token_keys *k, const struct token *t,
    const char *form)
{
	char bound[TOKEN_BOUND_LEN];
	unsigned i;

	if (t->rcpt[0] != '\0')
		return same_folded(t->rcpt, form);
	if (t->bound[0] == '\0')
		return -1;
	if (strlen(form) > TOKEN_RCPT_MAX)
		return 0;
	for (i = 0; i < k->n; i++) {
		tokenhash_bound(bound, t, form, &k->key[i]);
		if (digest_equal(bound, t->bound, TOKEN_BOUND_LEN))
			return 1;
	}
	return 0;
}
