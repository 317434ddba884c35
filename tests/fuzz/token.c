/*
 * Tokens: what is no token of ours is never good; what is made is good, and
 * with one byte changed it is not.
 */
#include "mail/token.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

static const struct token_keys keys = { .n = 1,
	.key = { { .p = { 1, 2 }, .n = 16 } } };

/* a path is bound to a recipient of any bytes, and to nobody else */
static void
bound(const char *s, size_t n)
{
	char form[TOKEN_RCPT_MAX + 2];
	struct token t, back;
	struct buf b = { 0 };

	if (n > TOKEN_RCPT_MAX || memchr(s, '\0', n) != NULL)
		return;
	memcpy(form, s, n);
	form[n] = '\0';
	token_set(&t, TOKEN_BOUNCE, 20779, "k3x9", "", 0, "", 0);
	must(token_return_path(&b, &keys, &t, form, "r.example", 9) == 0);
	must(token_check(&keys, buf_data(&b), buf_len(&b), 20779, 0, &back) ==
	    TOKEN_GOOD);
	must(back.rcpt[0] == '\0');
	must(token_is_rcpt(&keys, &back, form) == 1);
	form[n] = 'x';
	form[n + 1] = '\0';
	must(token_is_rcpt(&keys, &back, form) == 0);
	buf_free(&b);
}

static void
round_trip(const char *s, size_t n)
{
	struct token t, back;
	struct buf b = { 0 };
	size_t half = n / 2;

	token_set(&t, TOKEN_UNSUBSCRIBE, 20779, "k3x9", s, half, s + half,
	    n - half);
	must(token_unsubscribe(&b, &keys, &t) == 0);
	must(token_check(&keys, buf_data(&b), buf_len(&b), 20779, 0, &back) ==
	    TOKEN_GOOD);
	must(strcmp(t.rcpt, back.rcpt) == 0 && strcmp(t.list, back.list) == 0);
	buf_data(&b)[(unsigned char)s[0] % buf_len(&b)] ^= 1;
	must(token_check(&keys, buf_data(&b), buf_len(&b), 20779, 0, &back) >=
	    TOKEN_FORGED);
	buf_clear(&b);
	must(token_return_path(&b, &keys, &t, NULL, "r.example", 9) == 0);
	must((char *)memrchr(buf_data(&b), '@', buf_len(&b)) - buf_data(&b) <=
	    64);
	must(token_check(&keys, buf_data(&b), buf_len(&b), 20779, 0, &back) ==
	    TOKEN_GOOD);
	must(back.rcpt[0] == '\0' || strcmp(back.rcpt, t.rcpt) == 0);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *in, size_t n)
{
	struct token_keys k;
	struct token t;

	token_keys_parse(&k, (const char *)in, n);
	must(k.n <= TOKEN_KEYS_MAX);
	/* nobody finds a MAC by trying */
	must(token_check(&keys, (const char *)in, n, 20779, 30, &t) >=
	    TOKEN_FORGED);
	must(strlen(t.rcpt) <= TOKEN_RCPT_MAX && strlen(t.id) <= TOKEN_ID_MAX);
	if (n > 1 && n < 1000)
		round_trip((const char *)in, n);
	if (n > 0)
		bound((const char *)in, n);
	return 0;
}
