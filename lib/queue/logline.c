#include "queue/logline.h"
#include <string.h>
#include <time.h>

enum {
	STAMP_LEN = 25, /* 2026-11-22T01:02:03.45678 */
	TAI64N_LEN = 25 /* @ and 24 digits */
};

/* two digits at p, or -1 */
static int
two(const char *p)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/*
 * 2026-11-22T01:02:03 and a fraction, or with _ for T; -1.  The seconds of a
 * minute before are kept: a log has many lines of each.
 */
static int64_t
date_us(const char *p, size_t n)
{
	static char minute[17];
	static int64_t base;
	static const uint8_t at[] = { 0, 2, 5, 8, 11, 14, 17 };
	int part[7], scale = 100000;
	int64_t us = 0;
	struct tm t = { 0 };
	size_t i;

	if (n < 19 || p[4] != '-' || p[7] != '-' || p[13] != ':' ||
	    p[16] != ':' || (p[10] != 'T' && p[10] != '_'))
		return -1;
	for (i = 0; i < 7; i++)
		if ((part[i] = two(p + at[i])) == -1)
			return -1;
	if (memcmp(minute, p, sizeof minute) != 0) {
		t.tm_year = part[0] * 100 + part[1] - 1900;
		t.tm_mon = part[2] - 1;
		t.tm_mday = part[3];
		t.tm_hour = part[4];
		t.tm_min = part[5];
		base = timegm(&t);
		memcpy(minute, p, sizeof minute);
	}
	if (n > 20 && p[19] == '.')
		for (i = 20; i < n && p[i] >= '0' && p[i] <= '9';
		     i++, scale /= 10)
			us += (p[i] - '0') * scale;
	us += (base + part[6]) * 1000000;
	return us < 0 ? -1 : us;
}

/* @ and TAI64N: the seconds from 2^62 on, 10 before 1970 */
static int64_t
tai_us(const char *p)
{
	uint64_t v[2] = { 0, 0 };
	int i, c;

	for (i = 0; i < TAI64N_LEN - 1; i++) {
		c = p[i + 1];
		if (c >= '0' && c <= '9')
			c -= '0';
		else if (c >= 'a' && c <= 'f')
			c -= 'a' - 10;
		else
			return -1;
		v[i / 16] = v[i / 16] << 4 | (unsigned)c;
	}
	v[0] -= (UINT64_C(1) << 62) + 10;
	if (v[0] > INT64_MAX / 2000000)
		return -1;
	return (int64_t)(v[0] * 1000000 + v[1] / 1000);
}

/* bytes of the logger's time and its blank, 0 if there is none */
static size_t
stamp(const char *p, size_t n, int64_t *us)
{
	*us = -1;
	if (n > TAI64N_LEN && p[0] == '@' && p[TAI64N_LEN] == ' ')
		*us = tai_us(p);
	else if (n > STAMP_LEN && p[STAMP_LEN] == ' ')
		*us = date_us(p, STAMP_LEN);
	return *us == -1 ? 0 : STAMP_LEN + 1;
}

int64_t
logline_time(const char *line, size_t n, size_t *skip)
{
	int64_t logger, own;
	size_t s = stamp(line, n, &logger);

	*skip = 0;
	if (n - s < 3 || memcmp(line + s, "ts:", 3) != 0)
		return logger;
	*skip = s;
	own = date_us(line + s + 3, n - s - 3);
	return own == -1 ? logger : own;
}

/* the value of a field, if it is an id; label with its TAB and colon */
static const char *
id_in(const char *line, size_t n, const char *label)
{
	size_t len = strlen(label);
	const char *at = memmem(line, n, label, len), *end = line + n;

	if (at == NULL || end - at < (ptrdiff_t)(len + NAME_LEN))
		return NULL;
	at += len;
	if ((at + NAME_LEN < end && at[NAME_LEN] != '\t') ||
	    name_check(at, NAME_LEN) == -1)
		return NULL;
	return at;
}

int
logline_link(const char *line, size_t n, const char **a, const char **b)
{
	*a = id_in(line, n, "\tof:");
	if (*a == NULL)
		*a = id_in(line, n, "\treport:");
	if (*a == NULL)
		return 0;
	*b = id_in(line, n, "\tid:");
	return *b != NULL;
}

static int
in_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

const char *
logline_id(const char **p, const char *end)
{
	const char *s = *p, *from;

	while (end - s >= NAME_LEN) {
		for (from = s; s < end && in_word(*s);)
			s++;
		if (s - from == NAME_LEN && name_check(from, NAME_LEN) == 0) {
			*p = s;
			return from;
		}
		if (s < end)
			s++;
	}
	*p = end;
	return NULL;
}
