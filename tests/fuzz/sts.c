/* records and policies of MTA-STS, questions and answers of sts-fetch, files of
 * its cache: what is taken is within its limits and within the text, hosts fit
 * as they should, and what is read and written is the same again */
#include "sts/stskept.h"
#include "sts/stsline.h"
#include "tlsrpt/rptsts.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
record(const char *p, size_t n)
{
	char id[STS_ID_MAX + 1], again[STS_ID_MAX + 1], text[100];
	size_t i;

	if (stsrecord_parse(p, n, id) != STSRECORD_GOOD) {
		assert(id[0] == '\0');
		return;
	}
	for (i = 0; i < strlen(id); i++)
		assert(strchr("_-. ;=", id[i]) == NULL);
	i = (size_t)sprintf(text, "v=STSv1; id=%s;", id);
	assert(stsrecord_parse(text, i, again) == STSRECORD_GOOD);
	assert(strcmp(id, again) == 0);
}

static void
patterns(const struct slice *mx, unsigned n_mx)
{
	char host[2 * WORD_DOMAIN_MAX];
	unsigned i;

	assert(n_mx <= STS_MX_MAX);
	for (i = 0; i < n_mx; i++) {
		assert(stspolicy_pattern(mx[i].p, mx[i].n));
		memcpy(host, mx[i].p, mx[i].n);
		if (host[0] == '*') {
			/* one label, and neither none nor two */
			host[0] = 'x';
			assert(stspolicy_matches(mx + i, 1, host, mx[i].n));
			assert(!stspolicy_matches(mx + i, 1, host + 1,
			    mx[i].n - 1));
			assert(!stspolicy_matches(mx + i, 1, host + 2,
			    mx[i].n - 2));
			memmove(host + 2, host, mx[i].n);
			host[1] = '.';
			host[0] = 'y';
			assert(!stspolicy_matches(mx + i, 1, host,
			    mx[i].n + 2));
		} else {
			assert(stspolicy_matches(mx, n_mx, host, mx[i].n));
		}
	}
}

static void
policy(const char *p, size_t n)
{
	static struct stspolicy s;
	unsigned i;

	if (stspolicy_parse(&s, p, n) != NULL)
		return;
	assert(s.max_age_s >= STS_AGE_MIN_S && s.max_age_s <= STS_AGE_MAX_S);
	assert(s.mode < STS_MODES && (s.mode == STS_NONE || s.n_mx > 0));
	for (i = 0; i < s.n_mx; i++)
		assert(s.mx[i].p >= p && s.mx[i].p + s.mx[i].n <= p + n);
	patterns(s.mx, s.n_mx);
}

static void
line(const char *p, size_t n)
{
	static struct stsline l, again;
	struct buf b = { 0 }, c = { 0 };

	if (stsline_get(&l, p, n) == -1)
		return;
	assert(l.ask[0] == '\0' || l.n_mx == 0);
	patterns(l.mx, l.n_mx);
	if (stsline_put(&b, &l) == -1)
		abort();
	assert(buf_len(&b) <= STS_LINE_MAX);
	assert(stsline_get(&again, buf_data(&b), buf_len(&b)) == 0);
	if (stsline_put(&c, &again) == -1)
		abort();
	assert(buf_len(&b) == buf_len(&c) &&
	    memcmp(buf_data(&b), buf_data(&c), buf_len(&b)) == 0);
	buf_free(&b);
	buf_free(&c);
}

/* the file of a.example; who makes reports reads it, too, as the same */
static void
kept(const char *p, size_t n)
{
	static const int64_t now = 1790000000;
	struct stsbook_domain d, again;
	struct slice text = { NULL, 0 };
	struct stspolicy policy;
	struct buf b = { 0 };
	int future, later;

	if (stskept_get(&d, "a.example", p, n, now, &future) != NULL)
		return;
	assert(d.policy >= p && d.policy + d.policy_len == p + n);
	assert(stspolicy_parse(&policy, d.policy, d.policy_len) == NULL);
	assert(policy.mode == d.mode && d.id[0] != '\0');
	assert(d.fetched_s <= now + STSKEPT_AHEAD_S || future);
	assert(!future || !stsbook_holds(&d, now));
	assert(rptsts_read(p, n, "a.example", d.id, &text) == 1);
	assert(text.n == d.policy_len && memcmp(text.p, d.policy, text.n) == 0);
	assert(rptsts_read(p, n, "a.example", "other_", &text) == 0);
	if (future)
		return;
	if (stskept_put(&b, &d) == -1)
		abort();
	assert(stskept_get(&again, "a.example", buf_data(&b), buf_len(&b), now,
		   &later) == NULL);
	assert(again.fetched_s == d.fetched_s &&
	    again.expires_s == d.expires_s && again.used_s == d.used_s);
	assert(strcmp(again.id, d.id) == 0 &&
	    again.policy_len == d.policy_len && !later);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char *p;

	if (n == 0)
		return 0;
	p = malloc(n);
	memcpy(p, data + 1, n - 1);
	if (data[0] == 'r')
		record(p, n - 1);
	else if (data[0] == 'p')
		policy(p, n - 1);
	else if (data[0] == 'k')
		kept(p, n - 1);
	else
		line(p, n - 1);
	free(p);
	return 0;
}
