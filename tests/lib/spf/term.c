/* terms of SPF records */
#include "spf/term.h"
#include "tap.h"
#include <arpa/inet.h>

static const char *const kinds[] = { "all", "include", "a", "mx", "ptr", "ip4",
	"ip6", "exists", "redirect=", "exp=", "=" };

/* a record as text: kind, qualifier, spec, lengths and address, or what is
 * wrong */
static void
dump(const char *p, size_t n, char *o, size_t cap)
{
	const char *end = p + n;
	char ip[INET6_ADDRSTRLEN];
	struct spfterm t;
	size_t k = 0;
	int r;

	o[0] = '\0';
	while ((r = spfterm_next(&p, end, &t)) == 1) {
		k +=
		    (size_t)snprintf(o + k, cap - k, "%s%c%s", k > 0 ? " " : "",
			t.qualifier == 0 ? '=' : t.qualifier, kinds[t.kind]);
		if (t.spec_len > 0)
			k += (size_t)snprintf(o + k, cap - k, "(%.*s)",
			    (int)t.spec_len, t.spec);
		if (t.kind == SPFTERM_IP4 || t.kind == SPFTERM_IP6)
			k += (size_t)snprintf(o + k, cap - k, "[%s]",
			    inet_ntop(t.kind == SPFTERM_IP4 ? AF_INET
							    : AF_INET6,
				t.ip, ip, sizeof ip));
		if (t.bits4 != 32 || t.bits6 != 128)
			k += (size_t)snprintf(o + k, cap - k, "%u,%u", t.bits4,
			    t.bits6);
	}
	if (r == -1)
		snprintf(o + k, cap - k, "%sbad:%.*s", k > 0 ? " " : "",
		    (int)t.raw_len, t.raw);
}

static const struct {
	const char *record, *terms;
} good[] = {
	{ "", "" },
	{ "   ", "" },
	{ " +all", "+all" },
	{ "  ~ALL  -aLl ?all all ", "~all -all ?all +all" },
	{ " include:a.b -Include:%{d}", "+include(a.b) -include(%{d})" },
	{ " a a:b.c ?A:b.c. a/24 a//64 a/0//0 a:b.c/32//128",
	    "+a +a(b.c) ?a(b.c.) +a24,128 +a32,64 +a0,0 +a(b.c)" },
	{ " a:b.c/8 mx mx:x.y/9//10 mx//11",
	    "+a(b.c)8,128 +mx +mx(x.y)9,10 +mx32,11" },
	{ " ptr ptr:b.c -PTR:%{o}", "+ptr +ptr(b.c) -ptr(%{o})" },
	{ " ip4:1.2.3.4 ip4:255.255.255.255/0 IP4:0.0.0.0/32",
	    "+ip4[1.2.3.4] +ip4[255.255.255.255]0,128 +ip4[0.0.0.0]" },
	{ " ip6::: ip6:2001:DB8::1/33 ip6:::1.2.3.4/0 ip6:1:2:3:4:5:6:7:8",
	    "+ip6[::] +ip6[2001:db8::1]32,33 +ip6[::1.2.3.4]32,0 "
	    "+ip6[1:2:3:4:5:6:7:8]" },
	{ " exists:%{ir}.x.y exists:a.b", "+exists(%{ir}.x.y) +exists(a.b)" },
	{ " redirect=a.b exp=%{d} Redirect=x.y EXP=a.b",
	    "=redirect=(a.b) =exp=(%{d}) =redirect=(x.y) =exp=(a.b)" },
	{ " x=1 a-b_c.d=%{l}/:x= all=x A1= include=",
	    "==(1) ==(%{l}/:x=) ==(x) == ==" },
	{ " a:foo:bar/baz.example.com a:x/24.y.z a:1.2.3.4x",
	    "+a(foo:bar/baz.example.com) +a(x/24.y.z) +a(1.2.3.4x)" },
	{ " a:x.1-2 a:x.a-1 a:x.xn--a a:.com a:x..y a:x.%{d}",
	    "+a(x.1-2) +a(x.a-1) +a(x.xn--a) +a(.com) +a(x..y) +a(x.%{d})" },
	{ " a:%% a:%_ a:x%- a:%{d}/24 a:%{d2/}/24//64",
	    "+a(%%) +a(%_) +a(x%-) +a(%{d})24,128 +a(%{d2/})24,64" },
	{ " a:%{d}.com. a:x%{d}y.com exists:%{l=-+}.a.b",
	    "+a(%{d}.com.) +a(x%{d}y.com) +exists(%{l=-+}.a.b)" },
	{ " a:!\"#$&'()*;<>?@[]^`{|}~.b", "+a(!\"#$&'()*;<>?@[]^`{|}~.b)" },
};

static const char *const bad[] = { "foo", "foo:a.b", "+", "-", "++all", "+-all",
	"=", "=a", "1x=a", "-x=a", "_x=a", ".x=a", "x:=a", "x/=a", "all:a.b",
	"all/8", "all.", "allx", "al", "-all=", "include",
	"include:", "include/24", "include:a.b/24", "includ:a.b",
	"include:a.b//64", "a:", "a/", "a//", "a///64", "a/33", "a//129",
	"a/24/64", "a/024", "a//064", "a/00", "a//00", "a/-1", "a/+1", "a/1x",
	"a/x", "a/24//", "a:/24", "a:b.c/", "a:b.c//", "a:b.c/24/",
	"a:b.c/24/64", "a/999", "a/4294967328", "a//4294967296", "a:b.c/33",
	"a.b", "a1", "a:b.c:80", "a:museum", "a:museum.", "a:abc.123",
	"a:1.2.3.4", "a:x.-com", "a:x.com-", "a:x.c_m", "a:x.", "a:x..", "a:.",
	"a:..", "a:%{d}.", "a:%{d}x", "a:%{d}-", "a:x.%{d}com", "a:%{d", "a:%",
	"a:x.y%", "a:%{x}.y", "a:%{c}.y.z", "a:%{r}", "a:%{t}", "a:b\tc.d",
	"a\t", "a:b.c\r", "a:b.c\n", "a:b.c\177", "a:\303\244.b",
	"a:b.\303\244", "mx:", "mx/33", "mx:x", "mx:a.b/24/64", "mxx", "m",
	"-mx.", "ptr:", "ptr/24", "ptr:a.b/24", "ptr:x", "ptr//64", "ip4",
	"ip4:", "ip4:1.2.3", "ip4:1.2.3.4.5", "ip4:1.2.3.256", "ip4:01.2.3.4",
	"ip4:1.2.3.04", "ip4:1.2.3.4/33", "ip4:1.2.3.4/", "ip4:1.2.3.4/032",
	"ip4:1.2.3.4//32", "ip4:1.2.3.4:80", "ip4/24", "ip4:a.b",
	"ip4:1.2.3.4/8/8", "ip4:1.2.3.4/x", "ip4:1.2..4", "ip4:%{i}",
	"ip4:1.2.3.4 ip4:::1", "ip4:0x1.2.3.4", "ip4: 1.2.3.4", "ip6",
	"ip6:", "ip6:1.2.3.4", "ip6:::g", "ip6:::1/129", "ip6:::1//64",
	"ip6:::1/064", "ip6:::1/", "ip6::CAFE::BABE", "ip6:1::2::3",
	"ip6:1:2:3:4:5:6:7", "ip6:1:2:3:4:5:6:7:8:9",
	"ip6:12345::", "ip6:fe80::1%eth0", "ip6:[::1]", "ip6:::1.2.3.4.5",
	"ip6:1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
	"exists", "exists:", "exists/24", "exists:a.b/24", "exists:x",
	"redirect", "redirect:a.b", "redirect=", "redirect=x", "-redirect=a.b",
	"redirect=-all", "redirect=a.b/24", "redirect=%{c}.a.b",
	"exp=", "exp=x", "exp:a.b", "exp=-all", "exp=%{r}.a.b", "+exp=a.b",
	"x=%", "x=%{z}", "x=\t", "x=%{c}", "v=spf1 all\303\244", "a,", "a;b",
	"a:b.c," };

static void
version(void)
{
	static const struct {
		const char *s;
		size_t n, want;
	} v[] = { { "v=spf1", 6, 6 }, { "V=SPF1", 6, 6 }, { "v=spf1 ", 7, 6 },
		{ "v=spf1 all", 10, 6 }, { "v=spf1\t", 7, 0 },
		{ "v=spf10", 7, 0 }, { "v=spf", 5, 0 }, { "", 0, 0 },
		{ " v=spf1", 7, 0 }, { "v=spf1\0", 7, 0 },
		{ "spf2.0/pra", 10, 0 }, { "v=spf2 all", 10, 0 } };
	size_t i;

	for (i = 0; i < sizeof v / sizeof *v; i++)
		is_num(spfterm_version(v[i].s, v[i].n), v[i].want, v[i].s);
}

int
main(void)
{
	char got[1000], record[200], want[200];
	const char *last;
	size_t i;

	version();
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		dump(good[i].record, strlen(good[i].record), got, sizeof got);
		is_str(got, good[i].terms, good[i].record);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(record, sizeof record, " %s x=y", bad[i]);
		dump(record, strlen(record), got, sizeof got);
		last = strrchr(bad[i], ' ');
		snprintf(want, sizeof want, "bad:%s", bad[i]);
		/* some are two terms */
		ok(last == NULL ? strcmp(got, want) == 0
				: strstr(got, "bad:") != NULL,
		    bad[i]);
		if (last == NULL && strcmp(got, want) != 0)
			printf("# got %s\n", got);
	}
	dump(" a:b.c\0 all", 11, got, sizeof got);
	ok(strncmp(got, "bad:", 4) == 0, "NUL in a domain");
	dump(" ip4:1.2.3.4\0", 13, got, sizeof got);
	ok(strncmp(got, "bad:", 4) == 0, "NUL in an address");
	dump(" \0all", 5, got, sizeof got);
	ok(strncmp(got, "bad:", 4) == 0, "NUL in front");
	return done();
}
