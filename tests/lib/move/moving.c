#include "tap.h"
#include "format/ltsv.h"
#include "move/moving.h"
#include "queue/ranges.h"

#define A "1irvrd2bo09000000109"
#define B "1irvrd2bo0900000020a"

static void
lines(void)
{
	static const char text[] =
	    B " 1 0\n" A " 3 1790000000\n" A " 3 7\n"
	      "x 1 2\n" A " 100000 2\n" A " 1\n" A " 1 2 3\n" A
	      " 99999 9999999999\n" A " 2 4";
	struct moving m = { { 0 } };
	struct buf b = { 0 };
	size_t n;

	is_num(moving_read(&m, text, sizeof text - 1), 0, "lines are read");
	moving_list(&m, &n);
	is_num((long long)n, 3, "each once, and none that is none");
	ok(moving_find(&m, A, 3) != NULL && moving_find(&m, A, 99999) != NULL &&
		moving_find(&m, B, 1) != NULL &&
		moving_find(&m, B, 2) == NULL && moving_find(&m, A, 2) == NULL,
	    "and are found");
	moving_write(&m, &b);
	m.list.end = m.list.off;
	moving_read(&m, buf_data(&b), buf_len(&b));
	moving_list(&m, &n);
	is_num((long long)n, 3, "written, and read again");
	moving_free(&m);
	is_num(moving_find(&m, A, 3) == NULL, 1, "none in none");
	buf_free(&b);
}

static const struct {
	const char *text;
	long bad;
	unsigned n;
} receipts[] = {
	{ "", 0, 0 },
	{ A " " B " 0\n", 0, 1 },
	{ A " " B " 0-3,7 before\n" A " " B " 2\n", 0, 5 },
	{ A " " B " 0-99999\n", 0, 100000 },
	{ A " " B " 0-100000\n", 1, 0 },
	{ A " " B " test\n", 1, 0 },
	{ A " " B " 0\nfoo\n" B " " A " 1\n\n", 2, 2 },
	{ A " " B " 0", 1, 0 },
	{ A " " B " 0 befor\n", 1, 0 },
	{ A " " B " 0 before x\n", 1, 0 },
	{ A " " B "\n", 1, 0 },
	{ A "  0\n", 1, 0 },
};

static unsigned orders;
static size_t ids, rcpts;
static char last[CTLREQUEST_LINE_MAX + 1];

static void
each(void *arg, struct ctlrequest *o, size_t n)
{
	struct buf b = { 0 };
	const struct selector_by *by = &o->sel.by[0];

	(void)arg;
	orders++;
	ids += n;
	rcpts += n * ranges_count(by->value, by->len, 99999);
	ctlrequest_put(o, 0, n, &b);
	if (buf_len(&b) > CTLREQUEST_LINE_MAX || o->sel.n != 1)
		rcpts += 1000000;
	else
		snprintf(last, sizeof last, "%.*s", (int)buf_len(&b),
		    buf_data(&b));
	buf_free(&b);
}

static void
ask(struct moving *m, unsigned want_orders, size_t want_rcpts, const char *name)
{
	orders = 0;
	ids = rcpts = 0;
	is_num(moving_orders(m, CTLREQUEST_DELETE, each, NULL), 0, name);
	is_num(orders, want_orders, "orders");
	is_num((long long)rcpts, (long long)want_rcpts, "recipients");
}

static void
orders_of(void)
{
	struct moving m = { { 0 } };
	struct moving_rcpt *r;
	char id[NAME_LEN + 1] = A;
	unsigned i;
	size_t n;

	ask(&m, 0, 0, "nobody");
	for (i = 0; i < 250; i++) {
		id[10] = "0123456789"[i / 100];
		id[11] = "0123456789"[i / 10 % 10];
		id[12] = "0123456789"[i % 10];
		moving_add(&m, id, 0, 0);
	}
	moving_sort(&m);
	ask(&m, 3, 250, "messages with one recipient go together");
	moving_add(&m, id, 1, 0);
	moving_sort(&m);
	ask(&m, 4, 251, "one with two does not");
	ok(strstr(last, "cmd:delete\tsel:id\targ:") == last &&
		strstr(last, "\tsel:n\targ:0-1\n") != NULL,
	    "a request");
	r = moving_list(&m, &n);
	r[0].done = r[n - 1].done = 1;
	ask(&m, 3, 249, "who is done is not meant");
	moving_free(&m);
	for (i = 0; i < 100000; i += 2)
		moving_add(&m, A, i, 0);
	moving_sort(&m);
	orders = 0;
	ids = rcpts = 0;
	moving_orders(&m, CTLREQUEST_HOLD, each, NULL);
	is_num((long long)rcpts, 50000, "many of one message");
	ok(orders > 100, "in several requests");
	moving_free(&m);
}

int
main(void)
{
	struct moving m = { { 0 } };
	size_t i, n;

	lines();
	for (i = 0; i < sizeof receipts / sizeof *receipts; i++) {
		is_num(moving_receipts(&m, receipts[i].text,
			   strlen(receipts[i].text)),
		    receipts[i].bad, receipts[i].text);
		moving_list(&m, &n);
		is_num((long long)n, receipts[i].n, "recipients");
		m.list.end = m.list.off;
	}
	moving_free(&m);
	orders_of();
	return done();
}
