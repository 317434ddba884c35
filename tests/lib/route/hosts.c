/* MX lists, own and nonsense addresses, sites, order */
#include "conf/local.h"
#include "route/hosts.h"
#include "memlookup.h"
#include "tap.h"
#include <arpa/inet.h>

static struct hosts_draft draft;
static struct hostaddr_policy policy;
static struct memtable local;

/* an MX record as on the wire */
static int
mx(unsigned pref, const char *name)
{
	unsigned char r[300];
	size_t n = 2, l;
	const char *dot;

	r[0] = (unsigned char)(pref >> 8);
	r[1] = (unsigned char)pref;
	for (; *name != '\0'; name = *dot == '.' ? dot + 1 : dot) {
		dot = strchrnul(name, '.');
		l = dot - name;
		r[n++] = (unsigned char)l;
		memcpy(r + n, name, l);
		n += l;
	}
	r[n++] = 0;
	return hosts_add_mx(&draft, r, n);
}

static void
ip(struct hosts_host *h, const char *s)
{
	struct hostaddr a;

	if (h != NULL && hostaddr_scan(s, strlen(s), &a) == 0)
		hosts_add_ip(h, a.ip, a.family == 4 ? 4 : 16);
}

static void
host(unsigned pref, const char *name, const char *a, const char *b)
{
	struct hosts_host *h = hosts_add(&draft, name, strlen(name), pref, 25);

	if (a != NULL)
		ip(h, a);
	if (b != NULL)
		ip(h, b);
}

static void
begin(enum hosts_kind kind)
{
	memset(&draft, 0, sizeof draft);
	draft.kind = kind;
	strcpy(draft.domain, "d.example");
}

/* the answer as text, and free it */
static const char *
finish(enum hosts_inet inet)
{
	static struct buf b;
	struct hosts a;

	buf_clear(&b);
	if (hosts_finish(&draft, &policy, &a) == -1)
		return "no memory";
	if (a.n == 0) {
		buf_printf(&b, "%s %s %s", a.temporary ? "temp" : "perm", a.esc,
		    a.class);
	} else {
		buf_printf(&b, "%s: ", a.site);
		hosts_order(&b, &a, NULL, inet, 1, NULL);
	}
	buf_putc(&b, '\0');
	hosts_free(&a);
	return buf_data(&b);
}

static void
test_mx(void)
{
	static const unsigned char cut[] = { 0, 1, 3, 'a', 'b' };
	static const unsigned char dot[] = { 0, 1, 3, 'a', '.', 'b', 0 };
	static const unsigned char more[] = { 0, 1, 1, 'a', 0, 0 };
	static const unsigned char ptr[] = { 0, 1, 0xc0, 12 };
	char name[32], at[64];
	unsigned i;

	begin(HOSTS_BY_MX);
	mx(20, "B.example");
	mx(10, "a.example");
	mx(20, "c.example");
	mx(5, "a.example");
	is_num(draft.n_mx, 4, "records");
	hosts_take_mx(&draft);
	is_num(draft.n, 3, "a host that is named twice counts once");
	is_str(draft.host[0].name, "a.example", "the best first");
	is_num(draft.host[0].pref, 5, "with its better preference");
	is_str(draft.host[1].name, "b.example", "in lower case");
	is_num(hosts_add_mx(&draft, cut, sizeof cut), -1, "cut short");
	is_num(hosts_add_mx(&draft, dot, sizeof dot), -1, "dot in a label");
	is_num(hosts_add_mx(&draft, more, sizeof more), -1, "bytes behind");
	is_num(hosts_add_mx(&draft, ptr, sizeof ptr), -1, "a pointer");
	is_num(hosts_add_mx(&draft, cut, 2), -1, "no name");
	is_num(mx(1, "a b.example"), -1, "a blank");
	is_num(mx(1, "a/b.example"), -1, "a slash");
	is_num(mx(1, "a|b.example"), -1, "a bar");
	is_num(mx(1, "\303\244.example"), -1, "bytes of UTF-8");
	is_num(mx(1, "a_b.example"), 0, "an underscore");
	begin(HOSTS_BY_MX);
	mx(0, "");
	is_num(draft.null_mx, 1, "null MX");
	for (i = 0; i <= HOSTS_MX_MAX; i++) {
		snprintf(name, sizeof name, "h%u.example", i);
		mx(1000 - i, name);
		if (i + 2 < HOSTS_MX_MAX)
			continue;
		snprintf(at, sizeof at, "%u records", i + 1);
		is_num(draft.n_mx, i < HOSTS_MX_MAX ? i + 1 : HOSTS_MX_MAX, at);
		is_num(draft.mx[0].pref, 1000 - i, "the best stays");
	}
	is_str(draft.mx[HOSTS_MX_MAX - 1].name, "h1.example", "the worst goes");
	hosts_take_mx(&draft);
	is_num(draft.n, HOSTS_MAX, "hosts, at the limit");
	ok(hosts_add(&draft, "x", 1, 0, 25) == NULL, "one more");
	for (i = 0; i <= HOSTS_ADDRS_MAX; i++)
		ip(&draft.host[0], "192.0.2.9");
	is_num(draft.host[0].n, HOSTS_ADDRS_MAX, "addresses, at the limit");
}

static void
test_finish(void)
{
	static struct hostaddr own;

	policy.me = "me.example";
	policy.local = memtable_make(&local, &conffile_local, "here.example\n");
	hostaddr_scan("192.0.2.200", 11, &own);
	policy.own = &own;
	policy.n_own = 1;

	begin(HOSTS_BY_MX);
	host(10, "a.example", "192.0.2.1", "2001:db8::1");
	host(20, "b.example", "192.0.2.2", NULL);
	is_str(finish(HOSTS_46),
	    "a.example: a.example/25/192.0.2.1 "
	    "a.example/25/2001:db8::1 b.example/25/192.0.2.2",
	    "two hosts");
	is_str(finish(HOSTS_64),
	    "a.example: a.example/25/2001:db8::1 "
	    "a.example/25/192.0.2.1 b.example/25/192.0.2.2",
	    "IPv6 first");
	is_str(finish(HOSTS_6), "a.example: a.example/25/2001:db8::1",
	    "IPv6 alone");
	host(5, "me.example", NULL, NULL);
	begin(HOSTS_BY_MX);
	host(5, "a.example", "192.0.2.1", NULL);
	host(10, "b.example", "192.0.2.2", NULL);
	host(10, "Me.example", "192.0.2.3", NULL);
	host(20, "c.example", "192.0.2.4", NULL);
	is_str(finish(HOSTS_46), "a.example: a.example/25/192.0.2.1",
	    "we are the second best");
	begin(HOSTS_BY_MX);
	host(5, "a.example", "192.0.2.1", "192.0.2.200");
	host(10, "b.example", "192.0.2.2", NULL);
	is_str(finish(HOSTS_46), "perm 5.4.6 loop", "one address is ours");
	begin(HOSTS_BY_MX);
	host(5, "here.example", "192.0.2.1", NULL);
	is_str(finish(HOSTS_46), "perm 5.4.6 loop", "a local domain");
	begin(HOSTS_BY_MX);
	host(5, "a.example", NULL, NULL);
	draft.host[0].failed = 1;
	host(10, "me.example", NULL, NULL);
	is_str(finish(HOSTS_46), "temp 4.4.3 dns",
	    "we are second, the best unknown");
	begin(HOSTS_BY_MX);
	host(5, "me.example", NULL, NULL);
	host(10, "a.example", NULL, NULL);
	draft.host[1].failed = 1;
	is_str(finish(HOSTS_46), "perm 5.4.6 loop",
	    "we are best, the second unknown");
	begin(HOSTS_BY_MX);
	host(5, "a.example", NULL, NULL);
	is_str(finish(HOSTS_46), "perm 5.4.4 dns", "no address");
	host(5, "b.example", "127.0.0.1", "0.0.0.0");
	is_str(finish(HOSTS_46), "perm 5.4.4 dns", "nonsense");
	draft.host[0].failed = 1;
	is_str(finish(HOSTS_46), "temp 4.4.3 dns", "nonsense and unknown");
	host(50, "c.example", "192.0.2.5", NULL);
	is_str(finish(HOSTS_46), "c.example: c.example/25/192.0.2.5",
	    "one that works is enough");
	begin(HOSTS_GIVEN);
	host(0, "me.example", "127.0.0.1", NULL);
	host(1, "b.example", "192.0.2.2", NULL);
	draft.host[1].port = 587;
	is_str(finish(HOSTS_46),
	    "me.example,b.example:587: "
	    "me.example/25/127.0.0.1 b.example/587/192.0.2.2",
	    "given hosts are taken as they are");
	begin(HOSTS_GIVEN);
	host(0, "a.example", NULL, NULL);
	is_str(finish(HOSTS_46), "temp 4.4.4 dns", "a given host without any");
	memtable_free(&local);
}

static void
test_order(void)
{
	struct hosts a;
	struct buf b = { 0 };
	static const unsigned char bad[] = { 1, 1, 1, 0 },
				   odd[] = { 0, 1, 0, 1 };
	unsigned first[3] = { 0 }, i;
	char name[32], groups[HOSTS_GROUPS_TEXT];

	begin(HOSTS_BY_MX);
	host(10, "a", "192.0.2.1", NULL);
	host(10, "b", "192.0.2.2", NULL);
	host(10, "c", "192.0.2.3", NULL);
	host(20, "d", "192.0.2.4", NULL);
	hosts_finish(&draft, &policy, &a);
	hosts_order(&b, &a, NULL, HOSTS_46, 1, groups);
	is_str(groups, "3,1", "how many are of one preference");
	hosts_order(&b, &a, bad, HOSTS_46, 1, groups);
	is_str(groups, "", "all, when the rest is left out");
	hosts_order(&b, &a, odd, HOSTS_46, 1, groups);
	is_str(groups, "1,1", "of those that are kept");
	hosts_order(&b, &a, NULL, HOSTS_6, 1, groups);
	is_str(groups, "", "none of another family");
	for (i = 0; i < 3000; i++) {
		buf_clear(&b);
		hosts_order(&b, &a, NULL, HOSTS_46, word_mix(i), NULL);
		first[buf_data(&b)[0] - 'a']++;
		if (buf_data(&b)[buf_len(&b) - 1] != '4')
			break;
	}
	is_num(i, 3000, "the worst is always last");
	ok(first[0] > 900 && first[1] > 900 && first[2] > 900,
	    "each of the best is first as often");
	hosts_free(&a);
	begin(HOSTS_BY_MX);
	/* one with all its addresses, the others with one each */
	for (i = 0; i < HOSTS_LIST_MAX + 2 - HOSTS_ADDRS_MAX; i++) {
		snprintf(name, sizeof name, "h%u", i);
		host(i, name, "192.0.2.1", NULL);
	}
	while (draft.host[0].n < HOSTS_ADDRS_MAX)
		ip(&draft.host[0], "192.0.2.1");
	hosts_finish(&draft, &policy, &a);
	buf_clear(&b);
	is_num(hosts_order(&b, &a, NULL, HOSTS_46, 1, NULL), HOSTS_LIST_MAX,
	    "addresses of a job, above the limit");
	hosts_free(&a);
	draft.n--;
	draft.host[0].n = HOSTS_ADDRS_MAX;
	hosts_finish(&draft, &policy, &a);
	is_num(hosts_order(&b, &a, NULL, HOSTS_46, 1, NULL), HOSTS_LIST_MAX,
	    "at the limit");
	hosts_free(&a);
	buf_free(&b);
}

/* some of them */
static void
test_keep(void)
{
	static const unsigned char some[] = { 1, 0, 1 }, no[3] = { 0 };
	struct hosts a;
	struct buf b = { 0 };

	begin(HOSTS_BY_MX);
	host(10, "a.example", "192.0.2.1", "2001:db8::1");
	host(20, "bb.example", "192.0.2.2", NULL);
	host(30, "c.example", "192.0.2.3", NULL);
	hosts_finish(&draft, &policy, &a);
	is_num(hosts_order(&b, &a, some, HOSTS_46, 1, NULL), 3,
	    "two of three hosts");
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "a.example/25/192.0.2.1 a.example/25/2001:db8::1 "
	    "c.example/25/192.0.2.3",
	    "one is left out");
	buf_clear(&b);
	is_num(hosts_order(&b, &a, no, HOSTS_46, 1, NULL), 0, "none");
	ok(word_is(hosts_name(&a, 0), "a.example") &&
		word_is(hosts_name(&a, 1), "bb.example"),
	    "their names");
	is_num(a.mx_secure, 0, "nobody vouches for these");
	hosts_free(&a);
	begin(HOSTS_GIVEN);
	host(0, "a.example", "192.0.2.1", NULL);
	hosts_finish(&draft, &policy, &a);
	is_num(a.mx_secure, 1, "but a rule for those");
	hosts_free(&a);
	buf_free(&b);
}

/* what the DNS says of them travels with them */
static void
test_tlsa(void)
{
	static char text[HOSTS_TLSA_TEXT_MAX];
	unsigned char keep[] = { 1, 1, 1, 1 };
	struct hosts a;
	struct buf b = { 0 };

	memset(text, 'x', sizeof text);
	begin(HOSTS_BY_MX);
	draft.mx_secure = draft.unsure = 1;
	host(10, "a.example", "192.0.2.1", NULL);
	host(20, "b.example", "192.0.2.2", NULL);
	host(30, "c.example", "192.0.2.3", NULL);
	host(40, "d.example", "192.0.2.4", NULL);
	draft.host[0].dane = HOSTS_DANE_TLSA;
	draft.host[0].base = "";
	draft.host[0].tlsa = (struct slice){ "R,R", 3 };
	draft.host[1].dane = HOSTS_DANE_UNUSABLE;
	draft.host[2].dane = HOSTS_DANE_FAILED;
	draft.host[3].dane = HOSTS_DANE_TLSA;
	draft.host[3].base = "e.example";
	draft.host[3].tlsa = (struct slice){ "R", 1 };
	hosts_finish(&draft, &policy, &a);
	is_num(a.mx_secure, 1, "the DNS vouches for them");
	is_num(a.unsure, 1, "and that is not sure");
	is_num(a.item[2].dane, HOSTS_DANE_FAILED, "one that failed");
	is_num(hosts_tlsa(&b, &a, keep), 0, "the label");
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "a.example==R,R b.example==? d.example=e.example=R", "in order");
	keep[0] = 0;
	buf_clear(&b);
	hosts_tlsa(&b, &a, keep);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "b.example==? d.example=e.example=R",
	    "of those that are kept");
	hosts_free(&a);
	draft.host[3].tlsa =
	    (struct slice){ text, HOSTS_TLSA_TEXT_MAX - 12 - 22 };
	hosts_finish(&draft, &policy, &a);
	buf_clear(&b);
	hosts_tlsa(&b, &a, keep);
	is_num(buf_len(&b), HOSTS_TLSA_TEXT_MAX - 1, "one below the limit");
	hosts_free(&a);
	draft.host[3].tlsa.n++;
	hosts_finish(&draft, &policy, &a);
	buf_clear(&b);
	hosts_tlsa(&b, &a, keep);
	is_num(buf_len(&b), HOSTS_TLSA_TEXT_MAX, "at the limit");
	hosts_free(&a);
	draft.host[3].tlsa.n++;
	hosts_finish(&draft, &policy, &a);
	buf_clear(&b);
	hosts_tlsa(&b, &a, keep);
	is_num(buf_len(&b), 12, "one more");
	ok(keep[1] && keep[2] && !keep[3], "is not tried");
	hosts_free(&a);
	buf_free(&b);
}

int
main(void)
{
	test_mx();
	test_finish();
	test_order();
	test_keep();
	test_tlsa();
	return done();
}
