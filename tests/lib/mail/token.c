/* signed names: keys, return paths, tokens; what is altered is seen */
#include "mail/token.h"
#include "tap.h"
#include <stdlib.h>
#include <ctype.h>

enum { TODAY = 20779 }; /* 2026-11-22 */

static struct token_keys keys, other;

#define K32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define O32 "_____wQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static void
key_files(void)
{
	static const struct {
		const char *text;
		unsigned r, n;
	} t[] = {
		{ K32 "\n", 0, 1 },
		{ K32, 0, 1 },
		{ "# new\n" O32 "\n\n# old\n" K32 "\n", 0, 2 },
		{ "", 1, 0 },
		{ "# none\n", 2, 0 },
		{ "AAECAwQFBgcICQoLDA0ODw\n", 0, 1 }, /* 16 bytes */
		{ "AAECAwQFBgcICQoLDA0O\n", 1, 0 },   /* 15 */
		{ K32 "\nno key\n", 2, 1 },
		{ K32 "\r\n", 1, 0 },
		{ K32 "=\n", 1, 0 },
	};
	struct token_keys k;
	char many[TOKEN_KEYS_MAX * 50 + 50] = "";
	unsigned i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_num(token_keys_parse(&k, t[i].text, strlen(t[i].text)),
		    t[i].r, t[i].text);
		if (t[i].r == 0)
			is_num(k.n, t[i].n, "keys");
	}
	for (i = 0; i < TOKEN_KEYS_MAX; i++)
		memcpy(many + strlen(many), K32 "\n", sizeof K32 "\n");
	is_num(token_keys_parse(&k, many, strlen(many)), 0,
	    "as many keys as may be");
	memcpy(many + strlen(many), K32 "\n", sizeof K32 "\n");
	is_num(token_keys_parse(&k, many, strlen(many)), TOKEN_KEYS_MAX + 1,
	    "one more");
	/* 64 and 65 bytes */
	memset(many, 'A', 87);
	is_num(token_keys_parse(&k, many, 86), 0, "the longest key");
	is_num(token_keys_parse(&k, many, 87), 1, "a longer one");
	token_keys_parse(&keys, K32 "\n", sizeof K32);
	token_keys_parse(&other, O32 "\n", sizeof O32);
}

static const char *
bound(const char *id, const char *rcpt, const char *form)
{
	static struct buf b;
	struct token t;

	token_set(&t, TOKEN_BOUNCE, TODAY, id, rcpt, strlen(rcpt), "", 0);
	buf_clear(&b);
	if (token_return_path(&b, &keys, &t, form, "r.example", 9) == -1 ||
	    buf_putc(&b, '\0') == -1)
		abort();
	return buf_data(&b);
}

static const char *
path(const char *id, const char *rcpt)
{
	return bound(id, rcpt, NULL);
}

static enum token_verdict
check(const char *s, struct token *t)
{
	return token_check(&keys, s, strlen(s), TODAY, 30, t);
}

/* recipients, and whether they fit into the local part */
static void
paths(void)
{
	static const struct {
		const char *id, *rcpt, *says;
	} c[] = {
		{ "k3x9", "joe@example.net", "joe@example.net" },
		{ "k3x9", "", "" },
		{ "k3x9", "Joe+x=y@Example.net", "Joe+x=y@Example.net" },
		{ "k3x9", "a-b_c@example.net", "a-b_c@example.net" },
		{ "k3x9", "-@example.net", "-@example.net" },
		{ "k3x9", "\"joe x\"@example.net", "" },
		{ "k3x9", "joe%h@example.net", "" },
		{ "k3x9", "joe", "" },
		{ "k3x9", "@example.net", "" },
		{ "k3x9", "joe.@example.net", "" },
		{ "k3x9", "j..oe@example.net", "" },
		{ "k3x9", "joe@[192.0.2.1]", "" },
		{ "k3x9", "j\xc3\xb6@example.net", "" },
		/* 2 + 5 + 5 + 17 + 35 = 64, and one more */
		{ "k3x9", "joe@12345678901234567890123.example",
		    "joe@12345678901234567890123.example" },
		{ "k3x9", "joe@123456789012345678901234.example", "" },
		{ "12345678901234567890123456789012", "joe@example.net", "" },
		{ "0", "j@e", "j@e" },
	};
	struct token t;
	const char *p;
	unsigned i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		p = path(c[i].id, c[i].rcpt);
		ok(strchr(p, '@') - p <= 64, p);
		is_num(check(p, &t), TOKEN_GOOD, "good");
		is_str(t.rcpt, c[i].says, "recipient");
		is_str(t.id, c[i].id, "id");
		is_num(t.day, TODAY, "day");
	}
}

static void
relays(void)
{
	struct token t;
	char s[200], *p;

	snprintf(s, sizeof s, "%s", path("k3x9", "joe+x@example.net"));
	for (p = s; *p != '\0'; p++)
		*p = toupper((unsigned char)*p);
	is_num(check(s, &t), TOKEN_GOOD, "all in upper case");
	is_str(t.rcpt, "JOE+X@EXAMPLE.NET", "recipient as it stands");
	is_str(t.id, "k3x9", "id in lower case");
	snprintf(s, sizeof s, "<%s>", path("k3x9", "joe+x@example.net"));
	is_num(check(s, &t), TOKEN_GOOD, "in angle brackets");
	snprintf(s, sizeof s, "%s", path("k3x9", "joe+x@example.net"));
	*strrchr(s, '@') = '\0';
	is_num(check(s, &t), TOKEN_GOOD, "local part alone");
	*strchr(s, '+') = '=';
	is_num(check(s, &t), TOKEN_GOOD, "+ became =");
	is_str(t.rcpt, "joe=x@example.net", "so in the recipient");
	*strrchr(s, '=') = '+';
	is_num(check(s, &t), TOKEN_GOOD, "= became +");
	is_str(t.rcpt, "joe=x@example.net", "the recipient all the same");
}

#define LONG "firstname.lastname@some-company.example"

static void
bindings(void)
{
	static const struct {
		const char *id, *rcpt, *form;
		int is; /* token_is_rcpt() of form */
	} c[] = {
		{ "k3x9", LONG, LONG, 1 },
		{ "k3x9", "Firstname.LASTNAME@Some-Company.example", LONG, 1 },
		{ "k3x9", "\"joe x\"@example.net", "\"joe x\"@example.net", 1 },
		{ "k3x9",
		    "joe@b\xc3\xbc"
		    "cher.example",
		    "joe@xn--bcher-kva.example", 1 },
		{ "k3x9", "", LONG, 1 },
		{ "k3x9", LONG, "", -1 },
		/* 2 + 5 + 30 + 17 + 10 = 64, and one more */
		{ "12345678901234567890123456789", LONG, LONG, 1 },
		{ "123456789012345678901234567890", LONG, LONG, -1 },
	};
	struct token t;
	const char *p;
	unsigned i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		p = bound(c[i].id, c[i].rcpt, c[i].form);
		ok(strchr(p, '@') - p <= 64, p);
		is_num(check(p, &t), TOKEN_GOOD, "good");
		is_str(t.rcpt, "", "no recipient is named");
		is_str(t.id, c[i].id, "id");
		is_num(token_is_rcpt(&keys, &t, c[i].form), c[i].is,
		    "is he bound?");
		is_num(token_is_rcpt(&keys, &t, "another@example.net"),
		    c[i].is == 1 ? 0 : -1, "another is not");
	}
	check(bound("k3x9", "joe@example.net", "joe@example.net"), &t);
	is_str(t.rcpt, "joe@example.net", "one that fits is named");
	is_str(t.bound, "", "and not bound");
}

/* what a binding holds together */
static void
bound_to(void)
{
	char longest[TOKEN_RCPT_MAX + 2], s[200], *p;
	struct token t, other_id;
	struct token_keys two;
	unsigned i;

	check(bound("k3x8", LONG, LONG), &other_id);
	check(bound("k3x9", LONG, LONG), &t);
	ok(strcmp(t.bound, other_id.bound) != 0, "another for another id");
	memcpy(other_id.bound, t.bound, sizeof t.bound);
	is_num(token_is_rcpt(&keys, &other_id, LONG), 0, "of another message");
	is_num(token_is_rcpt(&other, &t, LONG), 0, "of another key");
	t.day++;
	is_num(token_is_rcpt(&keys, &t, LONG), 0, "of another day");
	snprintf(s, sizeof s, "%s", bound("k3x9", LONG, LONG));
	for (p = s; *p != '\0'; p++)
		*p = toupper((unsigned char)*p);
	is_num(check(s, &t), TOKEN_GOOD, "in upper case");
	is_num(token_is_rcpt(&keys, &t, LONG), 1, "as bound");
	/* without its last part nothing is left */
	snprintf(s, sizeof s, "%s", bound("k3x9", LONG, LONG));
	*strrchr(s, '-') = '\0';
	is_num(check(s, &t), TOKEN_FORGED, "no binding is taken off");
	snprintf(s, sizeof s, "%s", path("k3x9", ""));
	snprintf(strchr(s, '@'), 20, "-abcdefghij@r");
	is_num(check(s, &t), TOKEN_FORGED, "or put to one without");
	token_keys_parse(&two, O32 "\n" K32 "\n", 2 * sizeof O32);
	p = (char *)bound("k3x9", LONG, LONG);
	is_num(token_check(&two, p, strlen(p), TODAY, 30, &t), TOKEN_GOOD,
	    "made with the older key");
	is_num(token_is_rcpt(&two, &t, LONG), 1, "its binding, too");
	check(path("k3x9", "Joe+x@example.net"), &t);
	is_num(token_is_rcpt(&keys, &t, "joe+x@example.net"), 1, "a name");
	is_num(token_is_rcpt(&keys, &t, "joe@example.net"), 0, "another one");
	is_num(token_is_rcpt(&keys, &t, "joe+x@example.nett"), 0, "longer");
	is_num(token_is_rcpt(&keys, &t, "joe+x@example.ne"), 0, "shorter");
	for (i = TOKEN_RCPT_MAX; i <= TOKEN_RCPT_MAX + 1; i++) {
		memset(longest, 'a', i);
		longest[1] = '@';
		longest[i] = '\0';
		check(bound("k3x9", "", longest), &t);
		is_num(token_is_rcpt(&keys, &t, longest),
		    i == TOKEN_RCPT_MAX ? 1 : -1, "the longest, one more");
		check(bound("k3x9", LONG, LONG), &t);
		is_num(token_is_rcpt(&keys, &t, longest), 0, "not his");
	}
}

/* each byte of a text changed, left out, doubled: never good */
static unsigned
altered(const char *s, int local)
{
	size_t n = strlen(s), i,
	       end = local ? (size_t)(strrchr(s, '@') - s) : n;
	unsigned bad = 0, forged = 0;
	struct token t;
	char x[2000];
	int c;

	for (i = 0; i < end; i++) {
		memcpy(x, s, n + 1);
		for (c = 1; c < 256; c++) {
			if (c == s[i] ||
			    (local && c < 128 &&
				(tolower(c) == tolower(s[i]) ||
				    (strchr("+=@", c) != NULL &&
					strchr("+=@", s[i]) != NULL))))
				continue;
			x[i] = (char)c;
			switch (check(x, &t)) {
			case TOKEN_GOOD:
			case TOKEN_EXPIRED:
				/* an @ put in leaves a shorter local part */
				printf("# altered at %zu: %s\n", i, x);
				bad++;
				break;
			case TOKEN_FORGED: forged++; break;
			default: break;
			}
		}
		memcpy(x, s, i);
		memcpy(x + i, s + i + 1, n - i);
		bad += check(x, &t) < TOKEN_FORGED;
		memcpy(x, s, i + 1);
		memcpy(x + i + 1, s + i, n - i + 1);
		bad += check(x, &t) < TOKEN_FORGED;
	}
	ok(forged > (local ? 20 : 200) * (end - 10),
	    "most are forged, not foreign");
	return bad;
}

static void
unsubscribe(struct buf *b, const char *id, const char *rcpt, const char *list)
{
	struct token t;

	token_set(&t, TOKEN_UNSUBSCRIBE, TODAY, id, rcpt, strlen(rcpt), list,
	    strlen(list));
	buf_clear(b);
	if (token_unsubscribe(b, &keys, &t) == -1 || buf_putc(b, '\0') == -1)
		abort();
}

static void
tokens(void)
{
	static const char *const rcpts[] = { "", "joe@example.net",
		"J\xc3\xb6@example.net", "\"a b\"@x" };
	char longest[TOKEN_RCPT_MAX + 2], url[2000];
	struct buf b = { 0 };
	struct token t;
	unsigned i;

	for (i = 0; i < sizeof rcpts / sizeof *rcpts; i++) {
		unsubscribe(&b, "k3x9", rcpts[i], "news");
		is_num(check(buf_data(&b), &t), TOKEN_GOOD, buf_data(&b));
		is_num(t.kind, TOKEN_UNSUBSCRIBE, "kind");
		is_str(t.rcpt, rcpts[i], "recipient");
		is_str(t.id, "k3x9", "id");
		is_str(t.list, "news", "list");
		is_num(t.day, TODAY, "day");
		ok(strspn(buf_data(&b),
		       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
		       "KLMNOPQRSTUVWXYZ0123456789-_.") == buf_len(&b) - 1,
		    "bytes that no URL changes");
	}
	snprintf(url, sizeof url, "https://u.example/a?x=1&t=%s", buf_data(&b));
	is_num(check(url, &t), TOKEN_GOOD, "in an URL");
	snprintf(url, sizeof url, "<mailto:u@x?subject=%s>", buf_data(&b));
	is_num(check(url, &t), TOKEN_GOOD, "in a mailto");
	for (i = TOKEN_RCPT_MAX; i <= TOKEN_RCPT_MAX + 1; i++) {
		memset(longest, 'a', i);
		longest[i] = '\0';
		unsubscribe(&b, "12345678901234567890123456789012", longest,
		    "1234567890123456789012345678901234567890123456789012345678901234");
		is_num(check(buf_data(&b), &t), TOKEN_GOOD, "long");
		is_num(strlen(t.rcpt), i == TOKEN_RCPT_MAX ? i : 0,
		    "recipient, or none");
		is_num(strlen(t.list), TOKEN_LIST_MAX, "list");
	}
	unsubscribe(&b, "k3x9", "joe@example.net", "news");
	is_num(altered(buf_data(&b), 0), 0, "no altered token is good");
	buf_free(&b);
}

static void
others(void)
{
	static const char *const foreign[] = { "", "<>", "joe@example.net",
		"b-", "b-@x", "b", "u1", "u1.", "u2.x.y", "b-x@example.org",
		"b-day-k3x9-mac@r.example", "b-smith@x", "b---@x",
		"bounce-k3x9@r.example", "https://u.example/x", "@", "@x",
		"b-jones-family-list@example.org", "mailto:", "https:" };
	struct token t;
	char *s = malloc(TOKEN_TEXT_MAX + 2);
	unsigned i;

	for (i = 0; i < sizeof foreign / sizeof *foreign; i++)
		is_num(check(foreign[i], &t), TOKEN_FOREIGN, foreign[i]);
	is_num(check("u1.x", &t), TOKEN_FORGED, "u1. and no dot");
	is_num(check("u1.x.y", &t), TOKEN_FORGED, "no base64");
	is_num(token_check(&other, path("k3x9", ""), strlen(path("k3x9", "")),
		   TODAY, 30, &t),
	    TOKEN_FORGED, "another key");
	is_str(t.id, "", "says nothing");
	for (i = TOKEN_TEXT_MAX; i <= TOKEN_TEXT_MAX + 1; i++) {
		memset(s, 'A', i);
		memcpy(s, "u1.", 3);
		is_num(token_check(&keys, s, i, TODAY, 30, &t),
		    i == TOKEN_TEXT_MAX ? TOKEN_FORGED : TOKEN_FOREIGN,
		    "length");
	}
	free(s);
}

/* two keys check, the first one makes */
static void
rotation(void)
{
	struct token_keys two;
	struct token t;
	const char *p = path("k3x9", "");

	token_keys_parse(&two, O32 "\n" K32 "\n", 2 * sizeof O32);
	is_num(token_check(&two, p, strlen(p), TODAY, 30, &t), TOKEN_GOOD,
	    "made with the old key");
	keys = two;
	p = path("k3x9", "");
	is_num(token_check(&other, p, strlen(p), TODAY, 30, &t), TOKEN_GOOD,
	    "the new one makes");
	token_keys_parse(&keys, K32 "\n", sizeof K32);
}

static void
age(void)
{
	const char *p = path("k3x9", "joe@example.net");
	struct token t;

	is_num(token_check(&keys, p, strlen(p), TODAY + 30, 30, &t), TOKEN_GOOD,
	    "30 days");
	is_num(token_check(&keys, p, strlen(p), TODAY + 31, 30, &t),
	    TOKEN_EXPIRED, "31 days");
	is_str(t.rcpt, "joe@example.net", "what it said");
	is_num(token_check(&keys, p, strlen(p), TODAY - 1, 30, &t), TOKEN_GOOD,
	    "a clock that is behind");
	is_num(token_check(&keys, p, strlen(p), TODAY + 1, 0, &t),
	    TOKEN_EXPIRED, "0 days");
}

static void
ids(void)
{
	unsigned char rnd[TOKEN_RANDOM_LEN] = { 0 };
	char a[TOKEN_ID_LEN + 1], b[TOKEN_ID_LEN + 1];

	token_id_make(a, 1795305600, rnd);
	is_num(strlen(a), TOKEN_ID_LEN, "length of an id");
	ok(token_id_good(a, TOKEN_ID_LEN), a);
	rnd[7] = 1;
	token_id_make(b, 1795305600, rnd);
	ok(strcmp(a, b) != 0, "random bytes count");
	memset(rnd, 255, sizeof rnd);
	token_id_make(b, -1, rnd);
	ok(token_id_good(b, TOKEN_ID_LEN), "all bits");
	ok(token_id_good("12345678901234567890123456789012", 32), "32 bytes");
	ok(!token_id_good("123456789012345678901234567890123", 33), "33");
	ok(!token_id_good("", 0), "none");
	ok(!token_id_good("A", 1) && !token_id_good("a-b", 3) &&
		!token_id_good("\xc3\xa4", 2) && !token_id_good("a\0b", 3),
	    "other bytes");
}

int
main(void)
{
	key_files();
	paths();
	relays();
	is_num(altered(path("k3x9ab", "joe@example.net"), 1), 0,
	    "no altered return path is good");
	bindings();
	bound_to();
	is_num(altered(bound("k3x9ab", LONG, LONG), 1), 0,
	    "no altered binding is good");
	tokens();
	others();
	rotation();
	age();
	ids();
	return done();
}
