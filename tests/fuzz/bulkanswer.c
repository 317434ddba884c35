/*
 * Answers of receivers, any bytes with any status: each event of a batch is taken,
 * waits or is refused, what is said of it is text, and none is taken unless the
 * answer is 2xx.
 */
#include "base/plain.h"
#include "http/retryafter.h"
#include "ship/httpform.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { EVENTS = 5 };

static void
must(int good)
{
	if (!good)
		abort();
}

/* what is told of them is a receipt that log-ship reads */
static void
is_receipt(const struct shipmarks *m)
{
	struct buf b = { 0 };
	struct shipreceipt r;
	struct shipreceipt_one one;

	must(shipmarks_put(m, &b) == 0);
	must(shipreceipt_read(&r, buf_data(&b), buf_len(&b), EVENTS) == 0);
	while (shipreceipt_next(&r, &one))
		must(one.i < EVENTS && one.kind != 'K');
	must(plain_span(buf_data(&b), buf_len(&b), "\n") == buf_len(&b));
	buf_free(&b);
}

static void
judge(const struct httpkind *kind, const struct https_answer *a,
    struct shipmarks *m)
{
	struct shipkeys keys;
	struct httpform f = { .kind = kind, .keys = &keys };
	struct httpverdict v;
	size_t i;
	int set;

	must(shipkeys_parse(&keys, kind->name, "http://h/", NULL, 0) == 0);
	httpverdict(&v, a, NULL, 0);
	shipmarks_begin(m, EVENTS);
	set = kind->judge(&f, a, &v, m, 0, EVENTS);
	must(strchr("KZSD", v.kind) != NULL);
	must(plain_span(v.text, strlen(v.text), "") == strlen(v.text));
	if (!set)
		must(v.kind != 'K' || (a->status >= 200 && a->status < 300));
	for (i = 0; set && i < EVENTS; i++)
		must(strchr("KZD", m->kind[i]) != NULL);
	is_receipt(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct shipmarks m;
	static const short statuses[] = { 200, 204, 400, 404, 413, 429, 500,
		503 };
	struct https_answer a = { .text = "" };
	char *body;
	long s;

	if (n == 0)
		return 0;
	body = malloc(n);
	memcpy(body, p + 1, n - 1);
	body[n - 1] = '\0';
	a.status = statuses[p[0] & 7];
	a.body = body;
	a.n = n - 1;
	judge(&httpkind_elastic, &a, &m);
	judge(&httpkind_splunk, &a, &m);
	judge(&httpkind_clickhouse, &a, &m);
	s = retryafter_seconds(body, 784111777);
	must(s >= -1 && s <= RETRYAFTER_MAX_S);
	/* digits are seconds */
	if (s == -1)
		must(body[0] == '\0' ||
		    body[strspn(body, "0123456789")] != '\0');
	free(body);
	return 0;
}
