#include "base/zone.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* no clock shows another hour or date in between, and none goes on in the same
 * one for longer */
enum { STEP_S = 900, LONGEST_S = 2 * 86400 };

#define FOLDER "/usr/share/zoneinfo"

/* no folder of zones */
static int
regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int
zone_known(const char *name)
{
	char path[sizeof FOLDER + ZONE_NAME_MAX + 1];

	if (strlen(name) > ZONE_NAME_MAX)
		return 0;
	if (name[0] == '\0')
		return 1;
	snprintf(path, sizeof path, "%s/%s", FOLDER, name);
	return strstr(name, "..") == NULL && name[0] != '/' && regular(path);
}

/* the one in the environment, which comes back */
struct place {
	char before[PATH_MAX];
	int was;
};

static void
enter(struct place *p, const char *name)
{
	const char *tz = getenv("TZ");

	p->was = tz != NULL;
	snprintf(p->before, sizeof p->before, "%s", tz == NULL ? "" : tz);
	if (name[0] != '\0')
		setenv("TZ", name, 1);
	tzset();
}

static void
leave(const struct place *p)
{
	if (p->was)
		setenv("TZ", p->before, 1);
	else
		unsetenv("TZ");
	tzset();
}

static long
date_of(int64_t at_s)
{
	time_t t = at_s;
	struct tm tm;

	localtime_r(&t, &tm);
	return tm.tm_year * 400L + tm.tm_yday;
}

/* does an hour or day begin at that multiple of STEP_S? */
static int
begins(enum zone_span span, int64_t at_s)
{
	time_t t = at_s;
	struct tm tm;

	if (span == ZONE_DAY)
		return date_of(at_s) > date_of(at_s - STEP_S);
	localtime_r(&t, &tm);
	return tm.tm_min == 0;
}

void
zone_period(const char *name, enum zone_span span, int64_t at_s,
    int64_t *begin_s, int64_t *end_s)
{
	struct place p;
	int64_t at = at_s - at_s % STEP_S;

	enter(&p, name);
	for (*begin_s = at;
	     !begins(span, *begin_s) && at - *begin_s < LONGEST_S;)
		*begin_s -= STEP_S;
	for (*end_s = at + STEP_S;
	     !begins(span, *end_s) && *end_s - at < LONGEST_S;)
		*end_s += STEP_S;
	leave(&p);
}

/* how far its clocks are before UTC, seconds */
static int64_t
before_utc(const char *name, int64_t at_s)
{
	time_t t = at_s;
	struct place p;
	struct tm tm;

	enter(&p, name);
	localtime_r(&t, &tm);
	leave(&p);
	return (int64_t)timegm(&tm) - at_s;
}

int64_t
zone_date(const char *name, int64_t at_s)
{
	/* the same date in UTC, which has no changes */
	return (at_s + before_utc(name, at_s)) / 86400;
}

/* how far its clocks are before UTC, from at_s on for STEP_S seconds */
struct kept {
	char name[ZONE_NAME_MAX + 1];
	int64_t at_s, before_s;
	int known;
};

static int64_t
kept_before_utc(const char *name, int64_t at_s)
{
	/* as the C library keeps the zone itself */
	static struct kept kept[ZONE_KEPT];
	static unsigned next;
	struct kept *k;
	unsigned i;

	for (i = 0; i < ZONE_KEPT; i++)
		if (kept[i].known && strcmp(kept[i].name, name) == 0)
			break;
	if (i == ZONE_KEPT)
		i = next++ % ZONE_KEPT;
	else if (kept[i].at_s == at_s)
		return kept[i].before_s;
	k = &kept[i];
	snprintf(k->name, sizeof k->name, "%s", name);
	k->known = 1;
	k->at_s = at_s;
	return k->before_s = before_utc(name, at_s);
}

void
zone_clock(const char *name, int64_t at_s, unsigned *weekday, unsigned *minute)
{
	int64_t slot = at_s - at_s % STEP_S;
	int64_t there = at_s + kept_before_utc(name, slot);
	int64_t day = there / 86400;

	/* 1970 began with a Thursday */
	*weekday = (unsigned)((day + 3) % 7);
	*minute = (unsigned)(there % 86400 / 60);
}
