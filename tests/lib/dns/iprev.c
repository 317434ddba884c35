#include "dns/iprev.h"
#include "tap.h"
#include <arpa/inet.h>
#include <stdlib.h>

/* "NAME VALUE,VALUE...": what the DNS has; F: it fails, N: no such data, and
 * a name that is not there is NXDOMAIN */
struct zone {
	const char *name, *values;
};

#define PTR4 "1.2.0.192.in-addr.arpa"
#define PTR6 \
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2" \
	".ip6.arpa"

static const struct {
	const char *name, *ip;
	struct zone zone[14];
	const char *result, *host;
	int asked;
} cases[] = {
	{ "one name", "192.0.2.1",
	    { { PTR4, "a.example" }, { "a.example", "192.0.2.1" } }, "pass",
	    "a.example", 2 },
	{ "case of the name", "192.0.2.1",
	    { { PTR4, "A.Example" }, { "a.example", "192.0.2.1" } }, "pass",
	    "a.example", 2 },
	{ "several addresses", "192.0.2.1",
	    { { PTR4, "a.example" },
		{ "a.example", "192.0.2.3,192.0.2.2,192.0.2.1" } },
	    "pass", "a.example", 2 },
	{ "the second name", "192.0.2.1",
	    { { PTR4, "a.example,b.example" }, { "a.example", "192.0.2.9" },
		{ "b.example", "192.0.2.1" } },
	    "pass", "b.example", 3 },
	{ "another address", "192.0.2.1",
	    { { PTR4, "a.example" }, { "a.example", "192.0.2.9" } }, "fail", "",
	    2 },
	{ "a name without address", "192.0.2.1",
	    { { PTR4, "a.example" }, { "a.example", "N" } }, "fail", "", 2 },
	{ "a name that is not there", "192.0.2.1", { { PTR4, "a.example" } },
	    "fail", "", 2 },
	{ "no name", "192.0.2.1", { { NULL, NULL } }, "permerror", "", 1 },
	{ "no PTR", "192.0.2.1", { { PTR4, "N" } }, "permerror", "", 1 },
	{ "no answer", "192.0.2.1", { { PTR4, "F" } }, "temperror", "", 1 },
	{ "no answer to the name", "192.0.2.1",
	    { { PTR4, "a.example" }, { "a.example", "F" } }, "temperror", "",
	    2 },
	{ "no answer to one, another passes", "192.0.2.1",
	    { { PTR4, "a.example,b.example" }, { "a.example", "F" },
		{ "b.example", "192.0.2.1" } },
	    "pass", "b.example", 3 },
	{ "no answer to one, another fails", "192.0.2.1",
	    { { PTR4, "a.example,b.example" }, { "a.example", "F" },
		{ "b.example", "192.0.2.2" } },
	    "temperror", "", 3 },
	{ "the root is no name", "192.0.2.1", { { PTR4, "," } }, "fail", "",
	    1 },
	{ "odd bytes are no name", "192.0.2.1", { { PTR4, "a*b.example" } },
	    "fail", "", 1 },
	{ "IPv6", "2001:db8::1",
	    { { PTR6, "a.example" }, { "a.example", "2001:db8::1" } }, "pass",
	    "a.example", 2 },
	{ "IPv6, another", "2001:db8::1",
	    { { PTR6, "a.example" }, { "a.example", "2001:db8::2" } }, "fail",
	    "", 2 },
	{ "IPv6, an address of four bytes", "2001:db8::1",
	    { { PTR6, "a.example" }, { "a.example", "192.0.2.1" } }, "fail", "",
	    2 },
	{ "IPv4 mapped into IPv6", "::ffff:192.0.2.1",
	    { { PTR4, "a.example" }, { "a.example", "192.0.2.1" } }, "pass",
	    "a.example", 2 },
	{ "names at the limit", "192.0.2.1",
	    { { PTR4, "a,b,c,d,e,f,g,h,i,j" }, { "j", "192.0.2.1" } }, "pass",
	    "j", 11 },
	{ "one name more", "192.0.2.1",
	    { { PTR4, "a,b,c,d,e,f,g,h,i,j,k" }, { "k", "192.0.2.1" } }, "fail",
	    "", 11 },
};

enum { RECORDS = 20 };
static unsigned char bytes[RECORDS][300];
static const unsigned char *data[RECORDS];
static int len[RECORDS];

static void
put_name(struct dnsa *a, const char *s, size_t n)
{
	unsigned char *o = bytes[a->n];
	size_t k;

	while (n > 0) {
		for (k = 0; k < n && s[k] != '.'; k++)
			;
		*o++ = (unsigned char)k;
		memcpy(o, s, k);
		o += k;
		s += k + (k < n);
		n -= k + (k < n);
	}
	*o++ = 0;
	len[a->n] = (int)(o - bytes[a->n]);
}

static void
put_value(struct dnsa *a, int type, const char *s, size_t n)
{
	char t[64];

	snprintf(t, sizeof t, "%.*s", (int)n, s);
	data[a->n] = bytes[a->n];
	if (type == DNSQ_PTR)
		put_name(a, s, n);
	else if (inet_pton(AF_INET, t, bytes[a->n]) == 1)
		len[a->n] = 4;
	else if (inet_pton(AF_INET6, t, bytes[a->n]) == 1)
		len[a->n] = 16;
	a->n++;
}

static struct dnsa
find(const struct zone *z, const struct dnsq *q)
{
	struct dnsa a = { DNSA_NXDOMAIN, 0, data, len, NULL };
	const char *v;
	size_t n;

	for (; z->name != NULL; z++) {
		if (strcmp(z->name, q->name) != 0)
			continue;
		if (strcmp(z->values, "F") == 0 ||
		    strcmp(z->values, "N") == 0) {
			a.status = *z->values == 'F' ? DNSA_FAILED : DNSA_NONE;
			break;
		}
		a.status = DNSA_OK;
		for (v = z->values;; v += n + 1) {
			n = strcspn(v, ",");
			put_value(&a, q->type, v, n);
			if (v[n] == '\0')
				break;
		}
		break;
	}
	return a;
}

int
main(void)
{
	unsigned char ip[16];
	struct iprev *v = malloc(sizeof *v);
	struct dnsq q;
	struct dnsa a;
	size_t i, n;
	int asked;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strchr(cases[i].ip, ':') != NULL ? 16 : 4;
		inet_pton(n == 4 ? AF_INET : AF_INET6, cases[i].ip, ip);
		iprev_init(v, ip, n);
		for (asked = 0; asked < 20 && iprev_want(v, &q); asked++) {
			a = find(cases[i].zone, &q);
			iprev_answer(v, &a);
		}
		is_str(iprev_word(v->result), cases[i].result, cases[i].name);
		is_str(v->name, cases[i].host, "  its name");
		is_num(asked, cases[i].asked, "  questions");
		ok(!iprev_want(v, &q), "  and no more");
	}
	/* a damaged record is none */
	iprev_init(v, ip, 4);
	iprev_want(v, &q);
	a = (struct dnsa){ DNSA_OK, 1, data, len, NULL };
	bytes[0][0] = 9;
	len[0] = 3;
	data[0] = bytes[0];
	iprev_answer(v, &a);
	ok(!iprev_want(v, &q) && v->result == IPREV_FAIL, "a damaged record");
	free(v);
	return done();
}
