#include "queue/retry.h"
#include "tap.h"

static char keys[160][300], datas[160][300];
static unsigned n_records;
static const char *reason;

static int
add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	(void)arg;
	snprintf(keys[n_records], 300, "%.*s", (int)kn, key);
	snprintf(datas[n_records++], 300, "%.*s", (int)dn, data);
	return 0;
}

static void
wrong(void *arg, const char *r)
{
	static char said[200];

	(void)arg;
	snprintf(said, sizeof said, "%s", r); /* it may be gone then */
	reason = said;
}

static const struct conffile_sink sink = { add, wrong, NULL };

static char state[256];
static unsigned lineno;

static int
feed(const char *line)
{
	reason = NULL;
	return conffile_retry.line(state, line, strlen(line), ++lineno, &sink);
}

static void
finish(void)
{
	conffile_retry.finish(state, &sink);
	lineno = 0;
}

static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	unsigned i;

	if (arg != NULL)
		return -1;
	for (i = 0; i < n_records; i++)
		if (strlen(keys[i]) == n && memcmp(keys[i], key, n) == 0) {
			*data = datas[i];
			*len = strlen(datas[i]);
			return 1;
		}
	return 0;
}

static void
test_text(void)
{
	static const struct {
		const char *line, *key, *data; /* key NULL: refused */
	} cases[] = {
		{ "intervals=5m", "*", "intervals=5m" },
		{ "intervals=5m,10m,1h lifetime=5d warn=4h jitter=10%", "*",
		    "intervals=5m,10m,1h lifetime=5d warn=4h jitter=10%" },
		{ "domain:a.example warn=0", "domain:a.example", "warn=0" },
		{ "domain:.example  lifetime=1d", "domain:.example",
		    "lifetime=1d" },
		{ "class:dns intervals=1", "class:dns", "intervals=1" },
		{ "class:dns domain:a.example jitter=0%",
		    "domain:a.example+class:dns", "jitter=0%" },
		{ "jitter=50%", "*", "jitter=50%" },
		{ "lifetime=366d", "*", "lifetime=366d" },
		{ "doubt=same-host,once,1h", "*", "doubt=same-host,once,1h" },
		{ "doubt=366d", "*", "doubt=366d" },
		{ "doubt=367d", NULL, NULL },
		{ "doubt=once doubt=once", NULL, NULL },
		{ "jitter=51%", NULL, NULL },
		{ "lifetime=367d", NULL, NULL },
		{ "jitter=5", NULL, NULL },
		{ "domain:a.example", NULL, NULL },
		{ "domain: warn=1h", NULL, NULL },
		{ "domain:A.example warn=1h", NULL, NULL },
		{ "domain:a+b warn=1h", NULL, NULL },
		{ "intervals=", NULL, NULL },
		{ "intervals=5m,", NULL, NULL },
		{ "intervals=0", NULL, NULL },
		{ "intervals=5x", NULL, NULL },
		{ "warn=4h domain:a.example", NULL, NULL },
		{ "warn=-1", NULL, NULL },
		{ "nonsense", NULL, NULL },
		{ "intervals=1m,5m*2..4h", "*", "intervals=1m,5m*2..4h" },
		{ "intervals=1s*1.01..2s", "*", NULL },
		{ "intervals=5m*2", NULL, NULL },
		{ "intervals=5m*..4h", NULL, NULL },
		{ "intervals=5m*1..4h", NULL, NULL },
		{ "intervals=5m*1.005..4h", NULL, NULL },
		{ "intervals=5m*100.01..4h", NULL, NULL },
		{ "intervals=5m*2..5m", NULL, NULL },
		{ "intervals=5m*2..", NULL, NULL },
		{ "intervals=*2..4h", NULL, NULL },
		{ "intervals=5m*2..4h,5h", NULL, NULL },
		{ "intervals=1s*1.01..1h", NULL, NULL },
		{ "tries=10000", "*", "tries=10000" },
		{ "tries=0", "*", "tries=0" },
		{ "tries=10001", NULL, NULL },
		{ "tries=", NULL, NULL },
		{ "tries=3 tries=4", NULL, NULL },
		{ "failure:greylisted intervals=1m", "failure:greylisted",
		    "intervals=1m" },
		{ "failure:x class:rcpt domain:a intervals=1m",
		    "domain:a+class:rcpt+failure:x", "intervals=1m" },
		{ "failure:abcdefghijklmnopqrstuvwxyz-01234 warn=0",
		    "failure:abcdefghijklmnopqrstuvwxyz-01234", "warn=0" },
		{ "failure:abcdefghijklmnopqrstuvwxyz-012345 warn=0", NULL,
		    NULL },
		{ "failure: warn=0", NULL, NULL },
		{ "failure:a failure:b warn=0", NULL, NULL },
		{ "class:null-mx intervals=1", "class:null-mx", NULL },
		{ "class:421 intervals=1", "class:421", NULL },
		{ "class:auth intervals=1", "class:auth", NULL },
		{ "class:greylisted intervals=1", NULL, NULL },
		{ "class:tl intervals=1", NULL, NULL },
		{ "class: intervals=1", NULL, NULL },
		{ "intervals=5m intervals=1h", NULL, NULL },
		{ "lifetime=1d warn=1h lifetime=1d", NULL, NULL },
		{ "warn=1h warn=1h", NULL, NULL },
		{ "jitter=1% jitter=2%", NULL, NULL },
		{ "domain:a domain:b warn=1h", NULL, NULL },
		{ "class:dns class:rcpt warn=1h", NULL, NULL },
		{ "intervals=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,"
		  "20,21,22,23,24,25,26,27,28,29,30,31,32",
		    "*", NULL },
		{ "intervals=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,"
		  "20,21,22,23,24,25,26,27,28,29,30,31,32,33",
		    NULL, NULL },
	};
	unsigned i;

	ok(conffile_retry.state_size <= sizeof state, "small state");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		finish();
		n_records = 0;
		if (cases[i].key == NULL) {
			ok(feed(cases[i].line) == -1 && reason != NULL &&
				n_records == 0,
			    cases[i].line);
			continue;
		}
		ok(feed(cases[i].line) == 0 && n_records == 2, cases[i].line);
		is_str(keys[0], cases[i].key, "its key");
		if (cases[i].data != NULL)
			is_str(datas[0], cases[i].data, "its data");
	}
	n_records = 0;
	finish();
	ok(feed("warn=1h") == 0 && feed("domain:a warn=1h") == 0 &&
		feed("class:dns domain:a warn=1h") == 0,
	    "three kinds");
	is_num(feed("domain:a class:dns lifetime=1d"), -1, "one again");
	is_str(reason, "the same conditions stand in line 3 already",
	    "where it stood");
	is_num(feed("jitter=1%"), -1, "none again");
	finish();
	n_records = 0;
}

static void
look_failure(const char *domain, const char *class, const char *failure,
    unsigned first, unsigned lifetime, unsigned warn, unsigned jitter)
{
	const struct retry_case c = { { domain, strlen(domain) },
		{ class, strlen(class) }, { failure, strlen(failure) } };
	const struct lookup l = { get, NULL };
	char name[200];
	struct retry r;

	snprintf(name, sizeof name, "%s %s %s", domain, class, failure);
	ok(retry_lookup(&r, &c, &l) == 0 && r.interval[0] == first &&
		r.lifetime == lifetime && r.warn == warn && r.jitter == jitter,
	    name);
}

static void
look(const char *domain, const char *class, unsigned first, unsigned lifetime,
    unsigned warn, unsigned jitter)
{
	look_failure(domain, class, "", first, lifetime, warn, jitter);
}

/* a failure tells more than a class, both more than one, a domain most */
static void
test_failures(void)
{
	n_records = 0;
	feed("intervals=1m");
	feed("class:rcpt intervals=2m");
	feed("failure:greylisted intervals=3m");
	feed("failure:greylisted class:rcpt intervals=4m");
	feed("failure:mailbox-full lifetime=1d");
	feed("domain:.b.example failure:greylisted intervals=5m");
	feed("domain:c.example intervals=6m");
	finish();
	look_failure("a", "connect", "network", 60, 432000, 14400, 10);
	look_failure("a", "rcpt", "network", 120, 432000, 14400, 10);
	look_failure("a", "dot", "greylisted", 180, 432000, 14400, 10);
	look_failure("a", "rcpt", "greylisted", 240, 432000, 14400, 10);
	look_failure("a", "rcpt", "mailbox-full", 120, 86400, 14400, 10);
	look_failure("x.b.example", "rcpt", "greylisted", 300, 432000, 14400,
	    10);
	look_failure("c.example", "rcpt", "greylisted", 360, 432000, 14400, 10);
}

/* the record of classes and failures */
static void
test_conditions(void)
{
	struct slice rest, label, name;
	char text[100];
	unsigned at, i;

	n_records = 0;
	feed("intervals=1m");
	feed("class:rcpt failure:a intervals=2m");
	feed("domain:x class:rcpt failure:b intervals=2m");
	finish();
	is_str(keys[n_records - 1], "=conditions", "the last record");
	rest = (struct slice){ datas[n_records - 1],
		strlen(datas[n_records - 1]) };
	text[0] = '\0';
	while (retry_condition(&rest, &label, &name, &at))
		snprintf(text + strlen(text), sizeof text - strlen(text),
		    "%.*s %.*s %u,", (int)label.n, label.p, (int)name.n, name.p,
		    at);
	is_str(text, "class rcpt 2,failure a 2,failure b 3,", "what occurs");
	n_records = 0;
	for (i = 0; i < RETRY_CONDITIONS_MAX; i++) {
		snprintf(text, sizeof text, "failure:f%u warn=1h", i);
		if (feed(text) == -1)
			break;
		n_records = 0;
	}
	is_num(i, RETRY_CONDITIONS_MAX, "as many as there may be");
	is_num(feed("failure:f0 domain:x warn=1h"), 0, "one of them again");
	is_num(feed("failure:g warn=1h"), -1, "one more");
	is_str(reason, "more than 64 classes and failures", "is told");
	n_records = 0;
	finish();
}

static void
test_lookup(void)
{
	static const struct retry_case some = { { "a", 1 }, { "", 0 },
		{ "", 0 } };
	const struct lookup damaged = { get, keys };
	struct retry r, none;
	unsigned i;

	retry_default(&none);
	n_records = 0;
	look("a.example", "dns", 300, 432000, 14400, 10);
	feed("intervals=1m,2m lifetime=2d");
	feed("class:dns intervals=30s");
	feed("domain:.example warn=1h");
	feed("domain:a.example lifetime=3d");
	feed("domain:a.example class:dns jitter=0%");
	feed("domain:.b.example class:421 intervals=7s");
	finish();
	look("other.org", "", 60, 172800, 14400, 10);
	look("other.org", "dns", 30, 172800, 14400, 10);
	look("x.example", "connect", 60, 172800, 3600, 10);
	look("a.example", "connect", 60, 259200, 3600, 10);
	look("a.example", "dns", 30, 259200, 3600, 0);
	look("sub.a.example", "dns", 30, 172800, 3600, 10);
	look("b.example", "421", 7, 172800, 3600, 10);
	look("c.b.example", "421", 7, 172800, 3600, 10);
	look("", "", 60, 172800, 14400, 10);
	is_num(retry_lookup(&r, &some, &damaged), -1,
	    "a damaged table is told");
	is_num(memcmp(&r, &none, sizeof r), 0, "and the defaults hold");

	retry_default(&r);
	r.n = 2;
	r.interval[0] = 100;
	r.interval[1] = 1000;
	r.jitter = 0;
	is_num(retry_interval_ms(&r, 1, 12345), 100000, "first interval");
	is_num(retry_interval_ms(&r, 2, 12345), 1000000, "second");
	is_num(retry_interval_ms(&r, 99, 12345), 1000000, "the last repeats");
	r.jitter = 10;
	for (i = 0; i < 100000; i += 7)
		if (retry_interval_ms(&r, 1, i) < 90000 ||
		    retry_interval_ms(&r, 1, i) > 110000)
			break;
	ok(i >= 100000, "jitter stays within its bounds");
	is_num(retry_interval_ms(&r, 1, 0), 90000, "from below");
	is_num(retry_interval_ms(&r, 1, 20000), 110000, "to above");
}

/* FACTOR..END stands for the intervals that it makes */
static void
test_growing(void)
{
	static const struct {
		const char *text;
		unsigned n, interval[6];
	} cases[] = {
		{ "intervals=5m*2..1h", 5, { 300, 600, 1200, 2400, 3600 } },
		{ "intervals=30s,1m*3..10m", 5, { 30, 60, 180, 540, 600 } },
		{ "intervals=5*5..3000", 5, { 5, 25, 125, 625, 3000 } },
		{ "intervals=1*1.5..5", 5, { 1, 2, 3, 4, 5 } },
		{ "intervals=100*1.25..150", 3, { 100, 125, 150 } },
	};
	static const struct retry_case any;
	const struct lookup l = { get, NULL };
	struct retry r;
	unsigned i, k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n_records = 0;
		feed(cases[i].text);
		finish();
		retry_lookup(&r, &any, &l);
		is_num(r.n, cases[i].n, cases[i].text);
		for (k = 0; k < r.n && k < cases[i].n; k++)
			is_num(r.interval[k], cases[i].interval[k],
			    "an interval of it");
	}
}

static void
test_tries(void)
{
	static const struct retry_case any;
	const struct lookup l = { get, NULL };
	struct retry r;

	n_records = 0;
	retry_lookup(&r, &any, &l);
	ok(!retry_was_last(&r, 9999), "no number of tries is the last");
	feed("tries=3");
	finish();
	retry_lookup(&r, &any, &l);
	ok(!retry_was_last(&r, 1), "the second of three");
	ok(retry_was_last(&r, 2), "the third is the last");
	ok(retry_was_last(&r, 7), "and any behind it");
}

int
main(void)
{
	test_text();
	test_growing();
	test_tries();
	test_lookup();
	test_failures();
	test_conditions();
	return done();
}
