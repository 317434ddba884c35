/* what replies close: for how long, for whom, the probe, and what is kept over
 * a restart */
#include "throttle/closures.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

enum { S = 1000000 };

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static struct closures_who
who(const char *site, const char *provider, const char *via, const char *src)
{
	return (struct closures_who){ slice(site), slice(provider), slice(via),
		slice(src) };
}

static const struct closures_said said = { { "421", 3 }, { "4.7.0", 5 },
	{ "mx.a", 4 }, { "go\\n away", 9 } };

static const struct closure *
close_at(struct closures *c, const char *does, const struct closures_who *w,
    int64_t started_s, int64_t now_s)
{
	struct replyact a;

	if (replyact_parse(&a, slice(does)) == -1)
		abort();
	return closures_close(c, &a, "replies:1", w, &said, started_s * S,
	    now_s * S);
}

/* the seconds from now on for which a job is kept; 0: it goes */
static int64_t
kept(struct closures *c, const struct closures_who *w, int64_t now_s)
{
	const struct closure *e = closures_keep(c, w, 1, now_s * S);

	return e == NULL ? 0 : e->until_us / S - now_s;
}

static void
keys(void)
{
	static const struct {
		const char *does, *key;
		const char *site, *provider, *via, *src;
	} rows[] = {
		{ "suspend=1h", "site:s+via:v", "s", "p", "v", "q" },
		{ "suspend=1h key=site", "site:s", "s", "p", "v", "q" },
		{ "suspend=1h key=site+src", "site:s+src:q", "s", "p", "v",
		    "q" },
		{ "suspend=1h key=provider", "provider:p", "s", "p", "v", "q" },
		{ "suspend=1h key=provider+via", "provider:p+via:v", "s", "p",
		    "v", "q" },
		{ "suspend=1h key=provider+src", "provider:p+src:q", "s", "p",
		    "v", "q" },
		/* what the job does not have */
		{ "suspend=1h key=provider+src", "site:s+via:v", "s", "", "v",
		    "" },
		{ "suspend=1h key=provider+src", "provider:p", "s", "p", "",
		    "" },
		{ "suspend=1h", NULL, "", "p", "v", "q" },
	};
	struct closures c = { .seed = 1 };
	const struct closure *e;
	struct closures_who w;
	char name[CLOSURES_VALUE_MAX + 2];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		w = who(rows[i].site, rows[i].provider, rows[i].via,
		    rows[i].src);
		e = close_at(&c, rows[i].does, &w, 0, 0);
		if (rows[i].key == NULL)
			ok(e == NULL, "a job without site");
		else
			is_str(e == NULL ? "" : e->key, rows[i].key,
			    rows[i].does);
		closures_free(&c);
		c = (struct closures){ .seed = 1 };
	}
	memset(name, 'a', sizeof name);
	name[CLOSURES_VALUE_MAX] = '\0';
	w = who(name, "", name, "");
	ok(close_at(&c, "suspend=1h", &w, 0, 0) != NULL,
	    "names of full length");
	is_num(kept(&c, &w, 1), 3599, "are closed");
	name[CLOSURES_VALUE_MAX] = 'a';
	name[CLOSURES_VALUE_MAX + 1] = '\0';
	w = who(name, "", "v", "");
	ok(close_at(&c, "suspend=1h", &w, 0, 0) == NULL, "one byte more");
	closures_free(&c);
}

static void
suspended(void)
{
	struct closures c = { .seed = 1 };
	struct closures_who a = who("s", "p", "v", "q"),
			    other = who("s", "p", "w", "r");
	const struct closure *e;

	is_num(kept(&c, &a, 0), 0, "nothing is closed at first");
	e = close_at(&c, "suspend=1h", &a, 9, 10);
	is_str(e->limit, "suspend=3600", "the limit");
	is_str(e->rule, "replies:1", "the line");
	is_num(e->said.text.n, 9, "the reply");
	is_num(kept(&c, &a, 10), 3600, "closed");
	is_num(kept(&c, &other, 10), 0, "not for another pool");
	ok(close_at(&c, "suspend=1h", &a, 9, 20) == NULL,
	    "who went before says no more");
	ok(closures_open(&c, &a, 11 * S) == NULL,
	    "nobody opens it before its time");
	is_num(kept(&c, &a, 3609), 1, "to the last second");
	ok(closures_keep(&c, &a, 0, 3610 * INT64_C(1000000)) == NULL,
	    "over: asked only");
	is_num(kept(&c, &a, 3610), 0, "the probe goes");
	is_num(kept(&c, &a, 3611), 29, "the others wait for it");
	is_num(kept(&c, &a, 3640), 0, "it hangs: one more");
	ok(closures_open(&c, &a, 3609 * INT64_C(1000000)) == NULL,
	    "what went before the probe does not open it");
	e = closures_open(&c, &a, 3640 * INT64_C(1000000));
	ok(e != NULL && e->state == CLOSURE_OPEN, "the probe does");
	ok(closures_open(&c, &a, 3640 * INT64_C(1000000)) == NULL, "once");
	is_num(kept(&c, &a, 3641), 0, "open");
	closures_sweep(&c, 3642 * INT64_C(1000000));
	is_num(c.by_key.n, 0, "and forgotten");
	closures_free(&c);
}

static void
backoff(void)
{
	struct closures c = { .seed = 1 };
	struct closures_who a = who("s", "", "v", "");
	const char *does = "backoff=10s..60s";
	int64_t t = 100;

	close_at(&c, does, &a, t, t);
	is_num(kept(&c, &a, t), 10, "the first time");
	t += 10;
	is_num(kept(&c, &a, t), 0, "a probe");
	close_at(&c, does, &a, t, t + 1);
	is_num(kept(&c, &a, t + 1), 20, "it fails: twice that");
	t += 21;
	kept(&c, &a, t);
	close_at(&c, does, &a, t, t);
	is_num(kept(&c, &a, t), 40, "again");
	t += 40;
	kept(&c, &a, t);
	close_at(&c, does, &a, t, t);
	is_num(kept(&c, &a, t), 60, "to the second");
	t += 60;
	is_num(kept(&c, &a, t), 0, "a probe");
	ok(closures_open(&c, &a, t * S) != NULL, "which opens it");
	closures_sweep(&c, t * S);
	is_num(c.by_key.n, 1, "its doublings are kept");
	/* an hour takes two of three */
	t += 3600;
	close_at(&c, does, &a, t, t);
	is_num(kept(&c, &a, t), 20, "quiet time takes them back");
	closures_free(&c);
}

static void
kept_over(void)
{
	struct closures c = { .seed = 1 }, d = { .seed = 2 };
	struct closures_who a = who("s", "", "v", "");
	const struct closure *e;
	static const char far[] =
	    "key:site:s+via:v\tuntil:99999999999\tlevel:0\topen:0";
	struct buf b = { 0 };
	char line[200];

	close_at(&c, "backoff=1h..2h", &a, 5, 10);
	is_num(closures_put_all(&b, &c, 1000 * S), 0, "a line");
	snprintf(line, sizeof line, "%.*s", (int)buf_len(&b), buf_data(&b));
	is_str(line,
	    "key:site:s+via:v\tuntil:4610\tlevel:1\topen:0\t"
	    "limit:backoff=3600..7200\trule:replies:1\tcode:421\tesc:4.7.0\t"
	    "host:mx.a\ttext:go\\n away\n",
	    "which says all");
	/* the clock has begun anew, 20 seconds later */
	is_num(closures_take(&d, line, strlen(line), 1030 * S, 0), 0,
	    "another program reads it");
	is_num(kept(&d, &a, 0), 3580, "it is closed as long");
	e = closures_keep(&d, &a, 1, 0);
	is_num(e->said.text.n, 9, "for the same reason");
	is_num(closures_take(&d, "key:a\tuntil:1\tlevel:21\topen:0", 30, 0, 0),
	    -1, "a level too high");
	is_num(closures_take(&d, "until:1\tlevel:1\topen:0", 22, 0, 0), -1,
	    "no key");
	is_num(closures_take(&d, "key:a\tuntil:x\tlevel:1\topen:0", 29, 0, 0),
	    -1, "no time");
	closures_take(&d, far, sizeof far - 1, 0, 0);
	is_num(kept(&d, &a, 0), REPLYACT_TIME_MAX_S,
	    "never for longer than a "
	    "line may say");
	buf_free(&b);
	closures_free(&c);
	closures_free(&d);
}

/* a reply that is too long, an escape across the cut */
static void
cut(void)
{
	struct closures c = { .seed = 1 };
	struct closures_who a = who("s", "", "v", "");
	struct closures_said long_one = { .text = {
					      NULL, CLOSURES_SAID_MAX + 1 } };
	const struct closure *e;
	struct replyact act;
	char text[CLOSURES_SAID_MAX + 1];

	memset(text, 'x', sizeof text);
	long_one.text.p = text;
	replyact_parse(&act, slice("suspend=1h"));
	long_one.text.n = CLOSURES_SAID_MAX;
	e = closures_close(&c, &act, "replies:1", &a, &long_one, 0, 0);
	is_num(e->said.text.n, CLOSURES_SAID_MAX, "a text as long as may be");
	memcpy(text + CLOSURES_SAID_MAX - 1, "\\n", 2);
	long_one.text.n = CLOSURES_SAID_MAX + 1;
	e = closures_close(&c, &act, "replies:1", &a, &long_one, 1, 1);
	is_num(e->said.text.n, CLOSURES_SAID_MAX - 1,
	    "one byte above, and no half an escape");
	closures_free(&c);
}

/* how often it is doubled at most, and what a table may say of that */
static void
doublings(void)
{
	struct closures c = { .seed = 1 };
	struct closures_who a = who("s", "", "v", "");
	const struct closure *e = NULL;
	unsigned i;

	for (i = 0; i < CLOSURES_LEVEL_MAX + 2; i++)
		e = close_at(&c, "backoff=1s..7d", &a, i, i);
	ok(e != NULL && e->level <= CLOSURES_LEVEL_MAX, "doublings");
	closures_free(&c);
}

static void
limit(void)
{
	struct closures c = { .seed = 1 };
	struct closures_who w;
	char site[16];
	unsigned i, n = 0;

	for (i = 0; i < CLOSURES_MAX; i++) {
		snprintf(site, sizeof site, "s%u", i);
		w = who(site, "", "v", "");
		n += close_at(&c, "suspend=1h", &w, 0, 0) != NULL;
	}
	is_num(n, CLOSURES_MAX, "as many as may be");
	w = who("one-more", "", "v", "");
	ok(close_at(&c, "suspend=1h", &w, 0, 0) == NULL, "one above");
	is_num(kept(&c, &w, 1), 0, "is not closed");
	w = who("s7", "", "v", "");
	is_num(kept(&c, &w, 3600), 0, "one of them is over,");
	ok(closures_open(&c, &w, 3600 * INT64_C(1000000)) != NULL, "and open");
	w = who("one-more", "", "v", "");
	ok(close_at(&c, "suspend=1h", &w, 3601, 3601) != NULL,
	    "and makes room");
	closures_free(&c);
}

int
main(void)
{
	keys();
	suspended();
	backoff();
	kept_over();
	cut();
	doublings();
	limit();
	return done();
}
