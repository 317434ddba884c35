#include "policy/backoff.h"
#include <string.h>

static int
is_one_of(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(word, *list) == 0)
			return 1;
	return 0;
}

enum backoff_sign
backoff_sign(
    const char *status, unsigned code, const char *esc, const char *class)
{
	/* ours, not the destination's */
	static const char *const own[] = { "dns", "local", "policy", "limit",
		"loop", "null-mx", NULL };
	static const char *const hard[] = { "connect", "greeting", "helo",
		"timeout", "tls", "421", NULL };

	if (strcmp(status, "sent") == 0)
		return BACKOFF_GOOD;
	if (strcmp(status, "later") == 0)
		return BACKOFF_NONE;
	if (is_one_of(class, own))
		return BACKOFF_NONE;
	if (code == 421 || is_one_of(class, hard))
		return BACKOFF_HARD;
	if (code >= 200 && (code < 400 || code >= 500))
		return BACKOFF_GOOD; /* it answers, if not as we like */
	if (code == 0)
		return strcmp(status, "deferred") == 0 && class[0] != '\0' ?
		    BACKOFF_SOFT :
		    BACKOFF_NONE;
	/* 4.1 address, 4.2 mailbox: about this recipient alone */
	if (strncmp(esc, "4.1.", 4) == 0 || strncmp(esc, "4.2.", 4) == 0)
		return BACKOFF_NONE;
	return BACKOFF_SOFT;
}

static int
step_close(struct backoff *b, const struct backoff_range *r, int64_t now_us)
{
	uint64_t delay = (uint64_t)r->least_s << b->level;

	if (delay >= r->most_s)
		delay = r->most_s;
	else
		b->level++;
	b->until_us = now_us + (int64_t)delay * 1000000;
	b->changed_us = b->until_us;
	b->limit = 1;
	/* all of it failed: that says nothing about how many are too many */
	b->ceiling = 0;
	b->run = b->run_soft = 0;
	b->trying = b->good = 0;
	return 1;
}

static int
step_down(struct backoff *b, uint32_t used, int64_t now_us)
{
	uint32_t limit = b->limit == 0 ? used : b->limit;

	if (b->good || (b->limit == 0 && limit >= BACKOFF_CEILING_MIN))
		b->ceiling = limit;
	if (b->trying)
		b->limit = limit - (limit + 9) / 10;
	else
		b->limit = limit / 2;
	if (b->limit == 0)
		b->limit = 1;
	b->changed_us = now_us;
	b->run_soft = 0;
	b->trying = b->good = 0;
	return 1;
}

static void
step_up(struct backoff *b, const struct backoff_range *r, unsigned left,
    int64_t now_us)
{
	if (b->ceiling == 0 || b->limit + 1 < b->ceiling) {
		b->limit++;
		b->trying = 0;
	} else if (now_us - b->changed_us >= BACKOFF_TRY_US &&
	    left + 1 >= b->limit) {
		b->limit++;
		b->trying = 1;
		b->changed_us = now_us;
		if (b->ceiling <= b->limit)
			b->ceiling = b->limit + 1;
	}
	if ((r->full > 0 && b->limit >= r->full) ||
	    now_us - b->failed_us >= BACKOFF_FORGET_US)
		memset(b, 0, sizeof *b);
}

static void
learn_good(struct backoff *b, const struct backoff_range *r, unsigned left,
    int64_t started_us, int64_t now_us)
{
	b->run = b->run_soft = 0;
	if (b->limit == 0 || now_us < b->until_us || started_us < b->changed_us)
		return;
	b->good = 1;
	if (b->level > 0)
		b->level--;
	step_up(b, r, left, now_us);
}

int
backoff_learn(struct backoff *b, const struct backoff_range *r,
    enum backoff_sign sign, unsigned left, int64_t started_us, int64_t now_us)
{
	uint16_t *run = sign == BACKOFF_HARD ? &b->run : &b->run_soft;
	int single, old = started_us < b->changed_us;

	if (sign == BACKOFF_NONE)
		return 0;
	if (sign == BACKOFF_GOOD) {
		learn_good(b, r, left, started_us, now_us);
		return 0;
	}
	b->failed_us = now_us;
	if (*run < UINT16_MAX)
		++*run;
	if (now_us < b->until_us)
		return 0;
	single = b->limit == 1 && !old;
	if (sign == BACKOFF_HARD) {
		if (single || (*run >= BACKOFF_RUN && left < *run))
			return step_close(b, r, now_us);
		return old ? 0 : step_down(b, left + 1, now_us);
	}
	if (single && *run >= (b->good ? BACKOFF_RUN_SOFT : 1))
		return step_close(b, r, now_us);
	if (!old && *run >= BACKOFF_RUN_SOFT && *run > left)
		return step_down(b, left + 1, now_us);
	return 0;
}

uint32_t
backoff_allows(const struct backoff *b, int64_t now_us)
{
	if (now_us < b->until_us)
		return 0;
	return b->limit == 0 ? UINT32_MAX : b->limit;
}
