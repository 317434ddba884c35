/*
 * Return paths of forwarded mail, fix/srs.h: whatever comes back does no harm
 * and is not taken for one that was made here; one that was leads to its sender.
 */
#include "fix/srs.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char key[] = "MDEyMzQ1Njc4OWFiY2RlZg\n";
	static const struct slice ours = { "o.example", 9 };
	static struct buf path, back;
	struct token_keys keys;
	struct slice in = { (const char *)p, n }, local;
	unsigned day = n > 0 ? 20000 + p[0] * 7u : 0;
	int r;

	token_keys_parse(&keys, key, sizeof key - 1);
	buf_clear(&path);
	buf_clear(&back);
	r = srs_take(&back, &keys, in, day, 21);
	must(r == SRS_NONE || r == SRS_FORGED);
	r = srs_make(&path, &keys, in, ours, day, SRS_LOCAL_LEN);
	must(r == 0 || r == 1);
	if (r == 0)
		return 0;
	local.p = buf_data(&path);
	local.n = buf_len(&path) - ours.n - 1;
	must(local.n <= SRS_LOCAL_LEN && local.p[local.n] == '@');
	r = srs_take(&back, &keys, local, day + 21, 21);
	must(r == SRS_GOOD);
	/* a relay's own path comes back as it was but for its letters' case */
	if (local.p[3] == '0')
		must(buf_len(&back) == n &&
		    memcmp(buf_data(&back), in.p, n) == 0);
	local.n--;
	must(srs_take(&back, &keys, local, day, 21) == SRS_FORGED);
	return 0;
}
