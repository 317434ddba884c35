#include "mail/tokenhash.h"
#include "base/ascii.h"
#include <string.h>

enum { MAC_SHORT = 10 /* bytes of the hash in a return path */ };

static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

int
tokenhash_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

void
tokenhash_put32(char *out, size_t len, uint64_t u)
{
	while (len-- > 0) {
		out[len] = digits[u & 31];
		u >>= 5;
	}
}

int
tokenhash_get32(const char *p, size_t n, uint64_t *u)
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

char
tokenhash_fold(char c)
{
	return c == '+' || c == '@' ? '=' : ascii_lower(c);
}

void
tokenhash(const struct token *t, const struct token_key *k,
    unsigned char out[DIGEST_LEN])
{
	static const char name[] = "rohrpost token";
	char text[sizeof name + sizeof *t + 16], *p = text;
	const char *s;

	memcpy(p, name, sizeof name);
	p += sizeof name;
	*p++ = (char)t->kind;
	tokenhash_put32(p, TOKENHASH_DAY_LEN, t->day);
	p += TOKENHASH_DAY_LEN;
	for (s = t->id; *s != '\0'; s++)
		*p++ = *s;
	*p++ = '\0';
	for (s = t->rcpt; *s != '\0'; s++)
		if (t->kind == TOKEN_UNSUBSCRIBE)
			*p++ = *s;
		else
			*p++ = tokenhash_fold(*s);
	for (s = t->bound; *s != '\0'; s++)
		*p++ = *s;
	*p++ = '\0';
	for (s = t->list; *s != '\0'; s++)
		*p++ = *s;
	digest_hmac(k->p, k->n, text, p - text, out);
}

void
tokenhash_mac(char out[TOKENHASH_MAC_LEN], const struct token *t,
    const struct token_key *k)
{
	unsigned char h[DIGEST_LEN];
	uint64_t u;
	unsigned i, j;

	tokenhash(t, k, h);
	for (i = 0; i < MAC_SHORT; i += 5) {
		for (u = 0, j = 0; j < 5; j++)
			u = u << 8 | h[i + j];
		tokenhash_put32(out + i / 5 * 8, 8, u);
	}
}

void
tokenhash_bound(char out[TOKEN_BOUND_LEN], const struct token *t,
    const char *form, const struct token_key *k)
{
	static const char name[] = "rohrpost recipient";
	char text[sizeof name + TOKENHASH_DAY_LEN + TOKEN_ID_MAX + 1 +
	    TOKEN_RCPT_MAX],
	    *p = text;
	size_t id = strlen(t->id), n = strlen(form);
	unsigned char h[DIGEST_LEN];
	uint64_t u = 0;
	unsigned i;

	memcpy(p, name, sizeof name);
	p += sizeof name;
	tokenhash_put32(p, TOKENHASH_DAY_LEN, t->day);
	p += TOKENHASH_DAY_LEN;
	memcpy(p, t->id, id + 1);
	p += id + 1;
	memcpy(p, form, n);
	digest_hmac(k->p, k->n, text, p + n - text, h);
	for (i = 0; i < 7; i++)
		u = u << 8 | h[i];
	tokenhash_put32(out, TOKEN_BOUND_LEN, u >> 6);
}
