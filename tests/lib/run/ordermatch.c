/* which orders hold for a recipient */
#include "runorder.h"
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from News@a.example\ntenant acme\ntag spring\n"
			  "to b@b.example\nto c@b.example\n";

static struct runqueue q;
static uint32_t m, x, y;
static struct jobhead *k;

/* does an order keep the first and the second: "10"; and the domain alone */
static const char *
kept(const char *selectors)
{
	static char t[8];
	char line[300];

	snprintf(line, sizeof line, "cmd:suspend\t%s", selectors);
	if (runorder_add(&q.r, line) == NULL)
		return "refused";
	snprintf(t, sizeof t, "%d%d %d", ordermatch_keeps(&q.r, x, k) != NULL,
	    ordermatch_keeps(&q.r, y, k) != NULL,
	    ordermatch_keeps(&q.r, x, NULL) != NULL);
	runorder_end(&q.r, "cmd:resume\tsel:all");
	return t;
}

static const struct {
	const char *sel, *want;
} cases[] = {
	{ "sel:all", "11 1" },
	{ "sel:domain\targ:B.example", "11 1" },
	{ "sel:domain\targ:.example", "11 1" },
	{ "sel:domain\targ:a.example", "00 0" },
	{ "sel:not:domain\targ:b.example", "00 0" },
	{ "sel:from\targ:news@a.example", "11 0" },
	{ "sel:to\targ:c@b.example", "01 0" },
	{ "sel:not:to\targ:c@b.example", "10 0" },
	{ "sel:tenant\targ:acme\tsel:tag\targ:spring", "11 0" },
	{ "sel:tenant\targ:acme\tsel:tag\targ:x", "00 0" },
	{ "sel:tenant\targ:acme\tsel:tenant\targ:x", "11 0" },
	{ "sel:domain\targ:b.example\tsel:tenant\targ:x", "00 0" },
	{ "sel:user\targ:x", "00 0" },
	/* that is for route to say */
	{ "sel:site\targ:mx.b", "00 0" },
	{ "sel:via\targ:p", "00 0" },
};

/* the labels that a job gets: "pool:p suspend-if:..." */
static const char *
labels(void)
{
	static char t[2000];
	struct buf b = { 0 };
	char *p;

	buf_puts(&b, "id:1\n");
	if (ordermatch_labels(&q.r, x, k, &b) == -1)
		return "no memory";
	snprintf(t, sizeof t, "%.*s", (int)buf_len(&b) - 5, buf_data(&b) + 4);
	for (p = t; *p != '\0'; p++)
		*p = *p == '\t' ? ' ' : *p;
	buf_free(&b);
	return t;
}

static void
for_route(void)
{
	is_str(labels(), "", "nothing");
	runorder_add(&q.r,
	    "cmd:suspend\tsel:via\targ:p\tsel:via\targ:q\t"
	    "sel:tenant\targ:acme\tfor:60");
	runorder_add(&q.r, "cmd:suspend\tsel:site\targ:mx.x");
	runorder_add(&q.r,
	    "cmd:suspend\tsel:site\targ:y\tsel:user\targ:nobody");
	runorder_add(&q.r, "cmd:suspend\tsel:domain\targ:other");
	is_str(labels(),
	    " suspend-if:1,1790000060,via=p,via=q 2,1790003600,site=mx.x",
	    "what route has to look at");
	runqueue_pass(60000);
	is_str(labels(), " suspend-if:2,1790003660,site=mx.x", "in its time");
	runorder_end(&q.r, "cmd:resume\tsel:all");
}

static void
rebound(void)
{
	char line[100];

	runorder_add(&q.r, "cmd:rebind\tsel:all\tset-pool:p\tset-tag:a");
	runorder_add(&q.r,
	    "cmd:rebind\tsel:from\targ:news@a.example\t"
	    "set-host:h:26\tset-pool:r\tset-tag:b");
	runorder_add(&q.r, "cmd:rebind\tsel:tenant\targ:x\tset-pool:s");
	is_str(labels(), " tag:a tag:b pool:r host:h:26",
	    "the later one is the stronger");
	runorder_end(&q.r, "cmd:rebind\tnone:1");
	snprintf(line, sizeof line,
	    "cmd:rebind\tsel:id\targ:0123456789abcdefgh00 %s\tset-pool:i",
	    q.id);
	runorder_add(&q.r, line);
	is_str(labels(), " pool:i", "by id");
	runorder_end(&q.r, "cmd:rebind\tnone:1");
	/* an hour old when it is ordered, and later */
	runqueue_pass(3600000);
	runorder_add(&q.r, "cmd:rebind\tsel:age\targ:2h\tset-pool:old");
	runorder_add(&q.r, "cmd:rebind\tsel:age\targ:-2h\tset-pool:young");
	runqueue_pass(7200000);
	is_str(labels(), " pool:young", "as old as it was then");
	runorder_end(&q.r, "cmd:rebind\tnone:1");
}

/* what comes behind it is not rebound */
static void
later(void)
{
	runorder_add(&q.r, "cmd:rebind\tsel:all\tset-pool:p");
	is_str(labels(), " pool:p", "what was there");
	q.r.orders.one[0]->since_ms =
	    name_time_us(q.r.s.message[m].id) / 1000 - 1;
	is_str(labels(), "", "not what came then");
	runorder_end(&q.r, "cmd:rebind\tnone:1");
}

static void
returned(void)
{
	runorder_add(&q.r, "cmd:bounce\tsel:to\targ:b@b.example\tfor:60");
	ok(ordermatch_returns(&q.r, x, k) != NULL &&
		ordermatch_returns(&q.r, y, k) == NULL &&
		ordermatch_keeps(&q.r, x, k) == NULL,
	    "returned");
	runqueue_pass(60000);
	ok(ordermatch_returns(&q.r, x, k) == NULL, "in its time");
	is_num((int)(ordermatch_again_ms(q.r.orders.one[0], 1000) / 1000), 4600,
	    "looked at after an hour");
	q.r.orders.one[0]->until_s = 1005;
	is_num((int)(ordermatch_again_ms(q.r.orders.one[0], 1000) / 1000), 1005,
	    "or when it is over");
	runorder_end(&q.r, "cmd:resume\tsel:all");
}

int
main(int argc, char **argv)
{
	size_t i;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	m = runqueue_load(&q, env);
	x = runqueue_rcpt(&q, m, 0);
	y = runqueue_rcpt(&q, m, 1);
	k = heads_take(&q.r, m);
	ok(ordermatch_keeps(&q.r, x, k) == NULL, "none stands");
	for_route();
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(kept(cases[i].sel), cases[i].want, cases[i].sel);
	rebound();
	later();
	returned();
	heads_release(&q.r, m, k);
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
