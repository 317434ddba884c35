/*
 * Whatever stands in an event, the body that is made of it for each kind of
 * receiver is what that kind reads: JSON by another's parser, one line of text
 * where a line ends it; and taking addresses out of it leaves its labels.
 */
#include "base/plain.h"
#include "format/ltsv.h"
#include "ship/httpform.h"
#include "ship/sanitize.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
is_json(const char *p, size_t n)
{
	json_t *j =
	    json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

	must(j != NULL);
	json_decref(j);
}

/* each line by itself */
static void
are_json(const char *p, size_t n)
{
	const char *end;

	for (; n > 0; n -= (size_t)(end + 1 - p), p = end + 1) {
		end = memchr(p, '\n', n);
		must(end != NULL);
		is_json(p, (size_t)(end - p));
	}
}

static void
check(const char *kind, char *word, int lines, const struct ship_event *ev)
{
	struct shipkeys k;
	struct httpform f = { .keys = &k, .host = "mx", .now_us = 1 };
	struct buf b = { 0 };
	const char *why;

	must(shipkeys_parse(&k, kind, "http://h/", &word, word != NULL) == 0);
	f.kind = httpkind_find(kind);
	must(f.kind->begin == NULL || f.kind->begin(&f, &why) == 0);
	must(httpform_body(&f, ev, 1, &b) == 0);
	if (lines == 1)
		are_json(buf_data(&b), buf_len(&b));
	else if (lines == 0 && buf_len(&b) > 0)
		is_json(buf_data(&b), buf_len(&b));
	else if (lines == 2)
		must(memchr(buf_data(&b), '\n', buf_len(&b)) ==
		    buf_data(&b) + buf_len(&b) - 1);
	if (f.kind->place != NULL) {
		buf_clear(&b);
		must(f.kind->place(&f, ev, 1, &b) == 0);
		must(plain_span(buf_data(&b), buf_len(&b), "") == buf_len(&b));
	}
	buf_free(&b);
	httpform_free(&f);
}

static void
sanitized(const char *p, size_t n)
{
	struct buf b = { 0 };
	struct ltsv was, is;
	unsigned i;

	must(sanitize_line(&b, p, n, "secret") == 0);
	/* it grows with the escapes of what was not escaped */
	if (ltsv_parse(p, n, &was) == 0 && buf_len(&b) < LTSV_LINE_MAX) {
		must(ltsv_parse(buf_data(&b), buf_len(&b), &is) == 0);
		must(is.n == was.n);
		for (i = 0; i < is.n; i++)
			must(is.f[i].label_len == was.f[i].label_len &&
			    memcmp(is.f[i].label, was.f[i].label,
				is.f[i].label_len) == 0);
	}
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static char db[] = "db=d", manycore[] = "fields=manycore",
		    sanitize[] = "sanitize=yes",
		    loki[] = "stream-labels=a,b,to";
	char *line = malloc(n + 1);
	struct ship_event ev = { line, n };
	size_t i;

	/* what a batch cannot have: an empty line, LF and NUL */
	for (i = 0; i < n; i++)
		line[i] = p[i] == '\n' || p[i] == '\0' ? ' ' : (char)p[i];
	if (n > 0) {
		check("webhook", NULL, 0, &ev);
		check("webhook", manycore, 0, &ev);
		check("webhook", sanitize, 0, &ev);
		check("elastic", NULL, 1, &ev);
		check("loki", loki, 0, &ev);
		check("clickhouse", NULL, 1, &ev);
		check("splunk", NULL, 1, &ev);
		check("gelf", NULL, 0, &ev);
		check("influx", db, 2, &ev);
		check("riak", NULL, 0, &ev);
		sanitized(line, n);
	}
	free(line);
	return 0;
}
