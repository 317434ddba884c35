#include "sendmail/envoption.h"
#include "base/day.h"
#include "base/num.h"
#include "format/envcheck.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* what is wrong with all of them: some may stand only once */
static const char *
check(const struct buf *lines)
{
	const char *p = buf_data(lines), *end = p + buf_len(lines);
	struct envcheck c = { 0 };
	const char *fault = NULL;
	struct parcel_line l;

	while (fault == NULL && p < end)
		fault = parcel_next(&p, end, &l) == 1 ? envcheck_line(&c, &l)
						      : "the value is too long";
	return fault;
}

static const char *
line(struct buf *lines, const char *key, const char *value)
{
	size_t at = buf_len(lines);
	const char *fault;

	if (parcel_puts(lines, key, value) == -1) {
		errno = ENOMEM;
		return "out of memory";
	}
	fault = check(lines);
	if (fault != NULL)
		lines->end = lines->off + at;
	return fault;
}

static const char *
key(struct buf *lines, const char *value, int64_t now_s)
{
	(void)now_s;
	return strlen(value) > ENVOPTION_KEY_MAX ? "a key has 255 bytes at most"
						 : line(lines, "key", value);
}

static const char *
tag(struct buf *lines, const char *value, int64_t now_s)
{
	(void)now_s;
	return line(lines, "tag", value);
}

static const char *
tenant(struct buf *lines, const char *value, int64_t now_s)
{
	(void)now_s;
	return line(lines, "tenant", value);
}

static const char *
prio(struct buf *lines, const char *value, int64_t now_s)
{
	(void)now_s;
	return line(lines, "prio", value);
}

static const char *
moment(struct buf *lines, const char *name, const char *value, int64_t now_s)
{
	size_t n = strlen(value);
	char text[24];
	uint64_t s;
	int64_t at_s;

	if (*value == '+' &&
	    num_scan_duration(value + 1, n - 1, ENVOPTION_LATER_MAX_S, &s) == 0)
		at_s = now_s + (int64_t)s;
	else if (num_scans(value, 0, INT32_MAX * 2ul, &s) == 0)
		at_s = (int64_t)s;
	else if (day_scan(value, n, &at_s) == -1)
		return "no time: say 2026-12-24T18:00:00Z, or +2h";
	snprintf(text, sizeof text, "%lld", (long long)at_s);
	return line(lines, name, text);
}

static const char *
send_at(struct buf *lines, const char *value, int64_t now_s)
{
	return moment(lines, "hold-until", value, now_s);
}

static const char *
expire(struct buf *lines, const char *value, int64_t now_s)
{
	return moment(lines, "expire", value, now_s);
}

const char *
envoption_add(struct buf *lines, const char *option, int64_t now_s)
{
	static const struct {
		const char *name;
		const char *(*add)(struct buf *, const char *, int64_t);
	} known[] = { { "tag=", tag }, { "key=", key }, { "tenant=", tenant },
		{ "prio=", prio }, { "send-at=", send_at },
		{ "expire=", expire } };
	size_t i, n;

	errno = 0;
	for (i = 0; i < sizeof known / sizeof *known; i++) {
		n = strlen(known[i].name);
		if (strncmp(option, known[i].name, n) == 0)
			return known[i].add(lines, option + n, now_s);
	}
	return NULL;
}
