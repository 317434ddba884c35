/*
 * What a name server may say: MX records and addresses of any bytes give a
 * list within its limits, or a reason.
 */
#include "route/hosts.h"
#include "nolookup.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

/* records of the input: a byte of length, the bytes */
static const uint8_t *
record(const uint8_t **p, const uint8_t *end, size_t *n)
{
	const uint8_t *r;

	if (*p == end)
		return NULL;
	*n = **p;
	r = ++*p;
	if (*n > (size_t)(end - r))
		*n = end - r;
	*p = r + *n;
	return r;
}

static void
check(struct hosts *a, enum hosts_inet inet)
{
	struct buf b = { 0 };
	int n = hosts_order(&b, a, NULL, inet, 7, NULL);
	size_t i;

	must(n >= 0 && n <= HOSTS_LIST_MAX);
	must((n == 0) == (buf_len(&b) == 0));
	for (i = 0; i < buf_len(&b); i++)
		must(buf_data(&b)[i] >= ' ' && buf_data(&b)[i] != 0x7f);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct hostaddr_policy policy = { .me = "me.example",
		.local = { nolookup, NULL } };
	struct hosts_draft *d = calloc(1, sizeof *d);
	const uint8_t *end = p + n, *r;
	struct hosts a;
	unsigned i = 0;

	while (i++ < 40 && (r = record(&p, end, &n)) != NULL)
		hosts_add_mx(d, r, n);
	hosts_take_mx(d);
	must(d->n <= HOSTS_MAX && d->n_mx <= HOSTS_MX_MAX);
	for (i = 1; i < d->n; i++)
		must(d->host[i].pref >= d->host[i - 1].pref);
	for (i = 0; d->n > 0 && (r = record(&p, end, &n)) != NULL; i++)
		hosts_add_ip(&d->host[i % d->n], r, n);
	must(hosts_finish(d, &policy, &a) == 0);
	must((a.n > 0) == (a.site != NULL) && (a.n == 0) == (a.text != NULL));
	if (a.n > 0) {
		must(strlen(a.site) <= SITE_MAX);
		for (i = 0; i < 4; i++)
			check(&a, (enum hosts_inet)i);
	}
	hosts_free(&a);
	free(d);
	return 0;
}
