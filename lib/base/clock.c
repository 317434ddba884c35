#include "base/clock.h"
#include "base/num.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* what ROHRPOST_CLOCK says */
struct pace {
	uint64_t base_us, mono_us, factor;
};

/* the next field of *s, up to end; 0, or -1 */
static int
field(const char **s, char end, uint64_t min, uint64_t max, uint64_t *out)
{
	const char *e = strchr(*s, end);
	int r;

	if (e == NULL)
		return -1;
	r = num_scan(*s, e - *s, min, max, out);
	*s = e + 1;
	return r;
}

static struct pace
read_pace(void)
{
	/* a thousandth of what 64 bits hold, so that no product overflows */
	const uint64_t most_us = INT64_MAX / CLOCK_FACTOR_MAX;
	const char *s = getenv("ROHRPOST_CLOCK");
	struct pace p = { .factor = 1 };

	if (s == NULL)
		return p;
	if (field(&s, ':', 0, most_us, &p.base_us) == -1 ||
	    field(&s, ':', 0, most_us, &p.mono_us) == -1 ||
	    field(&s, '\0', 1, CLOCK_FACTOR_MAX, &p.factor) == -1)
		return (struct pace){ .factor = 0 };
	return p;
}

static const struct pace *
the_pace(void)
{
	static struct pace p;
	static int known;

	if (!known) {
		p = read_pace();
		known = 1;
	}
	return &p;
}

static int64_t
stretched(int64_t us, int64_t since_us)
{
	int64_t n = the_pace()->factor;

	return n <= 1 ? us : since_us + (us - since_us) * n;
}

static int64_t
get_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono_us(void)
{
	return stretched(get_us(CLOCK_MONOTONIC), the_pace()->mono_us);
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

int64_t
clock_wall_us(void)
{
	return stretched(get_us(CLOCK_REALTIME), the_pace()->base_us);
}

int64_t
clock_wall_s(void)
{
	return clock_wall_us() / 1000000;
}

int
clock_factor(void)
{
	return the_pace()->factor;
}

int64_t
clock_system_us(int64_t us)
{
	int64_t n = the_pace()->factor, since_us = the_pace()->mono_us;

	if (n <= 1 || us <= since_us)
		return us;
	return since_us + (us - since_us - 1) / n + 1;
}

int64_t
clock_file_s(int64_t s)
{
	int64_t n = the_pace()->factor, since_s = the_pace()->base_us / 1000000;

	/* what is older has its time from when the clock ran as others */
	return n <= 1 || s <= since_s ? s : since_s + (s - since_s) * n;
}
