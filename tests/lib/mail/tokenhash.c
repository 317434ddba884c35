/* what the hashes of a token are over, and base32 */
#include "mail/tokenhash.h"
#include "tap.h"

static const struct token_key key = { "0123456789abcdef", 16 };

static const char *
mac(const struct token *t)
{
	static char out[TOKENHASH_MAC_LEN + 1];

	tokenhash_mac(out, t, &key);
	return out;
}

static const char *
bound(const struct token *t, const char *form)
{
	static char out[TOKEN_BOUND_LEN + 1];

	tokenhash_bound(out, t, form, &key);
	return out;
}

static struct token
make(unsigned day, const char *id, const char *rcpt)
{
	struct token t;

	token_set(&t, TOKEN_BOUNCE, day, id, rcpt, strlen(rcpt), "", 0);
	return t;
}

/* each thing that is said is in it, and what relays change is not */
static void
says(void)
{
	struct token t = make(20000, "id", "ann@x.example"), u;
	char first[TOKENHASH_MAC_LEN + 1];

	memcpy(first, mac(&t), sizeof first);
	u = t;
	is_str(mac(&u), first, "the same");
	u.day++;
	ok(strcmp(mac(&u), first) != 0, "another day");
	u = make(20000, "ic", "ann@x.example");
	ok(strcmp(mac(&u), first) != 0, "another id");
	u = make(20000, "id", "bob@x.example");
	ok(strcmp(mac(&u), first) != 0, "another recipient");
	u = make(20000, "id", "Ann=X.example");
	is_str(mac(&u), first, "letter case, and = for @");
	u.kind = t.kind = TOKEN_UNSUBSCRIBE;
	ok(strcmp(mac(&t), first) != 0, "another kind");
	memcpy(first, mac(&t), sizeof first);
	ok(strcmp(mac(&u), first) != 0, "of which all letters count");
}

static void
binds(void)
{
	struct token t = make(20000, "id", ""), u = t;
	char first[TOKEN_BOUND_LEN + 1], longest[TOKEN_RCPT_MAX + 1];

	memcpy(first, bound(&t, "ann@x.example"), sizeof first);
	is_str(bound(&t, "ann@x.example"), first, "the same");
	ok(strcmp(bound(&t, "bob@x.example"), first) != 0, "another");
	u.day++;
	ok(strcmp(bound(&u, "ann@x.example"), first) != 0, "on another day");
	memset(longest, 'a', TOKEN_RCPT_MAX);
	longest[TOKEN_RCPT_MAX] = '\0';
	is_num((long long)strlen(bound(&t, longest)), TOKEN_BOUND_LEN,
	    "of the longest");
}

static void
base32(void)
{
	char out[13] = "";
	uint64_t u;

	tokenhash_put32(out, 4, 20000);
	is_str(out, "atra", "a day");
	is_num(tokenhash_get32("atra", 4, &u), 0, "is read");
	is_num((long long)u, 20000, "again");
	is_num(tokenhash_get32("atr1", 4, &u), -1, "no digit");
	is_num(tokenhash_get32("ATRA", 4, &u), -1, "nor this");
	is_num(tokenhash_get32("a\0ra", 4, &u), -1, "nor a NUL");
	tokenhash_put32(out, 12, UINT64_MAX);
	is_num(tokenhash_get32(out, 12, &u), 0, "60 bits");
	ok(u == UINT64_MAX >> 4, "are what fits");
	ok(tokenhash_plain('a') && tokenhash_plain('9') &&
		!tokenhash_plain('A') && !tokenhash_plain('-'),
	    "of an id");
}

int
main(void)
{
	says();
	binds();
	base32();
	return done();
}
