/* lines of EHLO, and parameters: what is read is within its limits; a good
 * value can be used, and is good once only; what we offer is read again */
#include "smtp/extension.h"
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

enum { ALL = (EXTENSION_XCLIENT << 1) - 1 };

static void
values(const struct slice v[EXTENSION_PARAMS])
{
	struct slice none = { NULL, 0 };
	struct extension_by by;
	int64_t at, now = 1790000000;
	int p;

	if (v[EXTENSION_P_BY].p != NULL) {
		assert(extension_by(v[EXTENSION_P_BY], &by) == 0);
		assert(by.s <= EXTENSION_BY_MAX_S &&
		    by.s >= -(int64_t)EXTENSION_BY_MAX_S);
		assert(by.mode == EXTENSION_BY_NOTIFY || by.s > 0);
	}
	if (v[EXTENSION_P_MTPRIORITY].p != NULL) {
		p = extension_priority(v[EXTENSION_P_MTPRIORITY]);
		assert(p >= -9 && p <= 9 && extension_prio_of(p) <= 9);
	}
	if (extension_hold(v[EXTENSION_P_HOLDFOR], none, now, &at) == 0)
		assert(at > now && at <= now + EXTENSION_HOLD_MAX_S);
	if (extension_hold(none, v[EXTENSION_P_HOLDUNTIL], now, &at) == 0)
		assert(at > now && at <= now + EXTENSION_HOLD_MAX_S);
}

static void
param(int is_mail, int utf8, const char *p, size_t n)
{
	struct slice v[EXTENSION_PARAMS] = { { NULL, 0 } };
	unsigned i, set = 0;

	if (extension_param(ALL, is_mail, utf8, p, n, v) == EXTENSION_GOOD) {
		for (i = 0; i < EXTENSION_PARAMS; i++) {
			if (v[i].p == NULL)
				continue;
			assert(v[i].p >= p && v[i].p + v[i].n <= p + n);
			set++;
		}
		assert(set == 1);
		values(v);
		assert(extension_param(ALL, is_mail, utf8, p, n, v) ==
		    EXTENSION_TWICE);
		assert(extension_param(0, is_mail, utf8, p, n, v) ==
		    EXTENSION_UNKNOWN);
	}
}

static void
line(const char *p, size_t n)
{
	struct extension_said said = { 0 };
	uint32_t bit = extension_scan(p, n, &said);

	assert((bit & (bit - 1)) == 0 && bit <= ALL);
	assert(said.by_min_s >= 0 && said.by_min_s <= EXTENSION_BY_MAX_S);
	assert(said.mail_max <= EXTENSION_LIMIT_MAX &&
	    said.rcpt_max <= EXTENSION_LIMIT_MAX &&
	    said.domain_max <= EXTENSION_LIMIT_MAX);
	if (bit != EXTENSION_SIZE)
		assert(said.size_max == 0);
}

static void
offer(uint32_t set, uint32_t a, uint32_t b)
{
	struct extension_values v = { b, "PLAIN", a, a % 1000000, b % 1000000 };
	struct extension_said said = { 0 };
	struct buf text = { 0 };
	char *p, *lf;
	uint32_t got = 0;

	if (extension_offer(&text, set, &v) == -1 ||
	    buf_putc(&text, '\0') == -1)
		abort();
	for (p = buf_data(&text); *p != '\0'; p = lf) {
		lf = strchrnul(++p, '\n');
		got |= extension_scan(p, (size_t)(lf - p), &said);
	}
	assert(got == (set & ALL));
	if (set & EXTENSION_LIMITS)
		assert(said.rcpt_max == v.rcpt_max &&
		    said.mail_max == v.mail_max);
	if (set & EXTENSION_SIZE)
		assert(said.size_max == b);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char *p = malloc(n + 1);
	uint32_t w[3] = { 0 };

	memcpy(p, data, n);
	param(1, 0, p, n);
	param(0, 0, p, n);
	param(0, 1, p, n);
	line(p, n);
	memcpy(w, p, n < sizeof w ? n : sizeof w);
	offer(w[0], w[1], w[2]);
	free(p);
	return 0;
}
