#include "mail/token.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/num.h"
#include "crypt/digest.h"
#include <string.h>

enum {
	LOCAL_ROOM = 64, /* RFC 5321 section 4.5.3.1.1 */
	DAY_LEN = 4,
	MAC_LEN = 16,      /* characters in a return path */
	MAC_SHORT = 10,    /* bytes of the hash there */
	MAC_LONG = 16,     /* bytes in a token */
	DAY_EARLY = 18000, /* 2019: a day before is none of ours */
	DAY_LATE = 40000   /* 2079 */
};

static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

static int
plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* keys */

static int
add_key(struct token_keys *k, const char *p, size_t n)
{
	long len;

	if (k->n == TOKEN_KEYS_MAX)
		return -1;
	len = base64_get_url(p, n, k->key[k->n].p, TOKEN_KEY_MAX);
	if (len < TOKEN_KEY_MIN)
		return -1;
	k->key[k->n++].n = len;
	return 0;
}

unsigned
token_keys_parse(struct token_keys *k, const char *p, size_t n)
{
	const char *end = p + n, *e;
	unsigned line = 1;

	memset(k, 0, sizeof *k);
	for (; p < end; p = e + 1, line++) {
		e = memchr(p, '\n', end - p);
		if (e == NULL)
			e = end;
		if (e > p && *p != '#' && add_key(k, p, e - p) == -1)
			return line;
		if (e == end)
			break;
	}
	return k->n == 0 ? line : 0;
}

/* parts */

int
token_id_good(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!plain(p[i]))
			return 0;
	return n > 0 && n <= TOKEN_ID_MAX;
}

static void
put_base32(char *out, size_t len, uint64_t u)
{
	while (len-- > 0) {
		out[len] = digits[u & 31];
		u >>= 5;
	}
}

void
token_id_make(char *out, int64_t now, const unsigned char rnd[TOKEN_RANDOM_LEN])
{
	uint64_t u = 0;
	unsigned i;

	for (i = 0; i < TOKEN_RANDOM_LEN; i++)
		u = u << 8 | rnd[i];
	put_base32(out, 6, (uint64_t)now);
	put_base32(out + 6, TOKEN_ID_LEN - 6, u);
	out[TOKEN_ID_LEN] = '\0';
}

static void
set_text(char *out, size_t max, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < max; i++) {
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			break;
		out[i] = p[i];
	}
	out[i < n ? 0 : n] = '\0';
}

void
token_set(struct token *t, enum token_kind kind, unsigned day, const char *id,
    const char *rcpt, size_t rcpt_len, const char *list, size_t list_len)
{
	memset(t, 0, sizeof *t);
	t->kind = kind;
	t->day = day & TOKEN_DAY_MAX;
	set_text(t->id, TOKEN_ID_MAX, id, strlen(id));
	set_text(t->rcpt, TOKEN_RCPT_MAX, rcpt, rcpt_len);
	set_text(t->list, TOKEN_LIST_MAX, list, list_len);
}

/* what relays may change on the way counts the same: letter case of a return
 * path, and which of + = @ stands where in its recipient */
static char
folded(char c)
{
	return c == '+' || c == '@' ? '=' : ascii_lower(c);
}

/* the hash of all it says */
static void
hash(const struct token *t, const struct token_key *k,
    unsigned char out[DIGEST_LEN])
{
	static const char name[] = "rohrpost token";
	char text[sizeof name + sizeof *t + 16], *p = text;
	const char *s;

	memcpy(p, name, sizeof name);
	p += sizeof name;
	*p++ = (char)t->kind;
	put_base32(p, DAY_LEN, t->day);
	p += DAY_LEN;
	for (s = t->id; *s != '\0'; s++)
		*p++ = *s;
	*p++ = '\0';
	for (s = t->rcpt; *s != '\0'; s++)
		if (t->kind == TOKEN_UNSUBSCRIBE)
			*p++ = *s;
		else
			*p++ = folded(*s);
	for (s = t->bound; *s != '\0'; s++)
		*p++ = *s;
	*p++ = '\0';
	for (s = t->list; *s != '\0'; s++)
		*p++ = *s;
	digest_hmac(k->p, k->n, text, p - text, out);
}

/* making */

/* bytes that a local part may have without quotes and that no relay takes
 * for an instruction */
static int
in_path(const char *s)
{
	const char *at = strrchr(s, '@');

	if (at == NULL || at == s || at[1] == '\0' || at[-1] == '.')
		return 0;
	for (; *s != '\0'; s++)
		if (s != at && !plain(ascii_lower(*s)) &&
		    (*s == '\0' || strchr("-._+=", *s) == NULL))
			return 0;
		else if (*s == '.' && s[1] == '.')
			return 0;
	return strchr(at, '=') == NULL && strchr(at, '+') == NULL &&
	    at[1] != '.' && s[-1] != '.';
}

/* 80 bits */
static void
put_mac(char *out, const struct token *t, const struct token_key *k)
{
	unsigned char h[DIGEST_LEN];
	uint64_t u;
	unsigned i, j;

	hash(t, k, h);
	for (i = 0; i < MAC_SHORT; i += 5) {
		for (u = 0, j = 0; j < 5; j++)
			u = u << 8 | h[i + j];
		put_base32(out + i / 5 * 8, 8, u);
	}
}

/* 50 bits that tell of an address whether it is the recipient's */
static void
put_bound(char out[TOKEN_BOUND_LEN], const struct token *t, const char *form,
    const struct token_key *k)
{
	static const char name[] = "rohrpost recipient";
	char text[sizeof name + DAY_LEN + TOKEN_ID_MAX + 1 + TOKEN_RCPT_MAX],
	    *p = text;
	size_t id = strlen(t->id), n = strlen(form);
	unsigned char h[DIGEST_LEN];
	uint64_t u = 0;
	unsigned i;

	memcpy(p, name, sizeof name);
	p += sizeof name;
	put_base32(p, DAY_LEN, t->day);
	p += DAY_LEN;
	memcpy(p, t->id, id + 1);
	p += id + 1;
	memcpy(p, form, n);
	digest_hmac(k->p, k->n, text, p + n - text, h);
	for (i = 0; i < 7; i++)
		u = u << 8 | h[i];
	put_base32(out, TOKEN_BOUND_LEN, u >> 6);
}

/* bytes before what is said of a recipient */
static size_t
path_len(const struct token *t)
{
	return 2 + DAY_LEN + 1 + strlen(t->id) + 1 + MAC_LEN + 1;
}

/* how is it told who the recipient is: by name, by a proof, or not at all */
static void
choose_rcpt(struct token *t, const char *form, const struct token_key *k)
{
	t->bound[0] = '\0';
	if (path_len(t) + strlen(t->rcpt) <= LOCAL_ROOM && in_path(t->rcpt))
		return;
	t->rcpt[0] = '\0';
	if (form == NULL || form[0] == '\0' || strlen(form) > TOKEN_RCPT_MAX ||
	    path_len(t) + TOKEN_BOUND_LEN > LOCAL_ROOM)
		return;
	put_bound(t->bound, t, form, k);
	t->bound[TOKEN_BOUND_LEN] = '\0';
}

static char *
put_rcpt(char *p, const struct token *t)
{
	size_t n = strlen(t->rcpt);

	if (n > 0) {
		*p++ = '-';
		memcpy(p, t->rcpt, n);
		*(char *)memrchr(p, '@', n) = '=';
	} else if (t->bound[0] != '\0') {
		*p++ = '-';
		memcpy(p, t->bound, n = TOKEN_BOUND_LEN);
	}
	return p + n;
}

int
token_return_path(struct buf *b, const struct token_keys *k,
    const struct token *from, const char *form, const char *domain,
    size_t domain_len)
{
	struct token t = *from;
	char local[LOCAL_ROOM + TOKEN_RCPT_MAX + 1], *p = local;
	size_t id = strlen(t.id);

	t.kind = TOKEN_BOUNCE;
	t.list[0] = '\0';
	choose_rcpt(&t, form, &k->key[0]);
	*p++ = 'b';
	*p++ = '-';
	put_base32(p, DAY_LEN, t.day);
	p += DAY_LEN;
	*p++ = '-';
	memcpy(p, t.id, id);
	p += id;
	*p++ = '-';
	put_mac(p, &t, &k->key[0]);
	p = put_rcpt(p + MAC_LEN, &t);
	*p++ = '@';
	return buf_put(b, local, p - local) == -1
	    ? -1
	    : buf_put(b, domain, domain_len);
}

int
token_unsubscribe(struct buf *b, const struct token_keys *k,
    const struct token *from)
{
	struct token t = *from;
	char text[sizeof t + 16];
	unsigned char h[DIGEST_LEN];
	size_t n = 0;
	const char *part[3];
	unsigned i;

	t.kind = TOKEN_UNSUBSCRIBE;
	t.bound[0] = '\0';
	put_base32(text, DAY_LEN, t.day);
	n = DAY_LEN;
	part[0] = t.id;
	part[1] = t.rcpt;
	part[2] = t.list;
	for (i = 0; i < 3; i++) {
		if (i > 0)
			text[n++] = '\t';
		memcpy(text + n, part[i], strlen(part[i]));
		n += strlen(part[i]);
	}
	hash(&t, &k->key[0], h);
	if (buf_puts(b, "u1.") == -1 || base64_put_url(b, text, n) == -1 ||
	    buf_putc(b, '.') == -1)
		return -1;
	return base64_put_url(b, h, MAC_LONG);
}

/* checking */

static int
get_base32(const char *p, size_t n, uint64_t *u)
{
	const char *d;

	for (*u = 0; n > 0; n--, p++) {
		d = *p == '\0' ? NULL : strchr(digits, *p);
		if (d == NULL)
			return -1;
		*u = *u << 5 | (uint64_t)(d - digits);
	}
	return 0;
}

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

	if (dn != DAY_LEN || get_base32(day, dn, u) == -1 ||
	    !token_id_good(id, in) || !token_id_good(mac, mn))
		return 0;
	return (*u >= DAY_EARLY && *u <= DAY_LATE) ||
	    (mn == MAC_LEN && get_base32(mac, mn, &ignored) == 0);
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
		if (folded(s[i]) == '=') {
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
	char low[TOKEN_TEXT_MAX], mac[MAC_LEN], *at;
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
	if (mn != MAC_LEN ||
	    (rcpt && take_rcpt(t, s + (p - low), end - p) == -1))
		return forged(t, TOKEN_BOUNCE);
	for (i = 0; i < k->n; i++) {
		put_mac(mac, t, &k->key[i]);
		if (digest_equal(mac, m, MAC_LEN))
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
	if (n < DAY_LEN || memchr(p, '\0', n) != NULL ||
	    get_base32(p, DAY_LEN, &u) == -1)
		return -1;
	p += DAY_LEN;
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
	unsigned char h[DIGEST_LEN], mac[MAC_LONG];
	char text[TOKEN_TEXT_MAX];
	const char *dot = memchr(s, '.', n);
	unsigned i;
	long len;

	if (dot == NULL)
		return forged(t, TOKEN_UNSUBSCRIBE);
	len = base64_get_url(s, dot - s, text, sizeof text);
	if (len == -1 ||
	    base64_get_url(dot + 1, s + n - dot - 1, mac, sizeof mac) !=
		MAC_LONG ||
	    !only_form(text, len, s, dot - s) ||
	    !only_form(mac, MAC_LONG, dot + 1, s + n - dot - 1) ||
	    read_payload(t, text, len) == -1)
		return forged(t, TOKEN_UNSUBSCRIBE);
	for (i = 0; i < k->n; i++) {
		hash(t, &k->key[i], h);
		if (digest_equal(h, mac, MAC_LONG))
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
	for (; *a != '\0' && folded(*a) == folded(*b); a++)
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
		put_bound(bound, t, form, &k->key[i]);
		if (digest_equal(bound, t->bound, TOKEN_BOUND_LEN))
			return 1;
	}
	return 0;
}
