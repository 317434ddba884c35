#include "ship/shipkeys.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

static struct shipkeys k;

/* KIND PLACE WORD...: "" or why not */
static const char *
parse(const char *kind, const char *place, const char *a, const char *b)
{
	char *word[2] = { (char *)(uintptr_t)a, (char *)(uintptr_t)b };

	k.why[0] = '\0';
	return shipkeys_parse(&k, kind, place, word,
		   (a != NULL) + (b != NULL)) == 0
	    ? ""
	    : k.why;
}

static void
faults(void)
{
	static const struct {
		const char *kind, *place, *word, *why;
	} t[] = {
		{ "http", "http://x/", NULL, "" },
		{ "http", "https://x/", NULL, "" },
		{ "hook", "http://x/", NULL, "hook: no such kind" },
		{ "http", "", NULL,
		    "not a place: empty, too long, or control bytes" },
		{ "http", "http://x/\n", NULL,
		    "not a place: empty, too long, or control bytes" },
		{ "http", "ftp://x/", NULL,
		    "not a URL of one of these: http https" },
		{ "http", "http://", NULL,
		    "not a URL of one of these: http https" },
		{ "http", "/x", NULL, "not a URL of one of these: http https" },
		{ "http", "http://x/", "batch=1", "" },
		{ "http", "http://x/", "batch=10000", "" },
		{ "http", "http://x/", "batch=10001",
		    "batch: not a value that it may have" },
		{ "http", "http://x/", "batch=0",
		    "batch: not a value that it may have" },
		{ "http", "http://x/", "batch=1k",
		    "batch: not a value that it may have" },
		{ "http", "http://x/", "batch", "batch: a key without =VALUE" },
		{ "http", "http://x/", "bunch=1",
		    "bunch: no key of this kind" },
		{ "http", "http://x/", "=1", "no key of this kind" },
		{ "http", "http://x/", "batch-bytes=8M", "" },
		{ "http", "http://x/", "batch-bytes=8388608", "" },
		{ "http", "http://x/", "batch-bytes=8388609",
		    "batch-bytes: not a value that it may have" },
		{ "http", "http://x/", "batch-bytes=9M",
		    "batch-bytes: not a value that it may have" },
		{ "http", "http://x/", "batch-bytes=99999999999999999999G",
		    "batch-bytes: not a value that it may have" },
		{ "http", "http://x/", "batch-bytes=1k", "" },
		{ "http", "http://x/", "batch-bytes=1023",
		    "batch-bytes: not a value that it may have" },
		{ "http", "http://x/", "wait=0", "" },
		{ "http", "http://x/", "wait=250ms", "" },
		{ "http", "http://x/", "wait=1h", "" },
		{ "http", "http://x/", "wait=3600001ms",
		    "wait: not a value that it may have" },
		{ "http", "http://x/", "wait=2h",
		    "wait: not a value that it may have" },
		{ "http", "http://x/", "wait=ms",
		    "wait: not a value that it may have" },
		{ "http", "http://x/", "retry=1s..5m", "" },
		{ "http", "http://x/", "retry=10ms..10ms", "" },
		{ "http", "http://x/", "retry=0..10ms",
		    "retry: not a value that it may have" },
		{ "http", "http://x/", "retry=2s..1s",
		    "retry: not a value that it may have" },
		{ "http", "http://x/", "retry=1s",
		    "retry: not a value that it may have" },
		{ "http", "http://x/", "from=now", "" },
		{ "http", "http://x/", "from=start", "" },
		{ "http", "http://x/", "from=start now",
		    "from: not a value that it may have" },
		{ "http", "http://x/",
		    "from=", "from: not a value that it may have" },
		{ "http", "http://x/", "from=sta",
		    "from: not a value that it may have" },
		{ "http", "http://x/", "gzip=yes", "" },
		{ "http", "http://x/", "gzip=on",
		    "gzip: not a value that it may have" },
		{ "http", "http://x/",
		    "labels=", "labels: not a value that it may have" },
		{ "http", "http://x/", "filter=a\tb",
		    "filter: not a value that it may have" },
		{ "file", "/x/%Y", "labels=x", "" },
		{ "link", "my-link -x", "wait=1s", "" },
		{ "link", "my-link -x", "gzip=yes",
		    "gzip: no key of this kind" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(parse(t[i].kind, t[i].place, t[i].word, NULL), t[i].why,
		    t[i].word == NULL ? t[i].place : t[i].word);
	is_str(parse("http", "http://x/", "batch=1", "batch=2"),
	    "batch: stands twice", "a key twice");
}

static void
values(void)
{
	uint64_t min, max;

	parse("http", "http://x/", "batch-bytes=2k", "wait=2s");
	is_num((long long)shipkeys_num(&k, "batch-bytes"), 2048, "a size");
	is_num((long long)shipkeys_num(&k, "wait"), 2000, "a time");
	is_num((long long)shipkeys_num(&k, "batch"), 1000, "a standard");
	is_num((long long)shipkeys_num(&k, "gzip"), 0, "a flag's");
	is_str(shipkeys_text(&k, "format"), "ndjson", "a choice's");
	ok(shipkeys_text(&k, "filter") == NULL, "none");
	ok(!shipkeys_given(&k, "batch"), "not given");
	ok(shipkeys_given(&k, "wait"), "given");
	shipkeys_range(&k, "retry", &min, &max);
	ok(min == 1000 && max == 300000, "a range");
	parse("http", "http://x/", "gzip=yes", "format=csv");
	is_num((long long)shipkeys_num(&k, "gzip"), 1, "yes");
	is_num((long long)shipkeys_num(&k, "format"), 3, "the fourth word");
	is_str(k.program, "ship-http", "its program");
	parse("gelf", "gelf+udp://x:12201", NULL, NULL);
	is_str(k.program, "ship-syslog", "GELF without HTTP");
	parse("gelf", "http://x:12201/gelf", NULL, NULL);
	is_str(k.program, "ship-http", "GELF with HTTP");
	parse("link", "x", NULL, NULL);
	ok(k.program == NULL, "a link is its own");
}

static void
lengths(void)
{
	struct buf b = { 0 };
	size_t i;

	buf_puts(&b, "filter=");
	for (i = 0; i < SHIPKEYS_VALUE_MAX; i++)
		buf_putc(&b, 'x');
	buf_putc(&b, '\0');
	is_str(parse("link", "x", buf_data(&b), NULL), "", "a long value");
	b.end--;
	buf_put(&b, "x", 2);
	is_str(parse("link", "x", buf_data(&b), NULL),
	    "filter: its value is too long", "one byte more");
	is_str(parse("link",
		   buf_data(&b) + buf_len(&b) - 1 - SHIPKEYS_PLACE_MAX, NULL,
		   NULL),
	    "", "a long place");
	is_str(parse("link",
		   buf_data(&b) + buf_len(&b) - 2 - SHIPKEYS_PLACE_MAX, NULL,
		   NULL),
	    "not a place: empty, too long, or control bytes", "one byte more");
	buf_free(&b);
}

/* the table itself */
static void
kinds(void)
{
	const struct shipkind *kind;
	const char *place;
	unsigned i, j, twice, bad;
	char word[200];

	for (kind = shipkinds; kind->name != NULL; kind++) {
		place = kind->place == SHIPKEYS_URL ? NULL : "x";
		if (place == NULL) {
			snprintf(word, sizeof word, "%.*s://x/",
			    (int)strcspn(kind->schemes, " "), kind->schemes);
			place = word;
		}
		is_str(parse(kind->name, place, NULL, NULL), "", kind->name);
		ok(k.n > 0 && k.n < SHIPKEYS_MAX, "it has room for more keys");
		for (twice = bad = i = 0; i < k.n; i++)
			for (j = 0; j < i; j++)
				twice +=
				    strcmp(k.key[i]->name, k.key[j]->name) == 0;
		is_num(twice, 0, "no key twice");
		for (i = 0; i < k.n; i++) {
			struct shipkeys all = k;
			char text[200], *p = text;

			if (all.key[i]->standard == NULL)
				continue;
			snprintf(text, sizeof text, "%s=%s", all.key[i]->name,
			    all.key[i]->standard);
			bad += shipkeys_parse(&all, kind->name, k.place, &p,
				   1) == -1;
		}
		is_num(bad, 0, "its standards are values");
	}
}

int
main(void)
{
	faults();
	values();
	lengths();
	kinds();
	return done();
}
