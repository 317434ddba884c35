#include "dmarc/dmarcbook.h"
#include "tap.h"
#include <stdlib.h>

static struct dmarcevent
event(unsigned n, const char *domain, int64_t time)
{
	struct dmarcevent e = { .time = time,
		.count = 1,
		.disposition = "none",
		.header_from = "example.com" };

	snprintf(e.client, sizeof e.client, "10.%u.%u.%u", n >> 16 & 255,
	    n >> 8 & 255, n & 255);
	snprintf(e.domain, sizeof e.domain, "%s", domain);
	return e;
}

static void
add(struct dmarcbook *b, struct dmarcevent e)
{
	if (dmarcbook_add(b, &e) == -1)
		exit(111);
}

static void
check_order(void)
{
	static struct dmarcbook a, b;
	struct buf x = { 0 }, y = { 0 };
	unsigned i;

	for (i = 0; i < 300; i++)
		add(&a,
		    event(i % 7, i % 3 ? "b.example" : "a.example", 1000 + i));
	for (i = 300; i-- > 0;)
		add(&b,
		    event(i % 7, i % 3 ? "b.example" : "a.example", 1000 + i));
	ok(dmarcbook_sort(&a) == 0 && dmarcbook_sort(&b) == 0, "sorted");
	is_num((long long)a.domains.n, 2, "two domains");
	is_str(a.domain[0]->is.name, "a.example", "by their names");
	is_num((long long)a.domain[0]->n_rows, 7, "records of the first");
	is_num((long long)a.domain[0]->messages, 100, "messages of the first");
	is_num((long long)a.domain[1]->messages, 200, "of the second");
	ok(a.domains.first == 1000 && a.domains.last == 1299 &&
		b.domains.first == 1000,
	    "from when to when");
	for (i = 0; i < 2; i++) {
		dmarcbook_records(a.domain[i], &x);
		dmarcbook_records(b.domain[i], &y);
	}
	ok(buf_len(&x) == buf_len(&y) &&
		memcmp(buf_data(&x), buf_data(&y), buf_len(&x)) == 0,
	    "the same in any order");
	buf_free(&x);
	buf_free(&y);
}

/* one event for several messages */
static void
check_count(void)
{
	static struct dmarcbook b;
	struct dmarcevent e = event(1, "example.com", 500);
	struct buf x = { 0 };

	add(&b, e);
	e.count = 41;
	add(&b, e);
	dmarcbook_sort(&b);
	is_num((long long)b.n_rows, 1, "one record");
	is_num((long long)b.domain[0]->messages, 42, "of all messages");
	dmarcbook_records(b.domain[0], &x);
	ok(memmem(buf_data(&x), buf_len(&x), "<count>42<", 10) != NULL,
	    "says so");
	buf_free(&x);
}

static void
check_policy(void)
{
	static struct dmarcbook b;
	struct dmarcevent e = event(1, "example.com", 500);

	e.p = DMARC_P_REJECT;
	strcpy(e.rua, "mailto:new@example.com");
	add(&b, e);
	e.time = 400;
	e.p = DMARC_P_NONE;
	strcpy(e.rua, "mailto:old@example.com");
	add(&b, e);
	dmarcbook_sort(&b);
	ok(b.domain[0]->policy.p == DMARC_P_REJECT, "the policy seen last");
	is_str(b.domain[0]->rua, "mailto:new@example.com", "and its addresses");
	is_num((long long)b.domain[0]->n_rows, 1, "is no part of the record");
}

static void
check_rows_limit(void)
{
	static struct dmarcbook b;
	unsigned i;

	for (i = 0; i < DMARCBOOK_ROWS_MAX; i++)
		add(&b, event(i, "example.com", 1));
	ok(b.n_rows == DMARCBOOK_ROWS_MAX && b.domains.left_out == 0,
	    "100000 records");
	add(&b, event(DMARCBOOK_ROWS_MAX, "example.com", 1));
	ok(b.n_rows == DMARCBOOK_ROWS_MAX && b.domains.left_out == 1,
	    "one more is left out");
	add(&b, event(5, "example.com", 1));
	ok(b.domains.left_out == 1, "those that are there are counted on");
	add(&b, event(5, "other.example", 1));
	dmarcbook_sort(&b);
	ok(b.domains.n == 2 && b.domain[1]->n_rows == 0,
	    "a domain without record");
}

static void
check_domains_limit(void)
{
	static struct dmarcbook b;
	char name[40];
	unsigned i;

	for (i = 0; i <= REPORTBOOK_DOMAINS_MAX; i++) {
		snprintf(name, sizeof name, "d%u.example", i);
		add(&b, event(1, name, 1));
	}
	ok(b.domains.n == REPORTBOOK_DOMAINS_MAX && b.domains.left_out == 1,
	    "20000 domains, one more is left out");
	add(&b, event(2, "d7.example", 1));
	ok(b.domains.left_out == 1, "those that are there go on");
}

int
main(void)
{
	static struct dmarcbook empty;

	ok(dmarcbook_sort(&empty) == 0 && empty.domains.n == 0, "nothing");
	check_order();
	check_count();
	check_policy();
	check_rows_limit();
	check_domains_limit();
	return done();
}
