#include "queue/retry.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static char key[1024], data_of[8192], conditions[8192];
static size_t key_len, data_len, n_conditions;
static int n_records;

static int
add(void *arg, const char *k, size_t kn, const char *d, size_t dn)
{
	(void)arg;
	if (kn > sizeof key || dn > sizeof data_of)
		abort();
	if (*k == '=') {
		memcpy(conditions, d, n_conditions = dn);
		return 0;
	}
	memcpy(key, k, key_len = kn);
	memcpy(data_of, d, data_len = dn);
	n_records++;
	return 0;
}

static void
wrong(void *arg, const char *reason)
{
	(void)arg;
	if (reason == NULL)
		abort();
}

static int
get(void *arg, const char *k, size_t n, const char **d, size_t *dn)
{
	(void)arg;
	if (n != key_len || memcmp(k, key, n) != 0)
		return 0;
	*d = data_of;
	*dn = data_len;
	return 1;
}

/* a line is refused or makes one record, which can be read */
int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static const struct conffile_sink sink = { add, wrong, NULL };
	static const struct retry_case of = { { "a.example", 9 }, { "dns", 3 },
		{ "greylisted", 10 } };
	const struct lookup l = { get, NULL };
	char state[256] = { 0 };
	struct slice rest, label, name;
	struct retry r;
	unsigned line;
	int bad;

	if (n == 0 || n > 4096)
		return 0;
	n_records = 0;
	n_conditions = 0;
	if (conffile_retry.state_size > sizeof state)
		abort();
	bad = conffile_retry.line(state, (const char *)in, n, 1, &sink);
	conffile_retry.finish(state, &sink);
	if ((bad == -1) != (n_records == 0) || n_records > 1)
		abort();
	rest = (struct slice){ conditions, n_conditions };
	while (n_conditions > 0 && retry_condition(&rest, &label, &name, &line))
		if (line != 1 || name.n == 0)
			abort();
	if (n_conditions > 0 && rest.p != NULL)
		abort();
	if (bad == -1)
		return 0;
	if (retry_lookup(&r, &of, &l) == -1)
		abort();
	if (r.n == 0 || r.n > RETRY_INTERVALS_MAX || r.jitter > 50 ||
	    retry_interval_ms(&r, 99999, UINT32_MAX) <= 0)
		abort();
	return 0;
}
