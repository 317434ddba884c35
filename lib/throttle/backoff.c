#include "throttle/backoff.h"
#include <string.h>

/* the table of throttle(8); what is not in it is SOFT */
static const struct {
	const char *class;
	enum backoff_sign sign;
} by_class[] = {
	/* ours, not the destination's */
	{ "dns", BACKOFF_NONE },
	{ "limit", BACKOFF_NONE },
	{ "local", BACKOFF_NONE },
	{ "loop", BACKOFF_NONE },
	{ "null-mx", BACKOFF_NONE },
	{ "policy", BACKOFF_NONE },
	{ "source", BACKOFF_NONE },
	{ "auth", BACKOFF_NONE },
	{ "tls", BACKOFF_NONE },
	/* before any mail is spoken of */
	{ "connect", BACKOFF_HARD },
	{ "greeting", BACKOFF_HARD },
	{ "helo", BACKOFF_HARD },
	/* it may be this message */
	{ "421", BACKOFF_BUSY },
	{ "timeout", BACKOFF_BUSY },
	{ "block", BACKOFF_SOFT },
	{ "data", BACKOFF_SOFT },
	{ "dot", BACKOFF_SOFT },
	{ "lost", BACKOFF_SOFT },
	{ "mail", BACKOFF_SOFT },
	{ "protocol", BACKOFF_SOFT },
	/* one recipient */
	{ "rcpt", BACKOFF_GOOD },
};

static enum backoff_sign
class_sign(const char *class)
{
	size_t i;

	for (i = 0; i < sizeof by_class / sizeof by_class[0]; i++)
		if (strcmp(class, by_class[i].class) == 0)
			return by_class[i].sign;
	return BACKOFF_SOFT;
}

/* 4.1.x address, 4.2.x mailbox, 4.6.x content: of this mail alone */
static int
of_this_mail(const char *esc)
{
	return esc[0] == '4' && esc[1] == '.' && esc[2] != '\0' &&
	    esc[3] == '.' && strchr("126", esc[2]) != NULL;
}

/* 4.3.x its system, 4.4.x its network */
static int
of_its_system(const char *esc)
{
	return strncmp(esc, "4.3.", 4) == 0 || strncmp(esc, "4.4.", 4) == 0;
}

enum backoff_sign
backoff_sign(const struct backoff_reply *r)
{
	enum backoff_sign sign = class_sign(r->class);

	if (strcmp(r->status, "sent") == 0)
		return BACKOFF_GOOD;
	if (strcmp(r->status, "later") == 0)
		return BACKOFF_NONE;
	if (sign == BACKOFF_NONE || sign == BACKOFF_HARD)
		return sign;
	/* it answers, if not as we like; unless the answer is ours */
	if (r->code >= 200 && (r->code < 400 || r->code >= 500))
		return r->heard ? BACKOFF_GOOD : BACKOFF_NONE;
	if (r->code == 0)
		return strcmp(r->status, "deferred") == 0 && r->class[0] != '\0'
		    ? sign
		    : BACKOFF_NONE;
	if (of_this_mail(r->esc))
		return r->code == 421 ? BACKOFF_NONE : BACKOFF_GOOD;
	if (r->code == 421)
		return BACKOFF_BUSY;
	if (sign == BACKOFF_GOOD && of_its_system(r->esc))
		return BACKOFF_NONE;
	return sign;
}

static unsigned
bits(uint32_t x)
{
	unsigned n = 0;

	for (; x != 0; x &= x - 1)
		n++;
	return n;
}

static void
forget_run(struct backoff *b)
{
	b->run = 0;
	b->many = 0;
	b->refused = 0;
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
	forget_run(b);
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
	b->refused = 0;
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
	forget_run(b);
	if (b->limit == 0 || now_us < b->until_us || started_us < b->changed_us)
		return;
	b->good = 1;
	if (b->level > 0)
		b->level--;
	step_up(b, r, left, now_us);
}

/* it was closed, and nothing has gone through since */
static int
probes(const struct backoff *b)
{
	return b->limit == 1 && b->until_us != 0 && !b->good;
}

/* too much, or dead: fewer, and in the end nothing */
static int
learn_hard(struct backoff *b, const struct backoff_range *r, int old,
    unsigned left, int64_t now_us)
{
	int single = b->limit == 1 && !old;

	if ((single && (b->many || probes(b))) ||
	    (b->many && b->run >= BACKOFF_RUN && left < b->run))
		return step_close(b, r, now_us);
	return old ? 0 : step_down(b, left + 1, now_us);
}

/* refused: that is this message's own affair, until there are many */
static int
learn_soft(struct backoff *b, const struct backoff_range *r, int old,
    unsigned left, int64_t now_us)
{
	unsigned run = bits(b->refused);

	if (b->limit == 1 && !old && run >= (probes(b) ? 1 : BACKOFF_RUN_SOFT))
		return step_close(b, r, now_us);
	if (!old && run >= BACKOFF_RUN_SOFT && run > left)
		return step_down(b, left + 1, now_us);
	return 0;
}

int
backoff_learn(struct backoff *b, const struct backoff_range *r,
    enum backoff_sign sign, uint32_t message, unsigned left, int64_t started_us,
    int64_t now_us)
{
	int old = started_us < b->changed_us;

	if (sign == BACKOFF_NONE)
		return 0;
	if (sign == BACKOFF_GOOD) {
		learn_good(b, r, left, started_us, now_us);
		return 0;
	}
	if (now_us - b->failed_us > BACKOFF_FORGET_US)
		forget_run(b);
	b->failed_us = now_us;
	if (sign == BACKOFF_SOFT) {
		b->refused |= UINT32_C(1) << message % 32;
	} else {
		if (b->run == 0)
			b->message = message;
		if (sign == BACKOFF_HARD || message != b->message)
			b->many = 1;
		if (b->run < UINT16_MAX)
			b->run++;
	}
	if (now_us < b->until_us)
		return 0;
	if (sign == BACKOFF_SOFT)
		return learn_soft(b, r, old, left, now_us);
	return learn_hard(b, r, old, left, now_us);
}

void
backoff_fit(struct backoff *b, const struct backoff_range *r, int64_t now_us)
{
	int64_t most = now_us + (int64_t)r->most_s * 1000000;

	if (b->until_us <= most)
		return;
	b->until_us = most;
	b->changed_us = most;
}

uint32_t
backoff_allows(const struct backoff *b, int64_t now_us)
{
	if (now_us < b->until_us)
		return 0;
	if (probes(b))
		return b->limit + (now_us - b->until_us) / BACKOFF_PROBE_US;
	return b->limit == 0 ? UINT32_MAX : b->limit;
}

int64_t
backoff_next(const struct backoff *b, uint32_t in_flight)
{
	if (!probes(b))
		return INT64_MAX;
	return b->until_us +
	    (int64_t)(in_flight + 1 - b->limit) * BACKOFF_PROBE_US;
}
