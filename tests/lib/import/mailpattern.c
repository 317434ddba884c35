/* expressions for addresses as patterns of routes: which can be said, and that
 * a pattern takes what the expression takes */
#include "import/mailpattern.h"
#include "conf/rules.h"
#include "tap.h"
#include <regex.h>
#include <stdlib.h>

static struct mailpatterns x;

static const struct {
	const char *re, *want, *is; /* patterns; of $0 to $3 */
} good[] = {
	{ "^ann@example\\.org$/", "ann@example.org", "a" },
	{ "@example\\.org$/", "@example.org", "a" },
	{ "^.*@example\\.org$/", "@example.org", "a" },
	{ "^[^@]+@example\\.org$/", "@example.org", "a" },
	{ "^(.*)@example\\.org$/", "@example.org", "au" },
	{ "^(.+)@(example\\.org)$/", "@example.org", "aud" },
	{ "[@.]example\\.org$/", "@.example.org", "a" },
	{ "@(.*\\.)?example\\.org$/", "@.example.org", "a" },
	{ "@(?:.+\\.)?example\\.org$/", "@.example.org", "a" },
	{ "^ann@/", "ann@", "a" },
	{ "^ann@.*/", "ann@", "a" },
	{ "^(ann)@(.*)$/", "ann@", "aud" },
	{ "^(ann|b\\.b)@(x|y)\\.org$/",
	    "ann@x.org ann@y.org b.b@x.org b.b@y.org", "au" },
	{ "^(?:ann|bob)@a$/", "ann@a bob@a", "a" },
	{ "@(a|(b|c)\\.d)\\.org$/", "@a.org @b.d.org @c.d.org", "a" },
	{ "./", "*", "a" },
	{ "^.*$/", "*", "a" },
	{ "/", "*", "a" },
	{ "^(.*)$/", "*", "aa" },
	{ "@/", "*", "a" },
	{ "^user\\+tag@a-b_c\\.org$/", "user+tag@a-b_c.org", "a" },
};

static const char *const bad[] = { "example\\.org$/", "@example.org$/",
	"@example\\.org/", "ann@example\\.org$/", "^ann/", "^$/", "^.$/",
	"\\.example\\.org$/", "@[a-z]+\\.org$/", "^a+@b$/", "^a?@b$/",
	"^a{2}@b$/", "^(a|b@c$/", "^a)@b$/", "^(a)*@b$/", "^\\d@b$/", "^a@b$/i",
	"^a@b$/x", "^ann@(.*\\.)?b$/", "a^@b$/", "^a@b$c/", "^a b@c$/",
	"^a@b@c$/", "^(?=a)@b$/", "^()@b$/", "^a\\/", "abc", "",
	"^(((((((a)))))))@b$/", "@.*/$/", "*/", "^a@[@.]b$/" };

static void
good_ones(void)
{
	char got[1024], is[8];
	const char *fault;
	size_t i;
	unsigned k;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		fault = mailpattern_read(&x,
		    (struct slice){ good[i].re, strlen(good[i].re) });
		got[0] = is[0] = '\0';
		if (fault != NULL)
			snprintf(got, sizeof got, "%s", fault);
		else
			for (k = 0; k < x.n; k++)
				snprintf(got + strlen(got),
				    sizeof got - strlen(got), "%s%s",
				    k > 0 ? " " : "", x.one[k].text);
		is_str(got, good[i].want, good[i].re);
		snprintf(is, sizeof is, "%.7s", x.one[0].is);
		is_str(is, good[i].is, "what $0 and so on are");
	}
}

static void
bad_ones(void)
{
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(mailpattern_read(&x,
		       (struct slice){ bad[i], strlen(bad[i]) }) != NULL,
		    bad[i]);
}

/* does a pattern take this address? */
static int
takes(const char *pattern, const char *address)
{
	const char *at = strchr(address, '@');
	size_t n = strlen(pattern), tail;

	if (strcmp(pattern, "*") == 0)
		return 1;
	if (pattern[n - 1] == '@')
		return strncmp(pattern, address, n) == 0;
	if (pattern[0] != '@')
		return strcmp(pattern, address) == 0;
	if (pattern[1] != '.')
		return strcmp(pattern, at) == 0;
	if (strcmp(pattern + 2, at + 1) == 0)
		return 1;
	tail = strlen(at);
	return tail > n - 1 && strcmp(pattern + 1, at + tail - (n - 1)) == 0;
}

/* each good one against many addresses, by the C library */
static void
same(void)
{
	static const char *const user[] = { "ann", "annx", "xann", "bob", "b.b",
		"bxb", "user+tag" };
	static const char *const domain[] = { "example.org", "examplexorg",
		"a.example.org", "myexample.org", "example.org.net", "x.org",
		"y.org", "a", "a.org", "b.d.org", "c.d.org", "d.org",
		"a-b_c.org" };
	char re[256], address[64];
	size_t i, u, d, wrong = 0;
	unsigned k;
	int any;
	regex_t r;

	for (i = 0; i < sizeof good / sizeof *good; i++) {
		if (strstr(good[i].re, "(?:") != NULL || good[i].re[0] == '/')
			continue;
		snprintf(re, sizeof re, "%s", good[i].re);
		re[strlen(re) - 1] = '\0';
		if (regcomp(&r, re, REG_EXTENDED | REG_NOSUB) != 0)
			continue;
		mailpattern_read(&x,
		    (struct slice){ good[i].re, strlen(good[i].re) });
		for (u = 0; u < sizeof user / sizeof *user; u++)
			for (d = 0; d < sizeof domain / sizeof *domain; d++) {
				snprintf(address, sizeof address, "%s@%s",
				    user[u], domain[d]);
				for (any = 0, k = 0; k < x.n; k++)
					any |= takes(x.one[k].text, address);
				if (any ==
				    (regexec(&r, address, 0, NULL, 0) == 0))
					continue;
				wrong++;
				printf("# %s %s\n", re, address);
			}
		regfree(&r);
	}
	is_num((long long)wrong, 0, "patterns take what expressions take");
}

static void
limits(void)
{
	char re[MAILPATTERN_TEXT_MAX * 2];
	size_t n, i;
	int k;

	/* as many patterns as there may be, and one more */
	for (k = MAILPATTERN_MAX; k <= MAILPATTERN_MAX + 1; k++) {
		n = (size_t)snprintf(re, sizeof re, "^(");
		for (i = 0; i < (size_t)k; i++)
			n += (size_t)snprintf(re + n, sizeof re - n, "%sa%zu",
			    i > 0 ? "|" : "", i);
		n += (size_t)snprintf(re + n, sizeof re - n, ")@b$/");
		ok((mailpattern_read(&x, (struct slice){ re, n }) == NULL) ==
			(k == MAILPATTERN_MAX),
		    "choices");
	}
	for (n = MAILPATTERN_TEXT_MAX - 1; n <= MAILPATTERN_TEXT_MAX + 1; n++) {
		memset(re, 'a', n);
		memcpy(re, "^", 1);
		memcpy(re + n - 4, "@b$/", 4);
		ok((mailpattern_read(&x, (struct slice){ re, n }) == NULL) ==
			(n < MAILPATTERN_TEXT_MAX + 1),
		    "bytes");
	}
}

int
main(void)
{
	good_ones();
	bad_ones();
	same();
	limits();
	return done();
}
