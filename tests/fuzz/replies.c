/*
 * The file `replies`, and a reply that is looked up in it: no text makes a
 * table that its own reader calls damaged; what a line says is understood
 * again; and what it closes is the same when it is read from its file.  The
 * shipped lines are left out: they have a test of their own.
 */
#include "failure/reply.h"
#include "throttle/closures.h"
#include "../lib/memlookup.h"

const char reply_shipped[] = "";
extern const char reply_shipped_end[1] __attribute__((alias("reply_shipped")));

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

/* a line without its LF; what is left behind it */
static struct slice
line(struct slice *rest)
{
	struct slice one = { "", 0 };

	word_piece(rest, '\n', &one);
	return one;
}

/* no value of a result has such bytes */
static int
plain(struct slice v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] == '\t' || v.p[i] == '\\' || v.p[i] == '\0' ||
		    v.p[i] == '\r')
			return 0;
	return 1;
}

/* what is closed, and again from its line */
static void
closes(const struct reply *r, const struct reply_facts *f)
{
	const struct closures_who who = { f->site, f->provider, f->via,
		f->host };
	const struct closures_said said = { { "450", 3 }, { "4.7.0", 5 },
		f->host, f->text };
	struct closures one = { .seed = 1 }, two = { .seed = 2 };
	const struct closure *c, *d;
	struct buf a = { 0 }, b = { 0 };
	char rule[CLOSURES_RULE_ROOM + 1];

	if (!plain(f->site) || !plain(f->provider) || !plain(f->via) ||
	    !plain(f->host) || !plain(f->text))
		return;
	closures_rule(rule, r->line);
	c = closures_close(&one, &r->act, rule, &who, &said, 500, 1000);
	if (c != NULL) {
		must(closures_keep(&one, &who, 0, 1001) == c);
		must(closures_until(c, 1001) > 1001);
		must(closures_put(&a, c, 5000000) == 0);
		must(closures_take(&two, buf_data(&a), buf_len(&a), 5000000,
			 1000) == 0);
		d = closures_keep(&two, &who, 0, 1001);
		must(d != NULL && strcmp(c->key, d->key) == 0);
		must(closures_put(&b, d, 5000000) == 0);
		must(buf_len(&a) == buf_len(&b) &&
		    memcmp(buf_data(&a), buf_data(&b), buf_len(&a)) == 0);
	}
	closures_free(&one);
	closures_free(&two);
	buf_free(&a);
	buf_free(&b);
}

static void
look(const struct lookup *l, const struct reply_facts *f, unsigned lines)
{
	struct replyregex regex = { .n = 0 };
	struct replyact again;
	struct reply r;

	must(reply_look(l, f, &regex, &r) == 0);
	must(r.line <= lines);
	if (r.line > 0) {
		must(replyact_parse(&again, r.does) == 0);
		must(again.verdict == r.act.verdict &&
		    again.least_s == r.act.least_s &&
		    again.retry_s == r.act.retry_s);
		if (r.act.least_s > 0)
			closes(&r, f);
	}
	replyregex_free(&regex);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice rest = { (const char *)p, n };
	struct reply_facts f = { .host = { "", 0 } };
	struct failure failure = { .class = "rate-limited" };
	unsigned lines = 1;
	struct memtable t;
	struct lookup l;
	char *text;
	size_t i;

	if (n == 0 || n > 4096)
		return 0;
	failure.code = p[0] % 8 * 100 + p[0] / 8;
	memcpy(failure.phase, "rcpt", 5);
	if (failure.code % 2 == 0)
		memcpy(failure.esc, "4.7.1", 6);
	rest.p++;
	rest.n--;
	f.failure = &failure;
	f.text = line(&rest);
	f.host = line(&rest);
	f.site = line(&rest);
	f.provider = line(&rest);
	f.via = line(&rest);
	/* conf-build hands over no line with control bytes */
	text = malloc(rest.n + 1);
	for (i = 0; i < rest.n; i++) {
		text[i] = (unsigned char)rest.p[i] < 0x20 && rest.p[i] != '\n'
		    ? ' '
		    : rest.p[i];
		lines += text[i] == '\n';
	}
	text[rest.n] = '\0';
	l = memtable_make(&t, &conffile_replies, text);
	look(&l, &f, lines);
	memtable_free(&t);
	free(text);
	return 0;
}
