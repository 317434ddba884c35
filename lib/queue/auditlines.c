#include "queue/auditparts.h"
#include "base/num.h"
#include <string.h>
#include <time.h>

void
audit_damaged(struct audit *a)
{
	a->bad_lines += !a->second;
}

/* what a crash may leave, and is a fault unless there was one */
static void
suspect(struct audit *a)
{
	if (a->second)
		return;
	a->suspects++;
	a->suspect_s = a->now_s;
	a->torn = 1;
}

void
audit_suspects_old(struct audit *a)
{
	if (a->suspects == 0 || a->now_s - a->suspect_s <= AUDIT_UNWRITTEN_S)
		return;
	a->bad_lines += a->suspects;
	a->suspects = 0;
}

/* the rest of what the file before ends with, if that broke off */
static void
startless(struct audit *a)
{
	if (a->broken && !a->second)
		a->cut_lines++;
	else
		audit_damaged(a);
}

/* the last of several starts: "ev:" stands in a line once, behind "ts:" */
static const char *
last_start(struct audit *a, const char *at, const char *end)
{
	const char *next = at, *tab;

	while ((next = memmem(next + 3, end - next - 3, "ts:", 3)) != NULL) {
		tab = memchr(next, '\t', end - next);
		if (next[-1] == '\t' || tab == NULL || end - tab < 4 ||
		    memcmp(tab, "\tev:", 4) != 0)
			continue;
		suspect(a);
		at = next;
	}
	return at;
}

/* is it an event whose start is damaged */
static int
has_no_start(const char *line, size_t n)
{
	return memchr(line, '\0', n) == NULL &&
	    memmem(line, n, "\tev:", 4) != NULL &&
	    memmem(line, n, "\tprog:", 6) != NULL;
}

const char *
audit_event_start(struct audit *a, const char *line, size_t n)
{
	const char *at = memmem(line, n, "ts:", 3);

	/* no program writes one */
	if (memchr(line, '\0', n) != NULL)
		suspect(a);
	if (at != NULL &&
	    (at == line || at[-1] == '\0' ||
		(memchr(line, ' ', at - line) == at - 1 && at - line <= 32)))
		return last_start(a, at, line + n);
	if (has_no_start(line, n))
		startless(a);
	return NULL;
}

int64_t
audit_seconds(const struct ltsv_field *f)
{
	static const struct {
		uint8_t at, len;
	} parts[] = { { 0, 4 }, { 5, 2 }, { 8, 2 }, { 11, 2 }, { 14, 2 },
		{ 17, 2 } };
	uint64_t u[6];
	struct tm t = { 0 };
	unsigned i;

	if (f == NULL || f->value_len < 20)
		return 0;
	for (i = 0; i < 6; i++)
		if (num_scan(f->value + parts[i].at, parts[i].len, 0, 9999,
			&u[i]) == -1)
			return 0;
	t.tm_year = (int)u[0] - 1900;
	t.tm_mon = (int)u[1] - 1;
	t.tm_mday = u[2];
	t.tm_hour = u[3];
	t.tm_min = u[4];
	t.tm_sec = u[5];
	return timegm(&t);
}

void
audit_file_end(struct audit *a, enum audit_end end, size_t left)
{
	if (end == AUDIT_END_LAST)
		a->cut_ends += left > 0;
	else if (end == AUDIT_END_ROTATED && left > 0)
		audit_damaged(a);
	if (end != AUDIT_END_BROKEN || a->second)
		return;
	a->cut_lines += left > 0;
	a->broken = 1;
}
