/* destinations: asked once for all that wait, kept, bounded */
#include "base/die.h"
#include "base/loop.h"
#include "dns/resolve.h"
#include "route/nexthop.h"
#include "dnsfake.h"
#include "looprun.h"
#include "nolookup.h"
#include "tap.h"

static const struct dnsfake_record zone[] = {
	{ "two.test", DNSFAKE_MX, "b.test", 20, 300 },
	{ "two.test", DNSFAKE_MX, "a.test", 10, 300 },
	{ "a.test", DNSFAKE_A, "192.0.2.1", 0, 300 },
	{ "b.test", DNSFAKE_A, "192.0.2.2", 0, 300 },
	{ "plain.test", DNSFAKE_A, "192.0.2.3", 0, 300 },
	{ "bare.test", DNSFAKE_NONE, "", 0, 0 },
	{ "null.test", DNSFAKE_MX, "", 0, 300 },
	{ "odd.test", DNSFAKE_MX, "a b", 0, 300 },
	{ "lost.test", DNSFAKE_MX, "no.test", 10, 300 },
	{ "broken.test", DNSFAKE_MX, "servfail.test", 10, 300 },
	{ "servfail.test", DNSFAKE_SERVFAIL, "", 0, 0 },
	{ "silent.test", DNSFAKE_SILENT, "", 0, 0 },
	{ NULL, 0, NULL, 0, 0 },
};

static struct buf trace;
static unsigned want, lines, drained, unknown;
static int64_t waited_ms;

static void
on_line(void *arg, const char *p, size_t n, int64_t ms, struct nexthop *d)
{
	(void)arg;
	waited_ms = ms > waited_ms ? ms : waited_ms;
	unknown += nexthop_answer(d) == NULL;
	if (buf_len(&trace) < 1000) {
		buf_put(&trace, p, n);
		buf_putc(&trace, ' ');
	}
	lines++;
	if (--want == 0)
		loop_stop();
}

static void
on_drained(void *arg)
{
	(void)arg;
	drained++;
}

static void
on_given_up(void *arg, const char *p, size_t n)
{
	(void)arg;
	buf_put(&trace, p, n);
	buf_putc(&trace, ' ');
}

static struct resolve dns;
static struct nexthops table = {
	.dns = &dns,
	.policy = { .me = "me.example", .local = { nolookup, NULL } },
	.ask4 = 1,
	.line = on_line,
	.drained = on_drained,
};

static void
run(unsigned n)
{
	want = n;
	lines = 0;
	looprun();
}

static void
traced(const char *is, const char *name)
{
	buf_putc(&trace, '\0');
	is_str(buf_data(&trace), is, name);
	buf_clear(&trace);
}

/* the answer, waited for */
static const struct hosts *
answer(struct nexthop *d)
{
	if (nexthop_answer(d) == NULL) {
		nexthop_wait(d, "x", 1);
		run(1);
		buf_clear(&trace);
	}
	return nexthop_answer(d);
}

static void
waiting(void)
{
	struct nexthop *d = nexthop_mx(&table, "two.test", 8);
	const struct hosts *h;
	struct buf b = { 0 };

	ok(nexthop_answer(d) == NULL, "not known yet");
	nexthop_wait(d, "one", 3);
	ok(nexthop_mx(&table, "two.test", 8) == d, "asked once");
	nexthop_wait(d, "two", 3);
	nexthop_wait(d, "", 0);
	nexthop_wait(d, "end", 3);
	run(4);
	traced("one two  end ", "all that waited, in order");
	ok(waited_ms >= 0 && waited_ms < 10000, "and how long");
	h = nexthop_answer(d);
	is_num(hosts_order(&b, h, NULL, HOSTS_46, 0, NULL), 2, "two hosts");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "a.test/25/192.0.2.1 b.test/25/192.0.2.2",
	    "the best first");
	ok(nexthop_mx(&table, "two.test", 8) == d && nexthop_answer(d) == h,
	    "it is kept");
	buf_free(&b);
}

static const struct {
	const char *domain;
	unsigned n, temporary;
	const char *esc, *class;
} cases[] = {
	{ "plain.test", 1, 0, NULL, NULL },
	{ "bare.test", 0, 0, "5.4.4", "dns" },
	{ "no.test", 0, 0, "5.1.2", "dns" },
	{ "null.test", 0, 0, "5.1.10", "null-mx" },
	{ "odd.test", 0, 0, "5.4.4", "dns" },
	{ "lost.test", 0, 0, "5.4.4", "dns" },
	{ "broken.test", 0, 1, "4.4.3", "dns" },
	{ "servfail.test", 0, 1, "4.4.3", "dns" },
};

static void
kinds(void)
{
	const struct hosts *h;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		h = answer(nexthop_mx(&table, cases[i].domain,
		    strlen(cases[i].domain)));
		is_num(h->n, cases[i].n, cases[i].domain);
		if (cases[i].n > 0 || h->n > 0)
			continue;
		is_num(h->temporary, cases[i].temporary, "temporary");
		is_str(h->esc, cases[i].esc, "status code");
		is_str(h->class, cases[i].class, "class");
	}
}

static void
given(void)
{
	struct slice text[] = { { "[192.0.2.9]:26", 14 }, { "a.test", 6 },
		{ "/run/lmtp", 9 } };
	char groups[HOSTS_GROUPS_TEXT];
	struct routes_host host[3];
	struct buf b = { 0 };
	struct nexthop *d;
	unsigned i;

	for (i = 0; i < 3; i++)
		routes_host(text[i], i == 2 ? 0 : 25, &host[i]);
	d = nexthop_hosts(&table, host, 1, 0, 0);
	ok(nexthop_answer(d) != NULL, "a literal needs no question");
	hosts_order(&b, nexthop_answer(d), NULL, HOSTS_46, 0, NULL);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "192.0.2.9/26/192.0.2.9", "as it is given");
	buf_clear(&b);
	d = nexthop_hosts(&table, host, 2, 0, 0);
	ok(nexthop_answer(d) == NULL, "a name does");
	hosts_order(&b, answer(d), NULL, HOSTS_46, 0, NULL);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "192.0.2.9/26/192.0.2.9 a.test/25/192.0.2.1",
	    "in the order given");
	ok(nexthop_hosts(&table, host, 1, 1, 0) !=
		nexthop_hosts(&table, host, 1, 0, 0),
	    "LMTP is something else");
	d = nexthop_hosts(&table, host, 2, 0, 1);
	buf_clear(&b);
	hosts_order(&b, answer(d), NULL, HOSTS_46, 0, groups);
	is_str(groups, "", "with =least they are of one group");
	hosts_order(&b, answer(nexthop_hosts(&table, host, 2, 0, 0)), NULL,
	    HOSTS_46, 0, groups);
	is_str(groups, "1,1", "else each is one");
	buf_free(&b);
}

/* many wait */
static void
full(void)
{
	struct nexthop *d = nexthop_mx(&table, "q1.test", 7);
	char *longest = calloc(1, NEXTHOP_WAIT_BYTES);
	unsigned i;

	for (i = 0; i < NEXTHOP_WAIT_MAX - 1; i++)
		nexthop_wait(d, "l", 1);
	is_num(nexthop_full(&table), 0, "one below");
	nexthop_wait(d, "l", 1);
	is_num(nexthop_full(&table), 1, "full");
	run(NEXTHOP_WAIT_MAX);
	is_num(lines, NEXTHOP_WAIT_MAX, "all come");
	is_num(nexthop_full(&table), 0, "not full");
	is_num(drained, 1, "told once");
	d = nexthop_mx(&table, "q2.test", 7);
	/* before each stand its length, and when it came */
	nexthop_wait(d, longest, NEXTHOP_WAIT_BYTES - 17);
	is_num(nexthop_full(&table), 0, "one byte below");
	nexthop_wait(d, "", 0);
	is_num(nexthop_full(&table), 1, "full of bytes");
	run(2);
	is_num(drained, 2, "told");
	buf_clear(&trace);
	free(longest);
}

/* more destinations than are asked for at a time, and than are kept */
static void
many(void)
{
	unsigned i, n = NEXTHOP_KEPT_MAX + NEXTHOP_ASKING_MAX + 1;
	struct nexthop *d;
	char name[32];

	d = nexthop_mx(&table, "two.test", 8);
	ok(nexthop_answer(d) != NULL, "kept so far");
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "q%u.test", 100 + i);
		d = nexthop_mx(&table, name, strlen(name));
		nexthop_wait(d, "m", 1);
	}
	run(n);
	is_num(lines, n, "all are answered");
	ok(nexthop_answer(d) != NULL, "the last is kept");
	d = nexthop_mx(&table, "two.test", 8);
	ok(nexthop_answer(d) == NULL, "the oldest is not");
	answer(d);
	buf_clear(&trace);
}

static void
give_up(void)
{
	nexthop_wait(nexthop_mx(&table, "silent.test", 11), "s1", 2);
	nexthop_wait(nexthop_mx(&table, "silent.test", 11), "s2", 2);
	nexthop_give_up(&table, on_given_up, NULL);
	traced("s1 s2 ", "given back");
	nexthop_give_up(&table, on_given_up, NULL);
	traced("", "once");
	is_num(nexthop_full(&table), 0, "nothing waits");
}

/* another table: knows nothing of the first, and is told nothing of it */
static void
second(void)
{
	static struct nexthops other;
	struct nexthop *d;

	other = (struct nexthops){ .dns = &dns,
		.policy = table.policy,
		.ask4 = 1,
		.line = on_line,
		.drained = on_drained };
	other.policy.me = "a.test";
	answer(nexthop_mx(&table, "two.test", 8));
	d = nexthop_mx(&other, "two.test", 8);
	ok(nexthop_answer(d) == NULL, "another table has to ask");
	nexthop_wait(nexthop_mx(&table, "silent.test", 11), "s", 1);
	is_str(answer(d)->class, "loop", "by its own policy");
	is_num(nexthop_answer(nexthop_mx(&table, "two.test", 8))->n, 2,
	    "the first one's answer stays");
	nexthop_give_up(&other, on_given_up, NULL);
	traced("", "nothing waits there");
	nexthop_give_up(&table, on_given_up, NULL);
	traced("s ", "but here");
}

int
main(void)
{
	static char *args[] = { "nexthop", NULL };
	char server[32];
	pid_t pid;

	prog_init(args);
	pid = dnsfake_start(zone, server);
	resolve_server(&dns, server);
	resolve_setup(&dns, "/nowhere");
	waiting();
	kinds();
	given();
	full();
	many();
	give_up();
	second();
	is_num(unknown, 0, "no line came before its answer");
	kill(pid, SIGTERM);
	return done();
}
