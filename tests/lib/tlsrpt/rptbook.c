#include "tlsrpt/rptbook.h"
#include "tap.h"
#include <stdlib.h>

static struct rptevent
event(unsigned n, const char *domain, int64_t time, const char *result)
{
	struct rptevent e = {
		.time = time, .type = RPT_NO_POLICY, .result = result
	};

	snprintf(e.domain, sizeof e.domain, "%s", domain);
	if (result != NULL)
		snprintf(e.ip, sizeof e.ip, "10.%u.%u.%u", n >> 16 & 255,
		    n >> 8 & 255, n & 255);
	return e;
}

static void
add(struct rptbook *b, struct rptevent e)
{
	if (rptbook_add(b, &e) == -1)
		exit(111);
}

/* everything that is in a sorted book */
static char *
dump(const struct rptbook *b)
{
	struct buf out = { 0 };
	const struct rptbook_policy *p;
	const struct rptbook_failure *f;
	size_t i, k, m;

	for (i = 0; i < b->domains.n; i++)
		for (k = 0; k < b->domain[i]->n_policies; k++) {
			p = b->domain[i]->policy[k];
			buf_printf(&out, "%s %d(%s) %d+%d", p->domain->is.name,
			    (int)p->type, p->text, (int)p->good, (int)p->bad);
			for (m = 0; m < p->n_failures; m++) {
				f = p->failure[m];
				buf_printf(&out, " %s:%s:%s:%s:%s=%d",
				    f->result, f->from_ip, f->host, f->ip,
				    f->why, (int)f->count);
			}
			buf_putc(&out, '\n');
		}
	buf_putc(&out, '\0');
	return buf_data(&out);
}

static const char *const words[] = { NULL, "certificate-expired",
	"validation-failure" };

static struct rptevent
nth(unsigned i)
{
	struct rptevent e = event(i % 2, i % 3 ? "b.example" : "a.example",
	    1000 + i, words[i % 5 % 3]);

	e.type = i % 4 == 0 ? RPT_STS : i % 4 == 1 ? RPT_TLSA : RPT_NO_POLICY;
	if (e.type != RPT_NO_POLICY)
		snprintf(e.policy, sizeof e.policy, "p%u", i % 8);
	return e;
}

static void
check_order(void)
{
	static struct rptbook a, b;
	char *x, *y;
	unsigned i;

	for (i = 0; i < 300; i++)
		add(&a, nth(i));
	for (i = 0; i < 300; i++)
		add(&b, nth(i * 7 % 300));
	ok(rptbook_sort(&a) == 0 && rptbook_sort(&b) == 0, "sorted");
	x = dump(&a);
	y = dump(&b);
	is_str(x, y, "the same in any order");
	is_num((long long)a.domains.n, 2, "two domains");
	is_str(a.domain[0]->is.name, "a.example", "by their names");
	is_num((long long)(a.domain[0]->good + a.domain[0]->bad), 100,
	    "sessions of the first");
	is_num((long long)(a.domain[1]->good + a.domain[1]->bad), 200,
	    "of the second");
	ok(a.domains.first == 1000 && a.domains.last == 1299 &&
		b.domains.first == 1000,
	    "from when to when");
	free(x);
	free(y);
}

/* one field that is another makes another row, and nothing else does */
static void
check_rows(void)
{
	static struct rptbook b;
	struct rptevent e = event(1, "a.example", 1, "certificate-expired");
	char *x;

	strcpy(e.host, "mx.a.example");
	strcpy(e.text, "why");
	add(&b, e);
	e.time = 2;
	add(&b, e);
	strcpy(e.from_ip, "192.0.2.9");
	add(&b, e);
	strcpy(e.text, "");
	add(&b, e);
	e.result = NULL;
	add(&b, e);
	rptbook_sort(&b);
	x = dump(&b);
	is_str(x,
	    "a.example 2() 1+4"
	    " certificate-expired::mx.a.example:10.0.0.1:why=2"
	    " certificate-expired:192.0.2.9:mx.a.example:10.0.0.1:=1"
	    " certificate-expired:192.0.2.9:mx.a.example:10.0.0.1:why=1\n",
	    "three rows");
	free(x);
}

static void
check_rows_limit(void)
{
	static struct rptbook b;
	unsigned i;

	/* the policy is one */
	for (i = 0; i < RPT_ROWS_MAX - 1; i++)
		add(&b, event(i, "a.example", 1, words[1]));
	ok(b.n_failures == RPT_ROWS_MAX - 1 && b.domains.left_out == 0,
	    "200000 rows");
	add(&b, event(RPT_ROWS_MAX, "a.example", 1, words[1]));
	ok(b.n_failures == RPT_ROWS_MAX - 1 && b.domains.left_out == 1,
	    "one more is left out");
	add(&b, event(5, "a.example", 1, words[1]));
	add(&b, event(5, "a.example", 1, NULL));
	ok(b.domains.left_out == 1, "those that are there are counted on");
	add(&b, event(5, "b.example", 1, NULL));
	rptbook_sort(&b);
	ok(b.domains.n == 2 && b.domain[1]->n_policies == 0 &&
		b.domains.left_out == 2,
	    "a domain without any");
	is_num((long long)b.domain[0]->bad, RPT_ROWS_MAX, "what is counted");
}

static void
check_domains_limit(void)
{
	static struct rptbook b;
	char name[40];
	unsigned i;

	for (i = 0; i <= REPORTBOOK_DOMAINS_MAX; i++) {
		snprintf(name, sizeof name, "d%u.example", i);
		add(&b, event(1, name, 1, NULL));
	}
	ok(b.domains.n == REPORTBOOK_DOMAINS_MAX && b.domains.left_out == 1,
	    "20000 domains, one more is left out");
	add(&b, event(2, "d7.example", 1, NULL));
	ok(b.domains.left_out == 1, "those that are there go on");
}

int
main(void)
{
	static struct rptbook empty;

	ok(rptbook_sort(&empty) == 0 && empty.domains.n == 0, "nothing");
	check_order();
	check_rows();
	check_rows_limit();
	check_domains_limit();
	return done();
}
