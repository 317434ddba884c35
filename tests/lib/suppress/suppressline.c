/* lines of the journal: written and read, cut, changed; addresses and keys */
#include "suppress/suppressline.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in, *out; /* NULL: no address */
} addresses[] = {
	{ "joe@example.org", "joe@example.org" },
	{ "Joe@Example.ORG", "joe@example.org" },
	{ "\"joe\"@example.org", "joe@example.org" },
	{ "joe+news@example.org", "joe+news@example.org" },
	{ "joe@example.org.", "joe@example.org" },
	{ "joe@b\xc3\xbc"
	  "cher.example",
	    "joe@xn--bcher-kva.example" },
	{ "joe@XN--bcher-kva.example", "joe@xn--bcher-kva.example" },
	{ "joe@[192.0.2.1]", "joe@[192.0.2.1]" },
	{ "joe", NULL },
	{ "@example.org", NULL },
	{ "joe@", NULL },
	{ "", NULL },
	{ "a\nb@example.org", NULL },
};

static void
forms(void)
{
	struct suppressline l;
	unsigned i;

	for (i = 0; i < sizeof addresses / sizeof *addresses; i++)
		if (suppressline_address(&l, addresses[i].in,
			strlen(addresses[i].in)) == -1)
			ok(addresses[i].out == NULL, "no address");
		else
			is_str(l.to,
			    addresses[i].out == NULL ? "" : addresses[i].out,
			    "its one form");
}

static struct suppressline
make(const char *to)
{
	struct suppressline l;

	memset(&l, 0, sizeof l);
	suppressline_name(l.tenant, "acme", 4);
	suppressline_name(l.stream, "*", 1);
	suppressline_address(&l, to, strlen(to));
	suppressline_text(l.reason, sizeof l.reason, "unknown-user", 12);
	suppressline_text(l.by, sizeof l.by, "bounced", 7);
	suppressline_text(l.eid, sizeof l.eid,
	    "0123456789abcdef0123456789abcdef", 32);
	suppressline_text(l.text, sizeof l.text, "550 no\tsuch\nuser", 16);
	l.since_s = 1790000000;
	l.until_s = 1792592000;
	return l;
}

static void
same(const struct suppressline *a, const struct suppressline *b, int hashed)
{
	ok(a->act == b->act && a->since_s == b->since_s &&
		a->until_s == b->until_s && a->n_times == b->n_times &&
		memcmp(a->hash, b->hash, sizeof a->hash) == 0 &&
		strcmp(a->tenant, b->tenant) == 0 &&
		strcmp(a->stream, b->stream) == 0 &&
		strcmp(a->reason, b->reason) == 0 &&
		strcmp(a->by, b->by) == 0 && strcmp(a->eid, b->eid) == 0 &&
		strcmp(a->text, b->text) == 0 &&
		memcmp(a->time, b->time, sizeof a->time) == 0,
	    "what is read is what was written");
	is_str(b->to, hashed ? "" : a->to, "its address");
}

static void
round_trip(struct suppressline *l, int hashed)
{
	struct suppressline r;
	struct buf b = { 0 };

	memset(&r, 0, sizeof r);
	is_num(suppressline_put(&b, l, hashed), 0, "written");
	ok(memchr(buf_data(&b), '\n', buf_len(&b)) ==
		buf_data(&b) + buf_len(&b) - 1,
	    "one line");
	is_num(suppressline_read(&r, buf_data(&b), buf_len(&b) - 1), 0, "read");
	same(l, &r, hashed);
	buf_free(&b);
}

/* cut at any place, or a bit of it changed, it is none */
static void
damage(void)
{
	struct suppressline l = make("joe@example.org"), r;
	struct buf b = { 0 };
	size_t i, n;
	unsigned good = 0;

	suppressline_put(&b, &l, 0);
	n = buf_len(&b) - 1;
	for (i = 0; i < n; i++)
		good += suppressline_read(&r, buf_data(&b), i) == 0;
	is_num(good, 0, "cut");
	for (i = 0; i < n; i++) {
		buf_data(&b)[i] ^= 1;
		good += suppressline_read(&r, buf_data(&b), n) == 0;
		buf_data(&b)[i] ^= 1;
	}
	is_num(good, 0, "changed");
	is_num(suppressline_read(&r, buf_data(&b), n), 0, "whole");
	buf_free(&b);
	suppressline_show(&b, &l);
	is_num(suppressline_read(&r, buf_data(&b), buf_len(&b) - 1), -1,
	    "without sum");
	is_num(suppressline_read_shown(&r, buf_data(&b), buf_len(&b) - 1), 0,
	    "as it is shown");
	buf_free(&b);
}

static void
limits(void)
{
	static char t[SUPPRESSLINE_MAX + 200], small[8];
	char name[SUPPRESSLINE_NAME_MAX + 1];
	struct suppressline l = make("joe@example.org"), r;
	struct buf b = { 0 };
	unsigned i;
	int n;

	memset(t, 'x', sizeof t);
	is_num(suppressline_name(name, t, SUPPRESSLINE_NAME_MAX), 0,
	    "the longest name");
	is_num(suppressline_name(name, t, SUPPRESSLINE_NAME_MAX + 1), -1,
	    "a longer one");
	is_num(suppressline_name(name, "a\0b", 3), -1, "one with a NUL");
	suppressline_text(l.text, sizeof l.text, t, SUPPRESSLINE_TEXT_MAX + 1);
	is_num((long long)strlen(l.text), SUPPRESSLINE_TEXT_MAX, "text is cut");
	suppressline_text(l.reason, sizeof l.reason, t, 100);
	is_num((long long)strlen(l.reason), SUPPRESSLINE_WORD_MAX,
	    "and a word");
	suppressline_text(small, sizeof small, "123456\xc3\xbc", 8);
	is_str(small, "123456", "in no character's middle");
	suppressline_text(small, sizeof small, "a\0b", 3);
	is_str(small, "a b", "without NUL");
	for (i = 0; i < SUPPRESSLINE_TIMES_MAX; i++) {
		l.time[i].at_s = 1790000000 + i;
		snprintf(l.time[i].eid, sizeof l.time[i].eid, "%08x", i);
	}
	l.n_times = i;
	l.act = SUPPRESSLINE_SOFT;
	round_trip(&l, 0);
	suppressline_show(&b, &l);
	buf_data(&b)[buf_len(&b) - 1] = '\0';
	n = snprintf(t, sizeof t, "%.*s,1=x",
	    (int)(strstr(buf_data(&b), "\ttext:") - buf_data(&b)),
	    buf_data(&b));
	is_num(suppressline_read_shown(&r, t, (size_t)n), -1,
	    "one failure more");
	buf_free(&b);
	n = snprintf(t, sizeof t,
	    "act:add\ttenant:a\tstream:*\tto:a@b.example\tsince:1\tpad:");
	memset(t + n, 'x', sizeof t - (size_t)n);
	is_num(suppressline_read_shown(&r, t, SUPPRESSLINE_MAX - 1), 0,
	    "the longest line");
	is_num(suppressline_read_shown(&r, t, SUPPRESSLINE_MAX), -1,
	    "a longer one");
}

static void
wrong(void)
{
	static const char *const lines[] = { "", "act:add",
		"act:other\ttenant:a\tstream:*\tto:a@b.example\tsince:1",
		"act:add\ttenant:a\tstream:*\tto:nobody\tsince:1",
		"act:add\ttenant:a\tstream:*\tsha256:12\tsince:1",
		"act:add\ttenant:a\tstream:*\tto:a@b.example\tsince:-1",
		"act:add\ttenant:a\tstream:*\tto:a@b.example\tuntil:x",
		"act:soft\ttenant:a\tstream:*\tto:a@b.example\ttimes:1",
		"act:soft\ttenant:a\tstream:*\tto:a@b.example\ttimes:x=y",
		"act:soft\ttenant:a\tstream:*\tto:a@b.example\ttimes:1=\005",
		"no line" };
	struct suppressline l;
	unsigned i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		is_num(suppressline_read_shown(&l, lines[i], strlen(lines[i])),
		    -1, "no line");
}

static void
keys(void)
{
	char a[SUPPRESSLINE_KEY], b[SUPPRESSLINE_KEY];
	struct suppressline l = make("joe@example.org");

	suppressline_own_key(a, &l);
	suppressline_key(b, l.hash, 0, "acme", "*");
	ok(memcmp(a, b, sizeof a) == 0, "its own key");
	l.act = SUPPRESSLINE_REMOVE;
	suppressline_own_key(b, &l);
	ok(memcmp(a, b, sizeof a) == 0, "and that of what takes it away");
	l.act = SUPPRESSLINE_SOFT;
	suppressline_own_key(b, &l);
	ok(memcmp(a, b, sizeof a) != 0, "not that of its failures");
	suppressline_key(b, l.hash, 0, "acme*", "");
	ok(memcmp(a, b, sizeof a) != 0, "tenant and stream are two words");
	suppressline_key(b, l.hash, 0, "acme", "news");
	ok(memcmp(a, b, sizeof a) != 0, "another stream");
}

static void
ids(void)
{
	static const char head[] = "rohrpost-suppress 1 0123456789abcdef\n";
	char id[SUPPRESSLINE_ID + 1];

	is_num(suppressline_id(head, sizeof head - 1, id), 0, "a head");
	is_str(id, "0123456789abcdef", "its id");
	is_num(suppressline_id(head, sizeof head - 2, id), -1, "a short one");
	is_num(suppressline_id("rohrpost-suppress 2 0123456789abcdef\n", 37,
		   id),
	    -1, "of a later version");
	is_num(suppressline_id("rohrpost-suppress 1 0123456789abcdeg\n", 37,
		   id),
	    -1, "no digits");
}

int
main(void)
{
	struct suppressline l = make("joe@example.org");

	forms();
	round_trip(&l, 0);
	round_trip(&l, 1);
	l.tenant[0] = l.until_s = 0;
	l.text[0] = l.eid[0] = '\0';
	round_trip(&l, 0);
	damage();
	limits();
	wrong();
	keys();
	ids();
	return done();
}
