#include "mail/token.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "mail/tokenhash.h"
#include <string.h>

enum { LOCAL_ROOM = 64 /* RFC 5321 section 4.5.3.1.1 */ };

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
		if (!tokenhash_plain(p[i]))
			return 0;
	return n > 0 && n <= TOKEN_ID_MAX;
}

void
token_id_make(char *out, int64_t now, const unsigned char rnd[TOKEN_RANDOM_LEN])
{
	uint64_t u = 0;
	unsigned i;

	for (i = 0; i < TOKEN_RANDOM_LEN; i++)
		u = u << 8 | rnd[i];
	tokenhash_put32(out, 6, (uint64_t)now);
	tokenhash_put32(out + 6, TOKEN_ID_LEN - 6, u);
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
		if (s != at && !tokenhash_plain(ascii_lower(*s)) &&
		    (*s == '\0' || strchr("-._+=", *s) == NULL))
			return 0;
		else if (*s == '.' && s[1] == '.')
			return 0;
	return strchr(at, '=') == NULL && strchr(at, '+') == NULL &&
	    at[1] != '.' && s[-1] != '.';
}

/* bytes before what is said of a recipient */
static size_t
path_len(const struct token *t)
{
	return 2 + TOKENHASH_DAY_LEN + 1 + strlen(t->id) + 1 +
	    TOKENHASH_MAC_LEN + 1;
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
	tokenhash_bound(t->bound, t, form, k);
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
	tokenhash_put32(p, TOKENHASH_DAY_LEN, t.day);
	p += TOKENHASH_DAY_LEN;
	*p++ = '-';
	memcpy(p, t.id, id);
	p += id;
	*p++ = '-';
	tokenhash_mac(p, &t, &k->key[0]);
	p = put_rcpt(p + TOKENHASH_MAC_LEN, &t);
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
	tokenhash_put32(text, TOKENHASH_DAY_LEN, t.day);
	n = TOKENHASH_DAY_LEN;
	part[0] = t.id;
	part[1] = t.rcpt;
	part[2] = t.list;
	for (i = 0; i < 3; i++) {
		if (i > 0)
			text[n++] = '\t';
		memcpy(text + n, part[i], strlen(part[i]));
		n += strlen(part[i]);
	}
	tokenhash(&t, &k->key[0], h);
	if (buf_puts(b, "u1.") == -1 || base64_put_url(b, text, n) == -1 ||
	    buf_putc(b, '.') == -1)
		return -1;
	return base64_put_url(b, h, TOKENHASH_LONG);
}
