#include "throttle/throttle.h"
#include "tap.h"
#include <stdlib.h>
#include <time.h>

static const struct {
	const char *line, *want; /* canonical, or NULL: wrong */
} lines[] = {
	{ "* rate=100/s", "* rate=100/s burst=4" },
	{ "*\trate=1/h", "* rate=1/h burst=1" },
	{ "* rate=10/s", "* rate=10/s burst=2" },
	{ "* rate=1/s", "* rate=1/s burst=1" },
	{ "* rate=6/10m burst=6", "* rate=6/10m burst=6" },
	{ "* rcpt-rate=1000/s", "* rcpt-rate=1000/s burst=100" },
	{ "* rcpt-rate=1/d", "* rcpt-rate=1/d burst=1" },
	{ "site:MX.Example.NET conn=5", "site:mx.example.net conn=5" },
	{ "via:pool1+site:* conn=5  rate=2/s rate=100/h backoff=10",
	    "site:*+via:pool1 conn=5 rate=2/s burst=2 rate=100/h burst=1 "
	    "backoff=10..10" },
	{ "tenant:a+via:b+domain:.c.d+site:e conn=1",
	    "site:e+domain:.c.d+via:b+tenant:a conn=1" },
	{ "domain:.example.org backoff=10..1h",
	    "domain:.example.org backoff=10..3600" },
	{ "* msgs-per-conn=20", "* msgs-per-conn=20" },
	{ "* warm=50,100*1.5..999/2026-12-01@Europe/Berlin cap=9/day",
	    "* warm=50,100*1.50..999/2026-12-01@Europe/Berlin cap=9/day" },
	{ "* conn-rate=50/s", "* conn-rate=50/s burst=3" },
	{ "* conn-rate=6/m burst=2 rate=1/s",
	    "* conn-rate=6/m burst=2 rate=1/s burst=1" },
	{ "* byte-rate=1M/s", "* byte-rate=1048576/s burst=1048576" },
	{ "* byte-rate=1000/h", "* byte-rate=1000/h burst=1" },
	{ "* byte-rate=10k/m burst=3M", "* byte-rate=10240/m burst=3145728" },
	{ "* byte-rate=1024G/d burst=4294967295",
	    "* byte-rate=1099511627776/d burst=4294967295" },
	{ "* conn=none backoff=none", "* conn=none backoff=none" },
	{ "* cap=100/hour", "* cap=100/hour" },
	{ "* cap=9/day@Europe/Berlin rcpt-cap=1000000/hour@UTC rate=1/s",
	    "* rate=1/s burst=1 cap=9/day@Europe/Berlin "
	    "rcpt-cap=1000000/hour@UTC" },
	{ "* cap=1/day cap=1/hour cap=1/day@UTC cap=1/hour@UTC",
	    "* cap=1/day cap=1/hour cap=1/day@UTC cap=1/hour@UTC" },
	{ "tag:list=*+provider:Gmail+src:out1 conn=1",
	    "provider:gmail+src:out1+tag:list=* conn=1" },
	{ "* conn=100000", "* conn=100000" },
	{ "* rate=1000000/7d", "* rate=1000000/7d burst=2" },
	{ "* backoff=86400..86400", "* backoff=86400..86400" },
	/* wrong */
	{ "*", NULL },
	{ "site:a", NULL },
	{ "conn=5", NULL },
	{ "site: conn=5", NULL },
	{ "site conn=5", NULL },
	{ "site:a+ conn=5", NULL },
	{ "+site:a conn=5", NULL },
	{ "site:a+site:b conn=5", NULL },
	{ "from:a conn=5", NULL },
	{ "*+site:a conn=5", NULL },
	{ "site:. conn=5", NULL },
	{ "site:a*b conn=5", NULL },
	{ "site:a\\tb conn=1", NULL },
	{ "* conn=0", NULL },
	{ "* conn=100001", NULL },
	{ "* conn=", NULL },
	{ "* conn", NULL },
	{ "* conn=-1", NULL },
	{ "* conns=5", NULL },
	{ "* rate=0/s", NULL },
	{ "* rate=1000001/s", NULL },
	{ "* rate=5", NULL },
	{ "* rate=5/", NULL },
	{ "* rate=5/x", NULL },
	{ "* rate=5/w", NULL },
	{ "* rate=5/0s", NULL },
	{ "* rate=5/8d", NULL },
	{ "* rate=5/10", NULL },
	{ "* rate=5/00000000000000000001s", NULL },
	{ "* burst=5", NULL },
	{ "* burst=5 rate=1/s", NULL },
	{ "* rate=1/s burst=0", NULL },
	{ "* rate=1/s burst=1000001", NULL },
	{ "* backoff=0", NULL },
	{ "* backoff=10..5", NULL },
	{ "* backoff=86401", NULL },
	{ "* backoff=..5", NULL },
	{ "* backoff=5..", NULL },
	{ "* backoff=1...5", NULL },
	{ "* msgs-per-conn=0", NULL },
	{ "* warm=5/2026-12-01@", NULL },
	{ "* warm=5/2026-12-01@../x", NULL },
	{ "* warm=5/2026-12-01 warm=6/2026-12-01@UTC", NULL },
	{ "* conn-rate=0/s", NULL },
	{ "* conn-rate=1k/s", NULL },
	{ "* byte-rate=0/s", NULL },
	{ "* cap=0/hour", NULL },
	{ "* cap=1000001/hour", NULL },
	{ "* cap=1/h", NULL },
	{ "* cap=1/2day", NULL },
	{ "* cap=1", NULL },
	{ "* cap=1/hour@", NULL },
	{ "* cap=1/hour@Europe Berlin", NULL },
	{ "* cap=1/hour@../UTC", NULL },
	{ "* cap=1/day cap=1/hour cap=1/day@UTC cap=1/hour@UTC rcpt-cap=1/day",
	    NULL },
	{ "* byte-rate=k/s", NULL },
	{ "* byte-rate=1K/s", NULL },
	{ "* byte-rate=1025G/d", NULL },
	{ "* byte-rate=1/s burst=0", NULL },
	{ "* byte-rate=1k/s burst=4G", NULL },
	{ "* byte-rate=1/7d burst=1000001", NULL },
	{ "* byte-rate=999999999999/7d", NULL },
	{ "* rate=1k/s", NULL },
	{ "* conn=none backoff=none backoff=5", NULL },
	{ "* rate=1/s rate=1/s rate=1/s rate=1/s rate=1/s rate=1/s rate=1/s "
	  "rate=1/s rate=1/s",
	    NULL },
};

static void
parsing(void)
{
	struct throttle_rule *r, *again;
	struct buf b = { 0 }, c = { 0 };
	const char *reason;
	size_t i;
	int bad = 0, same;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		r = throttle_parse(NULL, lines[i].line, strlen(lines[i].line),
		    &reason);
		if ((r == NULL) != (lines[i].want == NULL) ||
		    (r == NULL && reason == NULL)) {
			printf("# %s: %s\n", lines[i].line,
			    reason == NULL ? "taken" : reason);
			bad++;
		}
		if (r == NULL)
			continue;
		buf_clear(&b);
		throttle_print(&b, r);
		buf_putc(&b, '\0');
		if (lines[i].want != NULL &&
		    strcmp(buf_data(&b), lines[i].want) != 0) {
			printf("# %s\n# %s\n", buf_data(&b), lines[i].want);
			bad++;
		}
		/* the canonical form is its own */
		again = throttle_parse(NULL, buf_data(&b), buf_len(&b) - 1,
		    &reason);
		buf_clear(&c);
		same = again != NULL && throttle_print(&c, again) == 0 &&
		    buf_len(&c) + 1 == buf_len(&b) &&
		    memcmp(buf_data(&b), buf_data(&c), buf_len(&c)) == 0;
		bad += !same;
		free(again);
		free(r);
	}
	is_num(bad, 0, "lines, right and wrong");
	buf_free(&b);
	buf_free(&c);
}

static void
long_values(void)
{
	char line[600];
	const char *reason;
	struct throttle_rule *r;
	int n;

	n = snprintf(line, sizeof line, "site:%0*d conn=1", THROTTLE_VALUE_MAX,
	    7);
	r = throttle_parse(NULL, line, n, &reason);
	ok(r != NULL, "a value of 255 bytes");
	free(r);
	n = snprintf(line, sizeof line, "site:%0*d conn=1",
	    THROTTLE_VALUE_MAX + 1, 7);
	ok(throttle_parse(NULL, line, n, &reason) == NULL && reason != NULL,
	    "one of 256 bytes is too long");
}

/* what applies: the keys found, in any order, sorted here */

static const char *const table[] = { "* rate=100/s", "site:mx.a.org conn=3",
	"site:* rate=9/s", "domain:.a.org rate=5/s", "domain:b.a.org conn=2",
	"via:p1+tenant:* rate=3/s", "domain:.org+via:p1 rate=2/s",
	"tenant:t backoff=5", "via:p2 msgs-per-conn=3" };

static const struct {
	const char *site, *domain, *via, *tenant, *want;
} jobs[] = {
	{ NULL, NULL, NULL, NULL, "* " },
	{ "mx.x", NULL, NULL, NULL, "* site:* site:*! " },
	{ "mx.a.org", NULL, NULL, NULL, "* site:* site:*! site:mx.a.org " },
	{ "mx.a.org.", NULL, NULL, NULL, "* site:* site:*! " },
	{ "x", "a.org", NULL, NULL, "* domain:.a.org site:* site:*! " },
	{ "x", "ba.org", NULL, NULL, "* site:* site:*! " },
	{ "x", "b.a.org", "p1", NULL,
	    "* domain:.a.org domain:.org+via:p1 domain:b.a.org site:* "
	    "site:*! " },
	{ "x", "c.b.a.org", "p2", "t",
	    "* domain:.a.org site:* site:*! tenant:t via:p2 " },
	{ "x", NULL, "p1", "u", "* site:* site:*! via:p1+tenant:* " },
	{ NULL, "", "p1", "", "* " },
};

struct list {
	char key[20][64];
	int n, conn;
};

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
found(void *arg, const struct throttle_rule *r)
{
	struct list *l = arg;

	snprintf(l->key[l->n++], 64, "%.*s%s ", (int)r->key_len, r->key,
	    r->builtin ? "!" : "");
	l->conn += r->conn;
	return 0;
}

static void
who_is(struct throttle_who *w, const char *const *v)
{
	int i;

	memset(w, 0, sizeof *w);
	for (i = 0; i <= THROTTLE_TENANT; i++) {
		w->value[i] = v[i];
		w->len[i] = v[i] == NULL ? 0 : strlen(v[i]);
	}
}

static void
matching(void)
{
	struct throttle_rules t = { .n = 0 };
	struct throttle_who w;
	struct list l;
	const char *reason;
	char got[1000];
	size_t i;
	int j, bad = 0;

	for (i = 0; i < sizeof table / sizeof table[0]; i++)
		bad += throttle_add(&t, table[i], strlen(table[i]), &reason);
	is_num(bad, 0, "a table");
	is_num(throttle_labels_used(&t), 15, "speaks of all labels");
	for (i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
		const char *v[] = { jobs[i].site, jobs[i].domain, jobs[i].via,
			jobs[i].tenant };

		who_is(&w, v);
		memset(&l, 0, sizeof l);
		throttle_match(&t, &w, found, &l);
		qsort(l.key, l.n, sizeof l.key[0], compare);
		got[0] = '\0';
		for (j = 0; j < l.n; j++)
			strcat(got, l.key[j]);
		is_str(got, jobs[i].want, "what applies");
	}
	throttle_free(&t);
}

static void
defaults(void)
{
	struct throttle_rules t = { .n = 0 };
	const char *v[] = { "s", "d", NULL, NULL }, *reason;
	struct throttle_who w;
	struct list l = { .n = 0 };

	who_is(&w, v);
	throttle_match(&t, &w, found, &l);
	ok(l.n == 1 && l.conn == THROTTLE_CONN_DEFAULT,
	    "no table: the built-in rule for the site");
	throttle_add(&t, "* conn=500", 10, &reason);
	memset(&l, 0, sizeof l);
	throttle_match(&t, &w, found, &l);
	ok(l.n == 2 && l.conn == 500 + THROTTLE_CONN_DEFAULT,
	    "a rule for all leaves it in force");
	throttle_add(&t, "domain:d conn=7", 15, &reason);
	memset(&l, 0, sizeof l);
	throttle_match(&t, &w, found, &l);
	is_num(l.conn, 507, "one that names site or domain replaces it");
	throttle_add(&t, "DOMAIN:d conn=7", 15, &reason);
	throttle_add(&t, "domain:D conn=5 rate=1/s", 24, &reason);
	throttle_add(&t, "domain:d conn=6 rate=2/s backoff=9", 34, &reason);
	throttle_add(&t, "domain:d conn=none cap=7/day", 28, &reason);
	throttle_add(&t, "domain:d cap=5/day cap=9/hour", 29, &reason);
	ok(t.list->n_caps == 2 && t.list->cap[0].n == 5 &&
		t.list->cap[0].calendar != t.list->cap[1].calendar,
	    "of caps that count the same the least");
	is_num(t.n, 2, "one key on several lines is one rule");
	memset(&l, 0, sizeof l);
	throttle_match(&t, &w, found, &l);
	ok(l.n == 2 && l.conn == 505, "with the least of its conn");
	throttle_free(&t);
}

/* without limits of ours, and with one that says so */
static void
uncontrolled(void)
{
	struct throttle_rules t = { .n = 0 };
	const char *v[] = { "s", "d", NULL, NULL }, *reason;
	struct throttle_who who;
	struct list l = { .n = 0 };

	throttle_add(&t, "site:* conn=none backoff=none", 29, &reason);
	who_is(&who, v);
	throttle_match(&t, &who, found, &l);
	is_num(l.n, 1, "no limits: nothing is built in");
	is_num(throttle_conn(t.list), 0, "as many connections as there are");
	throttle_add(&t, "site:* conn=7", 13, &reason);
	is_num(throttle_conn(t.list), 7, "a number is less than none");
	throttle_free(&t);
	throttle_add(&t, "site:* conn=none", 16, &reason);
	l.n = 0;
	throttle_match(&t, &who, found, &l);
	is_num(l.n, 2, "the backoff that is built in stays");
	throttle_free(&t);
}

/* tags, whose names the rules bring; the job says NAME, which has a slot */
static const char *const tagged[] = { "tag:b=1 conn=1", "tag:a=* conn=2",
	"site:*+tag:b=*+tag:a=x conn=4", "user:.example.org conn=8",
	"user:ann@example.org conn=16", "provider:p+src:* conn=32" };

static int
says(const struct throttle_rules *t, const char *const *v, const char *tag_b,
    const char *tag_a)
{
	struct throttle_who w = { { NULL }, { 0 } };
	struct list l = { .n = 0 };
	int i;

	for (i = 0; i < THROTTLE_TAG + 2; i++) {
		w.value[i] = i < THROTTLE_TAG ? v[i]
		    : i == THROTTLE_TAG       ? tag_b
					      : tag_a;
		w.len[i] = w.value[i] == NULL ? 0 : strlen(w.value[i]);
	}
	throttle_match(t, &w, found, &l);
	return l.conn;
}

static void
tags(void)
{
	static const char *const nothing[THROTTLE_TAG] = { NULL };
	static const char *const site[THROTTLE_TAG] = { "s" };
	static const char *const ann[THROTTLE_TAG] = { [THROTTLE_USER] =
							   "ann@example.org" };
	static const char *const other[THROTTLE_TAG] = {
		[THROTTLE_USER] = "joe@a.example.org"
	};
	static const char *const nobody[THROTTLE_TAG] = { [THROTTLE_USER] =
							      "example.net@" };
	static const char *const gmail[THROTTLE_TAG] = { [THROTTLE_SITE] = "s",
		[THROTTLE_PROVIDER] = "p",
		[THROTTLE_SRC] = "1" };
	struct throttle_rules t = { .n = 0 };
	const char *reason;
	size_t i;
	int bad = 0;

	for (i = 0; i < sizeof tagged / sizeof tagged[0]; i++)
		bad += throttle_add(&t, tagged[i], strlen(tagged[i]), &reason);
	is_num(bad, 0, "rules with tags");
	is_num(t.tags.n, 2, "of two names");
	is_num(says(&t, nothing, "1", NULL), 1, "a tag's value");
	is_num(says(&t, nothing, "2", NULL), 0, "another one");
	is_num(says(&t, nothing, "1", "y"), 3, "two tags");
	is_num(says(&t, site, "z", "x"), 6, "a site with two tags");
	is_num(says(&t, site, NULL, "x"), 2 + THROTTLE_CONN_DEFAULT,
	    "and without one of them");
	is_num(says(&t, ann, NULL, NULL), 24, "a user, and his domain");
	is_num(says(&t, other, NULL, NULL), 8, "one below it");
	is_num(says(&t, nobody, NULL, NULL), 0, "and none there");
	is_num(says(&t, gmail, NULL, NULL), 32,
	    "a rule for a provider is one for its sites");
	throttle_free(&t);
}

static void
add_many(struct throttle_rules *t, const char *form, int from, int to)
{
	const char *reason = NULL;
	char line[80];

	for (; from <= to && reason == NULL; from++)
		throttle_add(t, line, snprintf(line, sizeof line, form, from),
		    &reason);
	is_str(reason == NULL ? "good" : reason,
	    to == THROTTLE_TAGS_MAX + 1 ? "more than 8 names of tags" : "good",
	    "names of tags");
}

/* as many names of tags as there may be, and one more; kinds of keys */
static void
kinds(void)
{
	static const char *const v[] = { "*", ".x", "x" };
	struct throttle_rules t = { .n = 0 };
	const char *reason = NULL;
	char line[120];
	int i;

	add_many(&t, "tag:t%d=x conn=1", 1, THROTTLE_TAGS_MAX);
	add_many(&t, "tag:t%d=x conn=1", THROTTLE_TAGS_MAX + 1,
	    THROTTLE_TAGS_MAX + 1);
	throttle_free(&t);
	for (i = 0; i < THROTTLE_SHAPES_MAX; i++)
		if (throttle_add(&t, line,
			snprintf(line, sizeof line,
			    "site:%s+domain:%s+via:%s+tenant:%s+src:%s+user:%s "
			    "conn=1",
			    v[i % 3], v[i / 3 % 3], v[i / 9 % 3], v[i / 27 % 3],
			    v[i / 81 % 3], v[i / 243]),
			&reason) == -1)
			break;
	is_num(i, THROTTLE_SHAPES_MAX, "256 kinds of keys");
	is_num(throttle_add(&t, "via:x conn=1", 12, &reason), -1, "no more");
	is_str(reason, "more than 256 kinds of keys", "and why");
	throttle_free(&t);
}

/* rules for 10,000 providers: what applies is found as quickly */
static void
many_rules(void)
{
	enum { MANY = 10000 };
	struct throttle_rules t = { .n = 0 };
	struct throttle_who w;
	struct list l;
	const char *reason;
	char line[80], site[32];
	int i, bad = 0;
	clock_t t0;

	for (i = 0; i < MANY; i++) {
		snprintf(line, sizeof line,
		    "site:mx%d.example.net conn=%d rate=10/s", i, i % 50 + 1);
		bad += throttle_add(&t, line, strlen(line), &reason);
	}
	t0 = clock();
	for (i = 0; i < MANY; i++) {
		const char *v[] = { site, NULL, NULL, NULL };

		snprintf(site, sizeof site, "mx%d.example.net", i);
		who_is(&w, v);
		l.n = l.conn = 0;
		throttle_match(&t, &w, found, &l);
		bad += l.conn != i % 50 + 1;
	}
	printf("# %.2f us to find the rules of a job\n",
	    (double)(clock() - t0) * 1e6 / CLOCKS_PER_SEC / MANY);
	is_num(bad, 0, "10,000 rules");
	throttle_free(&t);
}

int
main(void)
{
	many_rules();
	parsing();
	long_values();
	matching();
	defaults();
	uncontrolled();
	tags();
	kinds();
	return done();
}
